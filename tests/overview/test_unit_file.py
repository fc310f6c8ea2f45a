"""What a unit has to do leaves as one file, and comes back: tried first, done for it, all of it or nothing."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuping.core import bundles
from shuping.core.models import Act
from shuping.core.refusals import FaultyRows, Refused
from shuping.core.uploads import Budget
from shuping.cycles.models import CarriedItem, Cycle
from shuping.overview import unit_file
from shuping.reports.models import Answer, Revision
from tests.builders import NOW, client_for, make_cycle
from tests.rectification.ledgers import make_item
from tests.reports import papers

pytestmark = pytest.mark.django_db
ANSWER, CAUSE, MEASURE, UNTIL, DONE = 5, 6, 7, 9, 10  # columns as the spreadsheet program counts them


@pytest.fixture
def world():
    world = make_cycle("reporting")
    values = {"source": "item:9", "statement": "Two units never met", "state": "issued", "number": "2021-001"}
    CarriedItem.objects.create(cycle=world.cycle, entry=world.entries[0], closed=False, **values)
    world.item = make_item(world)
    return world


def parts(world) -> dict[str, bytes]:
    return bundles.files(unit_file.build(world.entries[0]).body, "unit.zip")


def fill(table: bytes, cells: dict[tuple[int, int], str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(table))
    for (line, column), text in cells.items():
        book.active.cell(line, column).value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, body in files.items():
            bundle.writestr(f"unit 01/{name}", body)
    return out.getvalue()


def filled(world, **cells) -> bytes:
    """The file as it comes back with the report written, the problem answered and the item planned."""
    given = {
        (2, ANSWER): "Both meet monthly now",
        (3, CAUSE): "No plan",
        (3, MEASURE): "A plan",
        (3, UNTIL): "2023-05-31",
    }
    tasks = fill(parts(world)["tasks.xlsx"], given | cells.get("cells", {}))
    return packed({"report.docx": papers.make_docx(), "tasks.xlsx": tasks})


def take(world, body, **given):
    given = {"by": world.clerk, "name": "unit.zip", "now": NOW, **given}
    return unit_file.take_back(world.entries[0], body=body, **given)


def test_the_file_holds_headings_problems_and_open_items(world):
    found = parts(world)
    rows = list(openpyxl.load_workbook(io.BytesIO(found["tasks.xlsx"])).active.iter_rows(values_only=True))

    assert sorted(found) == ["README.txt", "report.docx", "tasks.xlsx"]
    assert [row[1] for row in rows[1:]] == ["2021-001", world.item.number]
    assert "report.docx" in found["README.txt"].decode("utf-8-sig")


def test_what_comes_back_is_done_for_the_unit_and_recorded_as_such(world):
    done = take(world, filled(world))

    world.item.refresh_from_db()
    assert len(done) == 3
    assert Answer.objects.get().text == "Both meet monthly now"
    assert Revision.objects.get().report.entry == world.entries[0]
    assert (world.item.state, world.item.measure, str(world.item.due)) == ("planned", "A plan", "2023-05-31")
    acts = Act.objects.filter(verb__in=("submit_report", "answer_carried", "plan_item"))
    assert {(act.by, act.on_behalf_of) for act in acts} == {(world.clerk, world.lin)}


def test_trying_says_the_same_and_stores_nothing(world):
    acts = Act.objects.count()

    tried = take(world, filled(world), dry_run=True)

    assert len(tried) == 3
    assert (Act.objects.count(), Revision.objects.count(), Answer.objects.count()) == (acts, 0, 0)
    assert tried == take(world, filled(world))


def test_the_untouched_file_does_nothing(world):
    with pytest.raises(FaultyRows, match="holds nothing that is new"):
        take(world, packed(parts(world)))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({(3, UNTIL): "soon"}, "Row 3: “soon” is no date"),
        ({(3, MEASURE): ""}, "needs its cause and its measure"),
        ({(2, 2): "2021-777"}, "Row 2: this unit has no open task 2021-777"),
        ({(3, DONE): "Done already"}, "Evidence is added while the item is worked on"),
    ],
)
def test_one_bad_row_and_nothing_is_done(world, cells, sentence):
    acts = Act.objects.count()

    with pytest.raises(FaultyRows, match=sentence):
        take(world, filled(world, cells=cells))

    assert (Act.objects.count(), Revision.objects.count()) == (acts, 0)


def test_a_report_that_cannot_be_read_holds_up_the_rest(world):
    with pytest.raises(FaultyRows, match=r"report.docx is not a docx document"):
        take(world, packed({"report.docx": b"PK", "tasks.xlsx": parts(world)["tasks.xlsx"]}))


def test_after_the_reports_only_the_ledger_travels(world):
    world.cycle.stage = world.entries[0].cycle.stage = "rectification"
    world.cycle.save()

    assert sorted(parts(world)) == ["README.txt", "tasks.xlsx"]


BAD = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "is not a zip"),
    "too large": (bytes(20_000_001), "larger than 20 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_zip_is_refused_by_name(world, case):
    body, sentence = BAD[case]

    with pytest.raises(Refused, match=sentence):
        take(world, body)


def test_a_bomb_is_refused(world):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("report.docx", bytes(70_000_000))

    with pytest.raises(Refused, match="unpacks to far more"):
        take(world, out.getvalue())


def test_only_who_may_act_for_the_unit(world):
    with pytest.raises(Refused, match="Only the secretariat or the clerk"):
        take(world, filled(world), by=world.commentator)
    assert client_for(world.zhou).get(f"/c/{world.cycle.pk}/units/01/").status_code == 404
    assert client_for(world.commentator).get(f"/c/{world.cycle.pk}/units/01/file.zip").status_code == 409


def test_the_page_tries_then_does(world):
    clerk, address = client_for(world.clerk), f"/c/{world.cycle.pk}/units/01/"

    def send(body, **more):
        return clerk.post(address, {"file": SimpleUploadedFile("unit.zip", body), **more})

    tried = send(filled(world), dry_run="on").content.decode()
    assert "All of it can be done" in tried
    assert not Revision.objects.exists()
    assert "Row 3" in send(filled(world, cells={(3, UNTIL): "soon"})).content.decode()
    assert send(filled(world)).status_code == 302
    assert Revision.objects.exists()
    assert clerk.get(f"{address}file.zip").content.startswith(b"PK")


def test_nothing_is_opened_that_a_rule_refuses_anyway(world):
    Cycle.objects.filter(pk=world.cycle.pk).update(stage="meeting")
    world.item.delete()
    world.entries[0].carried.all().delete()
    world.entries[0].refresh_from_db()

    with pytest.raises(FaultyRows) as refused:
        take(world, packed({"report.docx": b"no document at all", "tasks.xlsx": b"no workbook"}))

    assert refused.value.faults == [
        (
            "report.docx: The time of the reports is over: the year has gone on to its next stage. "
            "Take it out of the zip, then send that again."
        ),
        "tasks.xlsx is not read: this unit has no open task.",
    ]


def test_forty_documents_have_the_time_of_one(world, monkeypatch):
    monkeypatch.setattr(unit_file, "Budget", lambda: Budget(seconds=0.2))
    report = papers.make_docx()

    with pytest.raises(FaultyRows) as refused:
        take(world, packed({f"report {number:02}.docx": report for number in range(40)}), dry_run=True)

    assert refused.value.faults[-1].endswith("Copy the text into a new document, save that as docx.")
    assert len(refused.value.faults) == 1
