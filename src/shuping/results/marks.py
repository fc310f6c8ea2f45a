"""Marks from a workbook: unit number, unit, mark; all of them or none, with every row's fault."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

FIRST_ROW = 2  # the header is row 1, as the spreadsheet program numbers rows
PLACES = 4  # as many decimal places as a mark keeps


@dataclass(frozen=True)
class Mark:
    """One row that can be taken."""

    number: str
    value: Decimal


def read_marks(rows: list[list[Any]], known: set[str]) -> tuple[list[Mark], list[str]]:
    """The marks of a table with a header row, and a sentence for every row that cannot be taken."""
    marks: dict[str, Mark] = {}
    faults = []
    for line, row in enumerate(rows[1:], FIRST_ROW):
        if not any(cell not in (None, "") for cell in row):
            continue
        mark, fault = _read_row(row, line, known, marks)
        if mark is not None:
            marks[mark.number] = mark
        faults += [fault] if fault else []
    faults += [
        _("Row missing: no mark for unit %(unit)s.") % {"unit": unit}
        for unit in sorted(known - set(marks))
        if not faults
    ]
    return list(marks.values()), faults


def _read_row(row: list[Any], line: int, known: set[str], marks: dict[str, Mark]) -> tuple[Mark | None, str]:
    number = _number(row[0])
    place: dict[str, Any] = {"line": line, "unit": number, "cell": _text(row[2]) if len(row) > 2 else ""}
    if fault := _fault_of_unit(number, known, marks):
        return None, fault % place
    value = _value(place["cell"])
    if value is None:
        return None, _("Row %(line)d: “%(cell)s” is not a mark from 0 to 100.") % place
    if value != round(value, PLACES):
        return None, _("Row %(line)d: “%(cell)s” has more than 4 decimal places; round it.") % place
    return Mark(number, value), ""


def _fault_of_unit(number: str, known: set[str], marks: dict[str, Mark]) -> str:
    if not number:
        return _("Row %(line)d: the number of the unit is missing.")
    if number not in known:
        return _("Row %(line)d: there is no unit %(unit)s this year.")
    return _("Row %(line)d: unit %(unit)s stands twice.") if number in marks else ""


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _number(cell: Any) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else _text(cell)
    return text.zfill(2) if text.isdigit() else text


def _value(cell: str) -> Decimal | None:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= 100 else None
