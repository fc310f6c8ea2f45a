"""Workbooks: text is forced to be text, so that no cell is ever taken for a formula (R111)."""

import io
from decimal import Decimal
from typing import Any

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shuping.documents.blocks import Cell, Sheet, Workbook, printable

FORBIDDEN = dict.fromkeys(map(ord, "[]:*?/\\"), " ")
WRAPPED = Alignment(wrap_text=True, vertical="top")
BOLD = Font(bold=True)


def render(workbook: Workbook) -> bytes:
    """The workbook as the bytes of an xlsx file."""
    book = Book()
    del book[book.sheetnames[0]]
    for sheet in workbook.sheets:
        _write(book.create_sheet(sheet.title.translate(FORBIDDEN)[:31]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Worksheet, sheet: Sheet) -> None:
    for column, title in enumerate(sheet.header, 1):
        cell = page.cell(1, column)
        _put(cell, title)
        cell.font = BOLD
    for line, row in enumerate(sheet.rows, 2):
        for column, value in enumerate(row, 1):
            _put(page.cell(line, column), value)
    for column, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"


def _put(cell: Any, value: Cell) -> None:
    if isinstance(value, Decimal):
        cell.value, cell.number_format = value, "0.00"
    elif isinstance(value, int):
        cell.value = value
    elif value is not None:
        cell.value, cell.data_type = printable(str(value)), "s"
        cell.alignment = WRAPPED
