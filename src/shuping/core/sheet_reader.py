"""Reads an xlsx workbook from standard input and writes the rows of its first sheet: run as a child process."""

import io
from typing import Any

from shuping.core import packages

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_SHEETS = 12
MOST_CELLS = 500_000  # that hold something: the largest list has 20,000 rows of eight columns on each of four sheets


def read(body: bytes) -> list[list[Any]]:
    """The cells of the first sheet, row by row. Raises Unreadable with too_long, too_wide or as `packages.check`
    does.
    """
    return _tables(_sheets(body)[:1])[0]


def read_all(body: bytes) -> list[list[list[Any]]]:
    """The cells of every sheet, in the workbook's order. Raises Unreadable as `read` does."""
    return _tables(_sheets(body)[:MOST_SHEETS])


def _sheets(body: bytes) -> list[Any]:
    packages.check(body, holds="xl/workbook.xml", otherwise="not_xlsx")
    import openpyxl  # noqa: PLC0415 - only once the package has been looked at

    return list(openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True).worksheets)


def _tables(sheets: list[Any]) -> list[list[list[Any]]]:
    found, cells = [], 0
    for sheet in sheets:
        rows: list[list[Any]] = []
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            if len(rows) > MOST_ROWS:
                raise packages.Unreadable("too_long")
            cells += len(row) - row.count(None)
            if cells > MOST_CELLS:
                raise packages.Unreadable("too_wide")
            rows.append([_plain(cell) for cell in row])
        found.append(rows)
    return found


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, (str, int, float, bool)) else str(cell)


if __name__ == "__main__":
    packages.answer(read, otherwise="not_xlsx")
