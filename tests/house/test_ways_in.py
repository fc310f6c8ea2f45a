"""Every way by which words come in: short texts lose the signs that nobody sees, long ones those that turn."""

import ast
import importlib
import io
import re
from pathlib import Path

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from scoring import builtin_scheme
from shuping.core import sheets
from shuping.core.fields import LongText, ShortText
from shuping.meetings.models import Phrase, Question
from shuping.organisations.models import Organisation, Person
from shuping.reports import intake
from tests.builders import client_for, made, make_cycle, make_person
from tests.house.sentences import SITE
from tests.meetings import halls as meetings
from tests.reports import papers

ZERO, TURN, BOM = "\u200b", "\u202e", "\ufeff"
MODULES = sorted(SITE.rglob("*.py"))
# Read from a page without a form, but only looked up among what is there, never kept.
LOOKED_UP = {
    "body", "grade", "group", "insert", "keep", "next", "number", "opinion", "seen", "source", "speaker", "target",
    "tracker", "username",
}  # fmt: skip
SECRETS = {"old_password", "new_password1", "new_password2", "code"}


def _forms():
    for file in MODULES:
        if file.name.endswith("forms.py"):
            module = importlib.import_module(".".join(["shuping", *file.relative_to(SITE).with_suffix("").parts]))
            for kind in vars(module).values():
                if isinstance(kind, type) and issubclass(kind, forms.BaseForm) and kind.__module__ == module.__name__:
                    yield kind


def test_every_field_for_words_is_one_of_the_two():
    found = [(kind, name, field) for kind in _forms() for name, field in kind.base_fields.items()]
    plain = [
        (kind.__name__, name) for kind, name, field in found if type(field) is forms.CharField and name not in SECRETS
    ]

    assert plain == []
    assert sum(isinstance(field, (ShortText, LongText)) for _kind, _name, field in found) > 35


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(Path(file).relative_to(SITE)))
def test_nobody_makes_another_field_or_reads_words_past_it(file):
    if file == SITE / "core" / "fields.py":
        return
    text = file.read_text("utf-8")
    made = [ast.unparse(call.func) for call in ast.walk(ast.parse(text)) if isinstance(call, ast.Call)]

    assert [name for name in made if re.fullmatch(r"forms\.(Char|Regex|Slug|Email|URL)Field", name)] == []
    assert set(re.findall(r"""POST(?:\.get|\.getlist)?[\[(]["'](\w+)""", text)) <= LOOKED_UP | {"present"}
    assert "POST.get(name" not in text or file == SITE / "ballots" / "views.py"  # source and target of a merger


def _book(*rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_of_workbooks():
    rows = sheets.rows(_book(["name", f"{TURN}林{ZERO}致远{BOM}", 7]), "list.xlsx")

    assert [row[:3] for row in rows] == [["name", "林致远", 7]]
    assert sheets.tables(_book([f"a{ZERO}"]), "list.xlsx")[0][0][0] == "a"


def test_paragraphs_of_a_report_keep_all_but_what_turns():
    document = papers.make_docx(first=f"{TURN}first{ZERO}")

    texts = [paragraph["text"] for paragraph in intake.read(document, "report.docx")]

    assert any(text.startswith(f"first{ZERO}") for text in texts)
    assert TURN not in "".join(texts)


@pytest.mark.django_db
def test_a_name_of_an_account():
    world = make_cycle("reporting")
    given = {"organiser": world.organiser.pk, "username": f"li{ZERO}.ming", "name_zh": f"李{BOM}明", "format": "pdf"}
    client_for(world.wei).post(reverse("open-account"), given | {"name_en": f"{TURN}Li Ming"})

    assert (Person.objects.get(username="li.ming").name_zh, Person.objects.get(username="li.ming").name_en) == (
        "李明",
        "Li Ming",
    )


@pytest.mark.django_db
def test_names_of_a_tree():
    world = make_cycle("reporting")
    book = openpyxl.Workbook()
    book.active.append(["code", "parent", "kind", "name_zh", "name_en"])
    book.active.append([f"new{ZERO}-unit", world.organiser.code, "county", f"青{TURN}原县委", "Qingyuan"])
    for title in ("People", "Posts", "Bodies"):
        book.create_sheet(title).append(["x"])
    out = io.BytesIO()
    book.save(out)
    given = {"organiser": world.organiser.pk, "workbook": SimpleUploadedFile("tree.xlsx", out.getvalue())}
    secretary = client_for(world.wei)
    made(secretary, secretary.post(reverse("tree"), given))

    assert Organisation.objects.get(code="new-unit").name_zh == "青原县委"


@pytest.mark.django_db
def test_a_question_a_phrase_and_a_reason():
    world = make_cycle("meeting")
    meetings.make_meeting(world)
    clerk = client_for(world.clerk)
    clerk.post(
        reverse("ask", args=[world.cycle.pk, "01"]), {"asker": f"{TURN}Chair", "text": f"Who{ZERO} answers{TURN}?"}
    )
    clerk.post(reverse("phrases", args=[world.cycle.pk]), {"part": "recognised", "text": f"Well{BOM} done{TURN}."})

    question = Question.objects.get()
    assert (question.asker, question.text) == ("Chair", "Who answers?")
    assert Phrase.objects.filter(text="Well done.").exists()


@pytest.mark.django_db
def test_a_title_of_a_year_and_its_scheme():
    world = make_cycle("rectification")
    given = {
        "title_zh": f"下{ZERO}一年度",
        "title_en": f"{TURN}Next year",
        "topic": f"grass{BOM}roots",
        "meeting_on": "2099-12-01",
    }
    faulty = builtin_scheme("provincial").replace(b'zh = "', f'zh = "{ZERO}'.encode(), 1)
    client, address = client_for(world.wei), reverse("new-year")

    refused = client.post(address, given | {"scheme": "file", "scheme_file": SimpleUploadedFile("scheme.toml", faulty)})
    client.post(address, given | {"scheme": "last"})

    assert "signs that nobody sees, in line" in refused.content.decode()
    year = world.cycle.following.get()
    assert (year.title_zh, year.title_en, year.topic) == ("下一年度", "Next year", "grassroots")


@pytest.mark.django_db
def test_nobody_takes_a_name_that_looks_like_another():
    """A username with a sign that nobody sees is the username without it, which is there already."""
    world = make_cycle("reporting")
    taken = make_person("lin")
    given = {"organiser": world.organiser.pk, "username": f"{taken.username}{ZERO}", "name_zh": "林", "name_en": "Lin"}
    answer = client_for(world.wei).post(reverse("open-account"), given | {"format": "pdf"})

    assert answer.status_code == 200
    assert Person.objects.filter(username__startswith=taken.username).count() == 1
