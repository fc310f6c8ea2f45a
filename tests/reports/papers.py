"""Reports as a word processor saves them, good ones and bad ones."""

import io
import zipfile

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from shuping.reports import actions
from tests.builders import NOW

TITLES = ("上年度问题整改情况", "履行职责和主要成效", "存在的主要问题", "问题产生的原因", "下一步工作打算")
NUMERALS = "一二三四五"
LENGTHS = (300, 900, 600, 500, 400)


def words(size: int, seed: str) -> str:
    """That many different characters; no run of them stands in the text of another seed."""
    step = 1 + sum(place * ord(letter) for place, letter in enumerate(seed, 1))
    return "".join(chr(0x4E00 + index * step % 3989) for index in range(size))


def texts(seed: str, lengths=LENGTHS) -> list[str]:
    """One text per section: no two of them share a run."""
    whole = words(sum(lengths), seed)
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    return [whole[start : start + size] for start, size in zip(starts, lengths, strict=True)]


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_docx(seed: str = "a", *, lengths=LENGTHS, first: str = "", leave_out: tuple[int, ...] = ()) -> bytes:
    """A report with the five sections; `first` stands at the beginning of the first of them."""
    document = docx.Document()
    for place, text in enumerate(texts(seed, lengths)):
        if place in leave_out:
            continue
        document.add_paragraph(f"{NUMERALS[place]}、{TITLES[place]}")
        document.add_paragraph(first + text if place == 0 else text)
    return saved(document)


def hand_in(entry, seed: str = "", *, by=None, now=NOW, **more):
    """The entry's report, handed in by the reporter."""
    body = make_docx(seed or entry.number, **more)
    return actions.submit_report(entry, body=body, name="report.docx", by=by or entry.holder, now=now)


def package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


def with_macros() -> bytes:
    out = io.BytesIO(make_docx())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("word/vbaProject.bin", b"macro")
    return out.getvalue()


def _rewritten(change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(make_docx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part.filename, change(text) if part.filename == "word/document.xml" else text)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A document that says it is small and unpacks to 70 MB."""
    body = _rewritten(lambda text: text.replace(b"</w:body>", b" " * 70_000_000 + b"</w:body>"))
    size = max(part.file_size for part in zipfile.ZipFile(io.BytesIO(body)).infolist())
    return body.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def locked_zip() -> bytes:
    """A package whose parts say that they are encrypted."""
    body = bytearray(make_docx())
    place = body.find(b"PK\x01\x02")
    while place >= 0:
        body[place + 8] |= 1
        place = body.find(b"PK\x01\x02", place + 4)
    return bytes(body)


def scan_only() -> bytes:
    document = docx.Document()
    document.add_paragraph("  …  ")
    return saved(document)


def without_headings() -> bytes:
    document = docx.Document()
    document.add_paragraph("This year we worked hard. " * 30)
    return saved(document)


def endless() -> bytes:
    document = docx.Document()
    document.add_paragraph("字" * 400_001)
    return saved(document)


def _with_first(text: bytes) -> bytes:
    """A report in whose body something of this text stands first."""
    return _rewritten(lambda whole: whole.replace(b"<w:body>", b"<w:body>" + text, 1))


RUN = b"<w:r><w:t>a</w:t></w:r>"


def nested(depth: int, runs: int = 30_000) -> bytes:
    """Runs inside paragraphs inside each other: 40 kB that took a reader half a minute which asked for each run where
    it belongs.
    """
    return _with_first(b"<w:p>" * depth + RUN * runs + b"</w:p>" * depth)


def nested_tables(depth: int = 80) -> bytes:
    cell = b"<w:tbl><w:tr><w:tc>"
    paragraphs = (b"<w:p>" + RUN + b"</w:p>") * 30_000
    return _with_first(cell * depth + paragraphs + b"</w:tc></w:tr></w:tbl>" * depth)


def styles_on_styles(styles: int = 3000, paragraphs: int = 3000) -> bytes:
    """Thousands of styles, each based on the one before, and as many paragraphs in the last of them."""
    document = docx.Document()
    last = "Normal"
    for number in range(styles):
        style = OxmlElement("w:style")
        style.set(qn("w:type"), "paragraph")
        style.set(qn("w:styleId"), f"s{number}")
        for tag, value in (("w:name", f"s{number}"), ("w:basedOn", last)):
            part = OxmlElement(tag)
            part.set(qn("w:val"), value)
            style.append(part)
        document.styles.element.append(style)
        last = f"s{number}"
    for _ in range(paragraphs):
        paragraph = OxmlElement("w:p")
        paragraph.get_or_add_pPr().get_or_add_pStyle().val = last
        paragraph.add_r().text = "a"
        document.element.body.insert(0, paragraph)
    return saved(document)


def eighty_pages() -> bytes:
    """An honest report, as long as any: headings, paragraphs, tables, a text box, tracked changes."""
    document = docx.Document()
    for place, title in enumerate(TITLES):
        document.add_heading(f"{NUMERALS[place]}、{title}", 1)
        for part in range(60):
            document.add_heading(f"Part {part}", 2)
            document.add_paragraph(words(200, f"{place}-{part}"), style="List Bullet")
            table = document.add_table(4, 5, style="Table Grid")
            for row in table.rows:
                for cell in row.cells:
                    cell.text = "12.5"
    return saved(document)
