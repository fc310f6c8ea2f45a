"""The child process that sets papers: one for a paper, one for a bundle, and what is told when it cannot."""

import subprocess
import sys

import pytest
from django.utils.translation import gettext_lazy

from shuping.documents import press
from shuping.documents.blocks import Heading, Paragraph, Sheet, Workbook
from tests.documents.papers import paper

BEGINNINGS = {"docx": b"PK", "pdf": b"%PDF", "xlsx": b"PK"}
BOOK = Workbook((Sheet("List", ("No.",), ((1,),)),))
BEFORE = """
import sys
import shuping.documents.kinds
print(sorted({"docx", "openpyxl", "typst", "lxml"} & set(sys.modules)))
"""


def test_a_bundle_is_set_by_one_typesetter():
    with press.bundle():
        child = press._bundle.get().child
        bodies = [(form, press.render(BOOK if form == "xlsx" else paper(Heading("a")), form)) for form in BEGINNINGS]
        again = press.render(paper(Paragraph("second")), "pdf")

        assert press._bundle.get().child is child
        assert child.poll() is None
    assert all(body.startswith(BEGINNINGS[form]) for form, body in bodies)
    assert again.startswith(b"%PDF")
    assert child.poll() is not None
    assert press._bundle.get() is None


def test_a_paper_that_cannot_be_set_is_told_and_the_next_one_is_set():
    with press.Press() as opened:
        with pytest.raises(press.PaperFaulty, match="KeyError"):
            opened.set(paper("no block"), "docx")
        with pytest.raises(press.PaperFaulty, match="No module"):
            opened.set(paper(), "odt")

        assert opened.set(paper(Heading("a")), "docx").startswith(b"PK")


def test_a_typesetter_that_died_is_told():
    with press.Press() as opened:
        opened.child.kill()
        opened.child.wait()

        with pytest.raises(press.PaperFaulty, match="ended without a word"):
            opened.set(paper(Heading("a")), "docx")


def test_one_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(press, "PATIENCE", 0.01)

    with press.Press() as opened, pytest.raises(press.PaperFaulty, match="ended without a word"):
        opened.set(paper(Heading("a")), "pdf")


def test_words_that_are_translated_late_are_set_as_texts():
    assert press.render(Workbook((Sheet(gettext_lazy("List"), ("No.",), ((1,),)),)), "xlsx").startswith(b"PK")


def test_the_site_itself_loads_none_of_the_large_libraries():
    done = subprocess.run([sys.executable, "-c", BEFORE], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
