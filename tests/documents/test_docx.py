"""Word documents have the measures of official documents (GB/T 9704-2012)."""

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shuping.documents.blocks import Paragraph
from tests.documents.papers import EVERYTHING, NASTY, as_docx, paper


def _section(layout="official"):
    return as_docx(paper(Paragraph("x"), layout=layout)).sections[0]


def _near(length, millimetres) -> bool:
    return abs(length - Mm(millimetres)) < Mm(0.1)


def test_the_page_is_a4_with_the_official_margins():
    page = _section()

    assert _near(page.page_width, 210)
    assert _near(page.page_height, 297)
    assert _near(page.top_margin, 37)
    assert _near(page.left_margin, 28)
    assert _near(page.right_margin, 26)
    assert _near(page.bottom_margin, 35)


def test_a_landscape_page_lies_on_its_side():
    page = _section("landscape")

    assert _near(page.page_width, 297)
    assert _near(page.page_height, 210)


def test_the_grid_has_22_lines_of_28_characters():
    page = _section()
    (grid,) = page._sectPr.findall(qn("w:docGrid"))
    pitch = int(grid.get(qn("w:linePitch"))) / 20  # points
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096  # points

    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int((page.page_height - page.top_margin - page.bottom_margin) / Pt(pitch)) == 22
    assert (page.page_width - page.left_margin - page.right_margin) / Pt(1) / character == pytest.approx(28, 0.01)


FACES = {
    "Title": ("方正小标宋简体", 22),
    "Normal": ("仿宋_GB2312", 16),
    "Heading 1": ("黑体", 16),
    "Heading 2": ("楷体_GB2312", 16),
    "Heading 3": ("仿宋_GB2312", 16),
}


@pytest.mark.parametrize("name", FACES)
def test_styles_have_the_official_faces_and_sizes(name):
    style = as_docx(paper()).styles[name]
    fonts = style.element.rPr.rFonts

    assert (fonts.get(qn("w:eastAsia")), style.font.size) == (FACES[name][0], Pt(FACES[name][1]))
    assert not [key for key in fonts.attrib if key.endswith("Theme")]  # a theme's face would win over the named one


def test_pages_are_numbered_outside_odd_right_even_left():
    document = as_docx(paper(Paragraph("x")))
    page = document.sections[0]

    for footer, side in ((page.footer, "right"), (page.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert "PAGE" in [code.text for code in paragraph._p.iter(qn("w:instrText"))]
        assert paragraph.text == "—  —"
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side
    assert document.settings.odd_and_even_pages_header_footer


def test_a_letter_has_its_issuer_above_a_rule_and_no_number_on_its_first_page():
    document = as_docx(paper(Paragraph("x"), layout="letter", issuer="第一市委", number="〔2022〕1号"))
    head = document.paragraphs[0]
    children = [child.tag for child in head._p.pPr]

    assert head.text == "第一市委"
    assert head._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:val")) == "thickThinSmallGap"
    assert children.index(qn("w:pBdr")) < children.index(qn("w:jc"))  # in this order, or Word calls the file damaged
    assert document.paragraphs[1].text == "〔2022〕1号"
    assert document.sections[0].different_first_page_header_footer


def test_other_papers_have_no_rule():
    assert as_docx(paper(Paragraph("x"))).element.body.findall(f".//{qn('w:pBdr')}") == []


def test_every_kind_of_block_is_printed():
    document = as_docx(paper(*EVERYTHING))
    table, slips = document.tables

    assert len(table.rows) == 60
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [cell.paragraphs[0].text for cell in slips.rows[0].cells] == ["Slip 1", "Slip 2"]
    assert len(document.inline_shapes) == 3  # a code and two slips
    assert "第一会议室" in [run.text for paragraph in document.paragraphs for run in paragraph.runs]


def test_text_is_never_markup():
    assert NASTY in [paragraph.text for paragraph in as_docx(paper(Paragraph(NASTY))).paragraphs]


@pytest.mark.parametrize("hidden", ["\x00", "\x0b", "\x1f", "\ufffe"])
def test_characters_that_xml_cannot_hold_are_left_out(hidden):
    assert "ab" in [paragraph.text for paragraph in as_docx(paper(Paragraph(f"a{hidden}b"))).paragraphs]
