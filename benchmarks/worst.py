"""The files of 100 kB that cost most to read."""

import io
import zipfile

import docx
import openpyxl

NESTED, RUNS = 240, 30_000  # paragraphs in paragraphs, and pieces of text in the innermost
ROWS, COLUMNS = 19_000, 60
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def document() -> bytes:
    """A report in which every piece of text lies in 240 paragraphs."""
    empty = io.BytesIO()
    docx.Document().save(empty)
    text = "<w:r><w:t>x</w:t></w:r>" * RUNS
    body = f'<w:document xmlns:w="{WORD}"><w:body>{"<w:p>" * NESTED}{text}{"</w:p>" * NESTED}</w:body></w:document>'
    return _with(empty.getvalue(), "word/document.xml", body)


def workbook() -> bytes:
    """A sheet that is within every limit of size."""
    empty = io.BytesIO()
    openpyxl.Workbook().save(empty)
    rows = f"<row>{'<c><v>1</v></c>' * COLUMNS}</row>" * ROWS
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return _with(empty.getvalue(), "xl/worksheets/sheet1.xml", sheet)


def bundle(**files: bytes) -> bytes:
    """The files of a unit as they come back, packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(name.replace("_", "."), body)
    return packed.getvalue()


def _with(package: bytes, name: str, body: str) -> bytes:
    """The package with one part replaced."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED, True, 9) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, body if part.filename == name else old.read(part))
    return changed.getvalue()
