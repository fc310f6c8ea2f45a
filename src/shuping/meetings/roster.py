"""The list of those who attend, from a workbook: all rows or none, with every row's fault (R26)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

FIRST_ROW = 2  # the header is row 1, as the spreadsheet program numbers rows
COLUMNS = ("name_zh", "name_en", "office_zh", "office_en", "category", "votes", "account")
YES = {"yes", "y", "1", "true", "是"}
NO = {"no", "n", "0", "false", "否", ""}


@dataclass(frozen=True)
class Seat:
    """One row that can be taken: a place in the hall; the order of the rows is the order of precedence."""

    name_zh: str
    name_en: str
    office_zh: str
    office_en: str
    category: str
    votes: bool
    account: str


def read_roster(rows: list[list[Any]], *, categories: set[str], accounts: set[str]) -> tuple[list[Seat], list[str]]:
    """The seats of a table with a header row, and a sentence for every row that cannot be taken."""
    taken = _Taken()
    faults: list[str] = []
    for line, row in enumerate(rows[1:], FIRST_ROW):
        cells = [str(cell).strip() if cell is not None else "" for cell in (*row, *[None] * len(COLUMNS))]
        if not any(cells):
            continue
        given = dict(zip(COLUMNS, cells, strict=False))
        found = list(_faults(line, given, taken, categories, accounts))
        faults += found
        if not found:
            taken.add(_seat(given))
    if not taken.seats and not faults:
        faults.append(_("The list has no rows: one row per person, below the header."))
    return taken.seats, faults


class _Taken:
    """The seats that were taken so far, to be found again without looking through all of them."""

    def __init__(self) -> None:
        self.seats: list[Seat] = []
        self.named: dict[tuple[str, str], Seat] = {}
        self.accounts: set[str] = set()

    def add(self, seat: Seat) -> None:
        self.seats.append(seat)
        self.named.setdefault((seat.name_zh, seat.office_zh), seat)
        self.accounts.add(seat.account)


def _seat(given: dict[str, str]) -> Seat:
    return Seat(**(given | {"votes": given["votes"].lower() in YES}))  # type: ignore[arg-type]


def _faults(line: int, given: dict[str, str], taken: _Taken, categories: set[str], accounts: set[str]) -> Iterator[str]:
    place = {"line": line, **given}
    if not given["name_zh"]:
        yield _("Row %(line)d: the name is missing.") % place
    if given["votes"].lower() not in YES | NO:
        yield _("Row %(line)d: “%(votes)s” is neither yes nor no.") % place
    if given["category"] and given["category"] not in categories:
        yield _("Row %(line)d: the scheme has no category %(category)s.") % place
    if given["votes"].lower() in YES and not given["category"]:
        yield _("Row %(line)d: %(name_zh)s votes, but in no category.") % place
    if given["account"] and given["account"] not in accounts:
        yield _("Row %(line)d: there is no account %(account)s.") % place
    yield from _twice(given, taken, place)


def _twice(given: dict[str, str], taken: _Taken, place: dict[str, Any]) -> Iterator[str]:
    same = taken.named.get((given["name_zh"], given["office_zh"]))
    if same and same.category != given["category"]:
        words = place | {"other": same.category}
        yield _("Row %(line)d: %(name_zh)s stands in category %(category)s and in category %(other)s.") % words
    elif same:
        yield _("Row %(line)d: %(name_zh)s stands twice.") % place
    elif given["account"] and given["account"] in taken.accounts:
        yield _("Row %(line)d: the account %(account)s stands twice.") % place
