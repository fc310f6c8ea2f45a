"""Workbooks: what somebody typed is text, never a formula."""

import io
from decimal import Decimal

import openpyxl
import pytest

from shuping.documents import kinds, press
from shuping.documents.blocks import Sheet, Workbook


def _cells(*row, title="List"):
    body = press.render(Workbook((Sheet(title, tuple("abcdef"[: len(row)]), (row,)),)), "xlsx")
    return openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]


@pytest.mark.parametrize(
    "typed", ["=1+1", '=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", "#REF!"]
)
def test_what_looks_like_a_formula_stays_text(typed):
    cell = _cells(typed)["A2"]

    assert (cell.value, cell.data_type) == (typed, "s")


def test_a_header_is_text_too():
    body = press.render(Workbook((Sheet("List", ("=1+1",), ()),)), "xlsx")

    assert openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]["A1"].data_type == "s"


def test_figures_are_numbers_with_two_places():
    page = _cells(Decimal("89.07"), 18, None)

    assert (page["A2"].value, page["A2"].number_format) == (pytest.approx(89.07), "0.00")
    assert (page["B2"].value, page["C2"].value) == (18, None)


def test_characters_that_a_workbook_cannot_hold_are_left_out():
    assert _cells("a\x00\x0bb\ufffec")["A2"].value == "abc"


def test_a_very_long_text_is_cut_to_what_a_cell_holds():
    assert len(_cells("x" * 40_000)["A2"].value) == 32_767


def test_a_title_that_no_sheet_can_have_is_mended():
    assert _cells("x", title="A/B: [list]? of *everything* that is long").title == "A B   list   of  everything  th"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("评议函", "评议函.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ('a"b\r\nSet-Cookie: x', "a_b__Set-Cookie_ x.pdf"),
        ("con<>|*?.", "con_____.pdf"),
        ("x" * 300, "x" * 100 + ".pdf"),
    ],
)
def test_file_names_are_safe_everywhere(title, name):
    assert kinds.file_name(title, "pdf") == name


def test_the_name_survives_in_the_header():
    file = kinds.RenderedFile("评议函.pdf", "application/pdf", b"")

    assert file.disposition == "attachment; filename*=UTF-8''%E8%AF%84%E8%AE%AE%E5%87%BD.pdf"


def test_an_unknown_kind_or_format_is_said_to_be_unknown():
    with pytest.raises(kinds.UnknownKind):
        kinds.render("poem", None, language="zh", format="pdf")
    with pytest.raises(kinds.UnknownKind):
        kinds.render("ledger", None, language="zh", format="pdf")
