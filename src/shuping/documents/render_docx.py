"""Word documents in the house style of official documents (GB/T 9704-2012; R109).

The official faces are proprietary: they are named in the styles, never embedded.
"""

import io
from collections.abc import Callable
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.shared import Mm, Pt, RGBColor

from shuping.documents import blocks, qr
from shuping.documents.blocks import Paper

LATIN = "Times New Roman"
FACES = {"title": "方正小标宋简体", "body": "仿宋_GB2312", "first": "黑体", "second": "楷体_GB2312"}
LINE = Pt(28.5)  # 22 lines on a page
ON_SLIP, FIRST_OF_SLIPS = Mm(32), 10_000  # the code's width; the number of the first, beyond those of other pictures
ALIGN = {"left": WD_ALIGN_PARAGRAPH.JUSTIFY, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def render(paper: Paper) -> bytes:
    """The paper as the bytes of a docx file."""
    paper = blocks.printable(paper)
    document = docx.Document()
    _page(document, paper)
    _styles(document)
    _head(document, paper)
    for block in paper.blocks:
        WRITERS[type(block)](document, block)
    _page_numbers(document, paper)
    document.core_properties.title = paper.title
    document.core_properties.author = paper.issuer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    if paper.layout == "landscape":
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    if paper.layout in {"form", "landscape"}:
        section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(20)
    grid = OxmlElement("w:docGrid")
    for name, value in (("type", "linesAndChars"), ("linePitch", "579"), ("charSpace", "-849")):
        grid.set(qn(f"w:{name}"), value)
    for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no grid of its own
        section._sectPr.remove(old)  # noqa: SLF001
    section._sectPr.append(grid)  # noqa: SLF001


def _styles(document: Any) -> None:
    _style(document.styles["Normal"], FACES["body"], 16)
    _style(document.styles["Title"], FACES["title"], 22)
    for level, face in enumerate(("first", "second", "body", "body"), 1):
        _style(document.styles[f"Heading {level}"], FACES[face], 16)
    document.settings.odd_and_even_pages_header_footer = True


def _style(style: Any, face: str, size: float) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    style.font.bold = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(faces.attrib):
        if attribute.endswith("Theme"):
            del faces.attrib[attribute]
    faces.set(qn("w:eastAsia"), face)
    style.paragraph_format.line_spacing = LINE
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    for border in style.element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _head(document: Any, paper: Paper) -> None:
    if paper.layout == "letter" and paper.issuer:
        issuer = document.add_paragraph(paper.issuer, style="Title")
        _rule(issuer, "thickThinSmallGap")
        issuer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if paper.number:
            document.add_paragraph(paper.number).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    title = document.add_paragraph(paper.title, style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.subtitle:
        document.add_paragraph(paper.subtitle).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph()


def _rule(paragraph: Any, kind: str) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", kind), ("sz", "24"), ("space", "4"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no borders of its own


def _heading(document: Any, block: blocks.Heading) -> None:
    paragraph = document.add_paragraph(block.text)
    # By its identifier: python-docx searches all styles for a name, at every heading.
    paragraph._p.style = f"Heading{block.level}"  # noqa: SLF001
    paragraph.paragraph_format.first_line_indent = Pt(32)


def _paragraph(document: Any, block: blocks.Paragraph) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(block.text)
    if block.bold:
        run.bold = True
    paragraph.alignment = ALIGN[block.align]
    if block.indent and block.align == "left":
        paragraph.paragraph_format.first_line_indent = Pt(32)
    if block.align == "right":
        paragraph.paragraph_format.right_indent = Pt(64)


def _items(document: Any, block: blocks.Items) -> None:
    for number, text in enumerate(block.items, 1):
        _paragraph(document, blocks.Paragraph(f"{number}. {text}" if block.numbered else f"· {text}"))


def _table(document: Any, block: blocks.Table) -> None:
    table = document.add_table(rows=1, cols=len(block.header), style="Table Grid")
    _fill(table.rows[0].cells, block.header, bold=True)
    _repeat(table.rows[0])
    for row in block.rows:
        _fill(table.add_row().cells, row, bold=False)
    for row in table.rows:
        _unsplit(row)
    if block.widths:
        _widths(document, table, block.widths)


def _widths(document: Any, table: Any, widths: tuple[float, ...]) -> None:
    section = document.sections[0]
    whole = section.page_width - section.left_margin - section.right_margin
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = int(whole * width / sum(widths))


def _fill(cells: Any, texts: tuple[str, ...], *, bold: bool) -> None:
    for cell, text in zip(cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.font.size = Pt(12)
        if bold:
            run.bold = True
        paragraph.paragraph_format.line_spacing = Pt(18)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def _unsplit(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _key_values(document: Any, block: blocks.KeyValues) -> None:
    for label, value in block.pairs:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}  ").bold = True
        paragraph.add_run(value)


def _signatures(document: Any, block: blocks.Signatures) -> None:
    document.add_paragraph()
    for label in block.labels:
        document.add_paragraph(f"{label}  ____________________")


def _qr(document: Any, block: blocks.QR) -> None:
    document.add_picture(io.BytesIO(qr.png(block.data)), width=Mm(block.size))
    if block.caption:
        document.add_paragraph(block.caption)


def _mark(document: Any, block: blocks.Mark) -> None:
    run = document.add_paragraph().add_run(block.text)
    run.font.size, run.bold = Pt(40), True
    run.font.color.rgb = RGBColor.from_string(block.colour.lstrip("#").upper())


def _slips(document: Any, block: blocks.Slips) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for place, (headline, lines, data) in enumerate(block.slips):
        if place % 2 == 0:  # the row is kept: the library counts all of them to find the last
            row = table.add_row()
            _unsplit(row)
            cells = row.cells
        cell = cells[place % 2]
        cell.paragraphs[0].add_run(headline).bold = True
        _picture(document, cell.add_paragraph().add_run(), data, FIRST_OF_SLIPS + place)
        for line in lines:
            cell.add_paragraph().add_run(line).font.size = Pt(10)


def _picture(document: Any, run: Any, data: str, number: int) -> None:
    # Numbered here: the library looks through the whole document for a free number, for each of hundreds.
    relation, _image = document.part.get_or_add_image(io.BytesIO(qr.png(data)))
    run._r.add_drawing(CT_Inline.new_pic_inline(number, relation, f"{number}.png", ON_SLIP, ON_SLIP))  # noqa: SLF001


def _contents(document: Any, block: blocks.Contents) -> None:
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.add_run(block.title).bold = True
    _field(document.add_paragraph(), 'TOC \\o "1-1" \\h \\z')
    document.settings.element.append(_on("w:updateFields"))


def _on(name: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    return element


def _page_break(document: Any, _block: blocks.PageBreak) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _page_numbers(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.different_first_page_header_footer = paper.layout == "letter"
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.add_run("— ").font.size = Pt(14)
        _field(paragraph, "PAGE")
        paragraph.add_run(" —").font.size = Pt(14)


def _field(paragraph: Any, code: str) -> None:
    for kind in ("begin", "code", "end"):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:instrText" if kind == "code" else "w:fldChar")
        if kind == "code":
            element.text = code
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields of its own


WRITERS: dict[type, Callable[[Any, Any], None]] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _paragraph,
    blocks.Items: _items,
    blocks.Table: _table,
    blocks.KeyValues: _key_values,
    blocks.Signatures: _signatures,
    blocks.QR: _qr,
    blocks.Mark: _mark,
    blocks.Slips: _slips,
    blocks.Contents: _contents,
    blocks.PageBreak: _page_break,
}
