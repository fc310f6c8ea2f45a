"""Marks from workbooks: all rows or none, each fault in a sentence that names its row."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from shuping.core.models import Act, StoredFile
from shuping.core.refusals import FaultyRows, Refused
from shuping.results import actions, queries
from shuping.results.models import Component, Grade
from tests.builders import client_for
from tests.results.worlds import COUNTED_AT, compute, make_counted, marks_of, take_marks, workbook

pytestmark = pytest.mark.django_db
ROWS = [["01", "x", 88.5], ["02", "y", "77"], ["03", "z", 100]]


@pytest.fixture
def world():
    return make_counted()


def take(world, rows, **more):
    body = rows if isinstance(rows, bytes) else workbook(rows)
    call = {"component": "field", "name": "field.xlsx", "by": world.wei, "now": COUNTED_AT}
    return actions.import_marks(world.cycle, body=body, **{**call, **more})


def upload(person, world, body, component="field", name="field.xlsx"):
    file = SimpleUploadedFile(name, body)
    return client_for(person).post(
        reverse("import-marks", args=[world.cycle.pk]), {"component": component, "marks": file}
    )


def with_macros() -> bytes:
    out = io.BytesIO(workbook(ROWS))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    return out.getvalue()


# The rows of the workbook, and what each sentence says.
FAULTY = {
    "an unknown unit": ([*ROWS, ["04", "w", 80]], ["Row 5: there is no unit 04 this year."]),
    "no unit": ([*ROWS, [None, "w", 80]], ["Row 5: the number of the unit is missing."]),
    "a text in a number": ([ROWS[0], ["02", "y", "good"], ROWS[2]], ["Row 3: “good” is not a mark from 0 to 100."]),
    "no mark": ([ROWS[0], ["02", "y", None], ROWS[2]], ["Row 3: “” is not a mark from 0 to 100."]),
    "a row cut short": ([["01", "x"], *ROWS[1:]], ["Row 2: “” is not a mark from 0 to 100."]),
    "a mark above 100": ([ROWS[0], ROWS[1], ["03", "z", 100.01]], ["Row 4: “100.01” is not a mark from 0 to 100."]),
    "a mark below nought": ([["01", "x", -0.5], *ROWS[1:]], ["Row 2: “-0.5” is not a mark from 0 to 100."]),
    "no number": ([["01", "x", "NaN"], *ROWS[1:]], ["Row 2: “NaN” is not a mark from 0 to 100."]),
    "true": ([["01", "x", True], *ROWS[1:]], ["Row 2: “True” is not a mark from 0 to 100."]),
    "more places than are kept": (
        [["01", "x", "88.12345"], *ROWS[1:]],
        ["Row 2: “88.12345” has more than 4 decimal places; round it."],
    ),
    "a unit twice": ([*ROWS, ["02", "y", 77]], ["Row 5: unit 02 stands twice."]),
    "a unit missing": ([ROWS[0], ROWS[2]], ["Row missing: no mark for unit 02."]),
    "two faults": ([["01", "x", "?"], ["09", "y", 1]], ["Row 2: “?” is not", "Row 3: there is no unit 09"]),
    "only a header": ([], ["unit 01", "unit 02", "unit 03"]),
}
UNREADABLE = {
    "not an xlsx": (b"number,unit,mark\n01,x,88\n", "field.xlsx is not an xlsx workbook."),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "field.xlsx is encrypted"),
    "with macros": (with_macros(), "field.xlsx contains macros:"),
    "empty": (b"", "field.xlsx is empty."),
}


def stored():
    return list(Component.objects.order_by("id").values_list("entry__number", "code", "value", "file"))


def test_marks_are_taken_with_the_file_they_came_from(world):
    number = take(world, ROWS)

    assert number == 3
    assert queries.marks(world.cycle) == {"field": {"01": "88.5", "02": "77", "03": "100"}}
    act = Act.objects.filter(verb="import_marks").get()
    assert act.details == {"component": "field", "file": StoredFile.objects.get().digest}


def test_a_number_of_the_spreadsheet_and_blank_rows_are_read(world):
    take(world, [[1, "x", 1], [None, None, None], [2.0, "y", 2], ["", "", ""], ["3", "z", 3]])

    assert queries.marks(world.cycle) == {"field": {"01": "1", "02": "2", "03": "3"}}


def test_the_same_component_again_replaces_its_marks(world):
    take(world, ROWS)
    take(world, marks_of(world, 70))

    assert queries.marks(world.cycle) == {"field": {"01": "70", "02": "70", "03": "70"}}


@pytest.mark.parametrize(("rows", "sentences"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_row_is_named_and_nothing_changes(world, rows, sentences):
    take(world, marks_of(world, 70))
    before, acts = stored(), Act.objects.count()

    with pytest.raises(FaultyRows) as caught:
        take(world, rows)

    assert len(caught.value.faults) == len(sentences)
    for fault, sentence in zip(caught.value.faults, sentences, strict=True):
        assert sentence in fault
    assert (stored(), Act.objects.count(), StoredFile.objects.count()) == (before, acts, 1)


@pytest.mark.parametrize(("rows", "sentences"), FAULTY.values(), ids=FAULTY)
def test_the_page_shows_every_fault(world, rows, sentences):
    page = upload(world.wei, world, workbook(rows))

    text = page.content.decode()
    assert page.status_code == 409
    assert "field.xlsx has rows that cannot be taken" in text
    assert all(sentence in text for sentence in sentences)
    assert stored() == []


@pytest.mark.parametrize(("body", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_and_nothing_changes(world, body, sentence):
    take(world, marks_of(world, 70))
    before = stored()

    with pytest.raises(Refused) as caught:
        take(world, body)

    assert str(caught.value).startswith(sentence)
    assert (stored(), StoredFile.objects.count()) == (before, 1)


def test_the_page_refuses_what_cannot_be_read(world):
    page = upload(world.wei, world, with_macros())

    assert page.status_code == 409
    assert "field.xlsx contains macros: programs that run when it is opened." in page.content.decode()


def test_a_workbook_goes_from_the_page_into_the_marks(world):
    page = upload(world.wei, world, workbook(ROWS))

    assert page.status_code == 302
    assert set(queries.marks(world.cycle)) == {"field"}


@pytest.mark.parametrize("data", [{}, {"component": "field"}, {"component": "ballot"}])
def test_the_page_asks_for_component_and_workbook(world, data):
    page = client_for(world.wei).post(reverse("import-marks", args=[world.cycle.pk]), data, follow=True)

    assert "Choose a component and a workbook, then send it." in page.content.decode()


@pytest.mark.parametrize("component", ["ballot", "looks"])
def test_a_component_that_comes_from_no_file_is_refused(world, component):
    with pytest.raises(Refused, match="no such component"):
        take(world, ROWS, component=component)


@pytest.mark.parametrize("name", ["lin", "committee", "teller", "auditor", "zhou"])
def test_only_the_secretariat_takes_marks_in(world, name):
    with pytest.raises(Refused, match="another role"):
        take(world, ROWS, by=world.people[name])


def test_marks_no_longer_change_once_a_grade_is_decided(world):
    compute(world)
    Grade.objects.filter(entry=world.entries[0]).update(decided="good")

    with pytest.raises(Refused, match="marks no longer change"):
        take(world, ROWS)


def test_an_entry_that_is_not_graded_needs_no_mark(world):
    entry = world.entries[2]
    entry.not_graded_because = "new in office"
    entry.save()

    assert take(world, ROWS[:2]) == 2


def test_what_is_missing_is_named(world):
    scheme = queries.cycles.scheme_of(world.cycle)
    take_marks(world, "routine")

    assert queries.missing_marks(world.cycle, scheme) == ["Field verification"]


def test_no_transaction_waits_while_marks_are_read(world, monkeypatch):
    outside, read, held = len(connection.atomic_blocks), actions.sheets.rows, []
    monkeypatch.setattr(
        actions.sheets, "rows", lambda *given: held.append(len(connection.atomic_blocks)) or read(*given)
    )

    take(world, ROWS)

    assert held == [outside]
