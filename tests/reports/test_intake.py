"""Documents that people hand in: what cannot be read is refused with a sentence that names the file."""

import subprocess

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from scoring import builtin_scheme, load_scheme
from shuping.core import uploads
from shuping.core.refusals import Refused
from shuping.reports import docx_reader, intake, sections
from tests.reports import papers

SCHEME = load_scheme(builtin_scheme("provincial"))

BAD = {
    "empty": (b"", "report_empty", "is empty"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "report_encrypted", "is encrypted"),
    "locked zip": (papers.locked_zip(), "report_encrypted", "is encrypted"),
    "renamed zip": (papers.package(**{"readme.txt": b"hello"}), "report_not_docx", "is not a docx document"),
    "text": (b"Annual report", "report_not_docx", "is not a docx document"),
    "broken inside": (papers.package(**{"word/document.xml": b"<oh"}), "report_not_docx", "is not a docx document"),
    "bomb": (papers.package(**{"word/document.xml": bytes(70_000_000)}), "report_bomb", "unpacks to far more"),
    "many parts": (papers.package(**{f"part-{n}": b"" for n in range(2001)}), "report_bomb", "unpacks to far more"),
    "macros": (papers.with_macros(), "report_macros", "contains macros"),
    "nested": (papers.nested(240), "report_nested", "has paragraphs inside paragraphs"),
    "too long": (papers.endless(), "report_too_long", "more text"),
    "too large": (bytes(10_000_001), "report_too_large", "larger than 10 MB"),
    "scan": (papers.scan_only(), "report_no_text", "holds no text"),
    "no headings": (papers.without_headings(), "report_no_headings", "none of the headings"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_is_refused_by_name(case):
    body, code, said = BAD[case]

    with pytest.raises(Refused) as caught:
        intake.read_sections(body, "report 2022.docx", SCHEME, "en")

    assert caught.value.refusal.code == code
    assert str(caught.value).startswith("report 2022.docx ")
    assert said in str(caught.value)


def test_a_bomb_that_lies_about_its_size_is_refused():
    with pytest.raises(Refused):
        intake.read(papers.lying_bomb(), "report.docx")


def test_a_reader_that_takes_too_long_is_left_alone(monkeypatch):
    def slow(*args, **more):
        raise subprocess.TimeoutExpired("reader", more["timeout"])

    monkeypatch.setattr(uploads.subprocess, "run", slow)

    with pytest.raises(Refused, match="could not be read in time"):
        intake.read(b"x", "report.docx")


def test_a_reader_that_dies_means_a_bomb(monkeypatch):
    monkeypatch.setattr(uploads.sys, "executable", "/bin/false")

    with pytest.raises(Refused, match="unpacks to far more"):
        intake.read(papers.make_docx(), "report.docx")


def test_the_child_answers_what_the_parent_takes_over():
    found = intake.read(papers.make_docx("a"), "report.docx")

    assert [paragraph["text"] for paragraph in found if paragraph["heading"]] == [
        f"{numeral}、{title}" for numeral, title in zip(papers.NUMERALS, papers.TITLES, strict=True)
    ]
    assert [paragraph["text"] for paragraph in found if not paragraph["heading"]] == papers.texts("a")


LARGE = {
    "paragraphs inside each other": (papers.nested(9), 11),
    "tables inside each other": (papers.nested_tables(), 30_010),
    "styles based on each other": (papers.styles_on_styles(), 3000),
    "eighty pages": (papers.eighty_pages(), 5 * (1 + 60 * 22)),
}


@pytest.mark.parametrize("case", LARGE)
def test_a_large_document_is_read_within_the_time_of_an_upload(case):
    body, paragraphs = LARGE[case]

    assert len(intake.read(body, "report.docx")) == paragraphs


def test_styles_in_a_circle_are_read():
    document = docx.Document()
    one, other = document.styles.add_style("one", 1), document.styles.add_style("other", 1)
    one.base_style, other.base_style = other, one
    document.add_paragraph("text", style=one)

    assert _read(document) == [("text", False)]


def test_files_of_one_upload_share_its_time():
    budget = uploads.Budget(seconds=0.01)

    intake.read(papers.make_docx(), "first.docx", budget)
    with pytest.raises(Refused) as caught:
        intake.read(papers.make_docx(), "second.docx", budget)

    assert str(caught.value).startswith("second.docx could not be read in time")


def test_a_reader_that_goes_on_for_ever_is_ended_by_the_machine():
    endless = uploads.Kind("report", "tests.core.endless_reader", largest=10, sentences=intake.SENTENCES)
    budget = uploads.Budget(seconds=1)

    with pytest.raises(Refused, match="could not be read in time"):
        endless.read(b"x", "report.docx", budget)

    assert budget.spent


def _read(document) -> list[tuple[str, bool]]:
    return [(part["text"], part["heading"]) for part in docx_reader.read(papers.saved(document))]


def test_headings_are_known_by_style_outline_number_and_bold_letters():
    document = docx.Document()
    document.add_heading("By style", 1)
    chinese = document.styles.add_style("标题 1", 1)
    document.add_paragraph("By Chinese style", style=chinese)
    mine = document.styles.add_style("My own", 1)
    mine.base_style = document.styles["Heading 2"]
    document.add_paragraph("By a style based on it", style=mine)
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    document.add_paragraph("By outline")._p.get_or_add_pPr().append(level)
    document.add_paragraph("二、按编号")
    document.add_paragraph().add_run("By bold letters").bold = True
    document.add_paragraph("Plain")
    document.add_paragraph("三、" + "长" * 100)

    assert [text for text, heading in _read(document) if heading] == [
        "By style",
        "By Chinese style",
        "By a style based on it",
        "By outline",
        "二、按编号",
        "By bold letters",
    ]


def test_tables_are_read_but_hold_no_headings():
    document = docx.Document()
    document.add_paragraph("before")
    document.add_table(1, 2).rows[0].cells[1].text = "一、Problems"
    document.add_paragraph("after")

    assert _read(document) == [("before", False), ("一、Problems", False), ("after", False)]


def test_the_table_of_contents_is_left_out():
    document = docx.Document()
    document.add_paragraph("一、存在的主要问题\t3", style=document.styles.add_style("toc 1", 1))
    document.add_paragraph("一、存在的主要问题")

    assert _read(document) == [("一、存在的主要问题", True)]


def test_tracked_changes_are_taken_over():
    document = docx.Document()
    paragraph = document.add_paragraph("We met ")
    for tag, text in (("w:ins", "four times"), ("w:moveFrom", "never")):
        change, run = OxmlElement(tag), OxmlElement("w:r")
        node = OxmlElement("w:t")
        node.text = text
        run.append(node)
        change.append(run)
        paragraph._p.append(change)

    assert _read(document) == [("We met four times", False)]


TITLES = [
    "三、存在的主要问题",
    "（三）存在的主要问题：",
    "第三部分 存在的主要问题",
    "3. 存在的主要问题",
    "存在的 主要问题。",
    "3. Problems",
    "III. PROBLEMS:",
    "problems",
]


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_known_in_both_languages_with_any_number(title):
    found = sections.split([{"text": title, "heading": True}, {"text": "Two.", "heading": False}], SCHEME)

    assert found == [{"code": "problems", "title": title, "text": "Two."}]


def test_a_curly_apostrophe_is_an_apostrophe():
    title = "Last year’s problems and how they were put right"

    assert sections.split([{"text": title, "heading": True}], SCHEME)[0]["code"] == "last_year"


def test_what_is_unknown_stays_where_it_stands():
    paragraphs = [
        {"text": "Report of 2022", "heading": True},
        {"text": "五、下一步工作打算", "heading": True},
        {"text": "（一）First things", "heading": True},
        {"text": "Problems", "heading": False},
    ]

    assert sections.split(paragraphs, SCHEME) == [
        {"code": "", "title": "", "text": "Report of 2022"},
        {"code": "plan", "title": "五、下一步工作打算", "text": "（一）First things\nProblems"},
    ]


def test_a_number_is_only_a_number_with_its_mark():
    assert sections.plain("一体化建设") == "一体化建设"
    assert sections.plain("2022") == "2022"
