"""Reads an xlsx workbook from standard input and writes the rows of its first sheet: run as a child process."""

import io
from typing import Any

from shuping.core import packages

MOST_ROWS = 20_000
MOST_COLUMNS = 60


def read(body: bytes) -> list[list[Any]]:
    """The cells of the first sheet, row by row. Raises Unreadable with too_long or as `packages.check` does."""
    packages.check(body, holds="xl/workbook.xml", otherwise="not_xlsx")
    import openpyxl  # noqa: PLC0415 - only once the package has been looked at

    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    rows: list[list[Any]] = []
    for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
        if len(rows) > MOST_ROWS:
            raise packages.Unreadable("too_long")
        rows.append([_plain(cell) for cell in row])
    return rows


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, (str, int, float, bool)) else str(cell)


if __name__ == "__main__":
    packages.answer(read, otherwise="not_xlsx")
