"""Workbooks that people send in: what cannot be read is refused with a sentence that names the file."""

import io
import zipfile

import openpyxl
import pytest

from shuping.core import sheets
from shuping.core.refusals import Refused


def _xlsx(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()


def _with_macros() -> bytes:
    out = io.BytesIO(_xlsx([["a"]]))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


def _lying_bomb() -> bytes:
    """A sheet that says it is small and unpacks to 70 MB."""
    body = bytearray(_xlsx([["a"]]))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", b" " * 70_000_000 + b"</sheetData>")
            new.writestr(part.filename, text)
    packed, said = out.getvalue(), (1000).to_bytes(4, "little")
    size = next(part.file_size for part in zipfile.ZipFile(out).infolist() if part.file_size > 70_000_000)
    return packed.replace(size.to_bytes(4, "little"), said)


def _wide(rows: int = 19_000, columns: int = 60) -> bytes:
    """An ordinary sheet with a million cells."""
    row = b"<row>" + b"<c><v>1</v></c>" * columns + b"</row>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_xlsx([["a"]]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b'<dimension ref="A1:A1"/>', b"").replace(
                    b"<sheetData>", b"<sheetData>" + row * rows
                )
            new.writestr(part.filename, text)
    return out.getvalue()


BAD = {
    "empty": (b"", "sheet_empty", "is empty"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet_encrypted", "is encrypted"),
    "renamed zip": (_package(**{"readme.txt": b"hello"}), "sheet_not_xlsx", "is not an xlsx workbook"),
    "text": (b"number,unit,mark\n01,x,88\n", "sheet_not_xlsx", "is not an xlsx workbook"),
    "broken inside": (_package(**{"xl/workbook.xml": b"<oh"}), "sheet_not_xlsx", "is not an xlsx workbook"),
    "bomb": (_package(**{"xl/workbook.xml": bytes(70_000_000)}), "sheet_bomb", "unpacks to far more"),
    "many parts": (_package(**{f"part-{n}": b"" for n in range(2001)}), "sheet_bomb", "unpacks to far more"),
    "macros": (_with_macros(), "sheet_macros", "contains macros"),
    "too long": (_xlsx([[n] for n in range(20_002)]), "sheet_too_long", "more rows"),
    "too wide": (_wide(), "sheet_too_wide", "far more cells"),
    "too large": (bytes(5_000_001), "sheet_too_large", "larger than 5 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_refused_by_name(case):
    body, code, words = BAD[case]

    with pytest.raises(Refused) as caught:
        sheets.rows(body, "marks 2022.xlsx")

    assert caught.value.refusal.code == code
    assert str(caught.value).startswith("marks 2022.xlsx ")
    assert words in str(caught.value)


def test_a_bomb_that_lies_about_its_size_is_refused():
    with pytest.raises(Refused):
        sheets.rows(_lying_bomb(), "marks.xlsx")


def test_rows_come_with_their_types():
    rows = sheets.rows(_xlsx([["No.", "Mark"], ["01", 88.5], [2, None]]), "marks.xlsx")

    assert [row[:2] for row in rows] == [["No.", "Mark"], ["01", 88.5], [2, None]]


def test_a_formula_is_not_computed():
    rows = sheets.rows(_xlsx([["=1+1"]]), "marks.xlsx")

    assert rows[0][0] is None
