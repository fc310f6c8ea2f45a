"""Workbooks that people send in: opened in a child process, handed on as rows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.active_words import ACTIVE
from shuping.core.text import unmarked
from shuping.core.uploads import Budget, Kind

SENTENCES = {
    "empty": _("%(name)s is empty. Save it again in the spreadsheet program, then send it."),
    "encrypted": _("%(name)s is encrypted or in the old xls format. Save it as xlsx without a password, then send it."),
    "not_xlsx": _("%(name)s is not an xlsx workbook. Save it as xlsx in the spreadsheet program, then send it."),
    "bomb": _("%(name)s unpacks to far more than a workbook needs. Copy the rows into a new workbook, then send that."),
    **ACTIVE,
    "too_long": _(
        "%(name)s has more rows than a list of this kind can have. Delete what does not belong, then send it."
    ),
    "too_wide": _(
        "%(name)s has far more cells than a list of this kind. Delete the columns that do not belong, then send it."
    ),
    "too_large": _("%(name)s is larger than 5 MB. Delete what does not belong, then send it."),
    "too_slow": _("%(name)s could not be read in time. Copy the rows into a new workbook, then send that."),
}
WORKBOOK = Kind("sheet", "shuping.core.sheet_reader", largest=5_000_000, sentences=SENTENCES)
BOOK = Kind("sheet", "shuping.core.book_reader", largest=5_000_000, sentences=SENTENCES)


def rows(body: bytes, name: str, budget: Budget | None = None) -> list[list[Any]]:
    """The rows of the first sheet. Raises Refused with a sentence that names the file."""
    return _clean(WORKBOOK.read(body, name, budget))


def tables(body: bytes, name: str) -> list[list[list[Any]]]:
    """The rows of every sheet, in the workbook's order. Raises Refused with a sentence that names the file."""
    return [_clean(table) for table in BOOK.read(body, name)]


def _clean(table: list[list[Any]]) -> list[list[Any]]:
    return [[unmarked(cell) if isinstance(cell, str) else cell for cell in row] for row in table]
