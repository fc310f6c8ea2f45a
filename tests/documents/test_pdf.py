"""PDF papers: our own faces only, text as it was written, and no warnings."""

import shutil
from functools import lru_cache

import pytest
from fontTools.ttLib import TTFont

from shuping.documents import fonts
from shuping.documents.blocks import Heading, Paragraph, Table
from shuping.documents.press import render
from tests.documents.papers import EVERYTHING, NASTY, paper, pdf_text

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not here")
LAYOUTS = ("official", "letter", "form", "landscape")


@lru_cache
def _characters(face: str) -> frozenset[int]:
    with TTFont(fonts.directory() / face, lazy=True) as font:
        return frozenset(font.getBestCmap())


@pytest.mark.parametrize("face", fonts.FACES)
def test_every_character_of_a_paper_is_in_the_face(face):
    wanted = {
        ord(character) for character in paper(*EVERYTHING, Paragraph(NASTY), Paragraph("“引号”——…·〔〕№℃")).texts()
    }

    assert wanted - _characters(face) == set()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_block_is_set_without_a_warning(layout, language):
    body = render(
        paper(*EVERYTHING, layout=layout, language=language, issuer="第一市委", number="1", subtitle="s"), "pdf"
    )

    assert body.startswith(b"%PDF-")


@needs_pdftotext
@pytest.mark.parametrize("place", ["paragraph", "heading", "table", "title"])
def test_text_is_never_markup(place):
    nasty = '#panic("x") *a* $x$ <b> _c_ @f'
    papers = {
        "paragraph": paper(Paragraph(nasty)),
        "heading": paper(Heading(nasty)),
        "table": paper(Table(("a",), ((nasty,),))),
        "title": paper(Paragraph("x"), title=nasty),
    }

    assert nasty in " ".join(pdf_text(papers[place]).replace("“", '"').replace("”", '"').split())


@needs_pdftotext
def test_chinese_can_be_searched_in_the_pdf():
    assert "各单位履行职责情况良好" in pdf_text(paper(Paragraph("各单位履行职责情况良好。")))


@needs_pdftotext
def test_a_rare_character_is_set_from_the_whole_face():
    rare, common = "㐂喆祎", "各单位"

    assert not set(rare) & {chr(code) for code in _characters(fonts.COMMON[0])}
    assert set(common) <= {chr(code) for code in _characters(fonts.COMMON[0])}
    assert f"{common}{rare}{common}" in pdf_text(paper(Paragraph(common + rare + common)))


@pytest.mark.parametrize(("whole", "common"), list(zip(fonts.FACES, fonts.COMMON, strict=True)))
def test_the_common_face_has_every_sign_of_the_whole_one_but_rare_characters(whole, common):
    missing = _characters(whole) - _characters(common)

    assert _characters(common) < _characters(whole)
    assert {chr(code) for code in missing if code < 0x3400} == set()
    assert len(_characters(common)) > 7000


def test_a_paper_embeds_its_faces():
    assert b"NotoSerifSC" in render(paper(Paragraph("字")), "pdf")


@needs_pdftotext
@pytest.mark.parametrize("lines", range(16, 24))
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(lines):
    body = pdf_text(paper(*[Paragraph("x")] * lines, Heading("Row 7", 3), Table(("Seat",), (("taken",),))))
    (page,) = [page for page in body.split("\f") if "Row 7" in page]

    assert "taken" in page


@needs_pdftotext
def test_a_word_in_a_table_is_parted_only_where_it_does_not_fit():
    words = (("Provincial committee", "Incomprehensibilities", "c", "d"),)
    body = pdf_text(paper(Table(("a", "b", "c", "d"), words, (1, 1, 1, 1)), language="en"))

    assert "committee" in body
    assert "Incomprehensibilities" not in body
