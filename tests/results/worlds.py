"""Years whose ballot is counted, with comments and a committee, for the tests of the results."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl

from shuping.ballots.models import Ballot, Category, Count
from shuping.core import files
from shuping.cycles import queries as cycles
from shuping.meetings.models import Comment, Meeting, MeetingForm, Passage, Problem, Speech
from shuping.organisations import actions as organising
from shuping.results import actions
from shuping.results.models import Component
from tests.builders import NOW, World, make_cycle

COUNTED_AT = datetime(2022, 12, 29, 18, tzinfo=UTC)
# Marks of each entry from the best grade on, of 24 ballots in A, 22 in B, 12 in C; below 20 no distribution is shown.
CAST = {"A": 24, "B": 22, "C": 12}
RECOGNISED = "三会一课按期开展；*attendance* rose to 92 % & more."
DIRECTION = "年底前逐项整改到位；<report> every quarter."


def make_counted(entries: int = 3, **more) -> World:
    """A year after its meeting: ballots counted, comments confirmed, a committee that can decide; no marks yet."""
    world = make_cycle("meeting", entries, **more)
    world.body = organising.form_body(
        world.organiser, code="committee", name_zh="常务委员会", name_en="Standing committee", by=None, now=NOW
    )
    count_ballot(world)
    hold_meeting(world)
    return world


def count_ballot(world: World, state: str = Ballot.State.COUNTED, withheld: str = "") -> Ballot:
    """A ballot that was counted as `CAST` says; a category named in `withheld` fell short."""
    ballot = Ballot.objects.create(
        cycle=world.cycle, identifier=f"Ballot{world.cycle.pk:08}", group="Ed25519", state=state
    )
    for category in cycles.scheme_of(world.cycle).category:
        row = Category.objects.create(
            ballot=ballot,
            code=category.code,
            name_zh=category.zh,
            name_en=category.en,
            weight=category.weight,
            electorate=40,
            paper_issued=10,
            withheld=category.code in withheld,
        )
        _count(row, world)
    return ballot


def _count(category: Category, world: World) -> None:
    paper = 10 if category.code == "B" else 0
    parts = {"electronic": CAST[category.code] - paper, "paper": paper, "sum": CAST[category.code]}
    for source, cast in parts.items():
        rows = {entry.number: row(cast, int(entry.number)) for entry in world.entries}
        Count.objects.create(category=category, source=source, cast=cast, rows=None if category.withheld else rows)


def row(cast: int, place: int) -> dict[str, int]:
    """`cast` marks of an entry: the lower its place, the fewer are good."""
    lower = min(cast // 5 * (place - 1), cast - 3) if cast else 0
    less = {"good": cast - lower - min(cast, 3), "fairly_good": lower, "average": min(cast, 3), "poor": 0}
    return {**less, "no_opinion": 0, "invalid": 0}


def hold_meeting(world: World) -> Meeting:
    """A meeting at which the chair commented on every entry, and somebody else said what was never confirmed."""
    meeting = Meeting.objects.create(
        cycle=world.cycle,
        title_zh="述职评议会议",
        title_en="Review meeting",
        place_zh="第一会议室",
        place_en="Room 1",
        starts=COUNTED_AT,
        presiding=world.chair,
    )
    MeetingForm.objects.create(meeting=meeting, body=world.body, name_zh="常委会会议", name_en="a standing meeting")
    speech = Speech.objects.create(meeting=meeting, by=world.chair, text="Speech")
    Passage.objects.create(speech=speech, position=1, kind=Passage.Kind.values[0], text="压实责任，久久为功。")
    for entry in world.entries:
        said = Comment.objects.create(
            meeting=meeting, entry=entry, by=world.chair, presiding=True, recognised=RECOGNISED, direction=DIRECTION
        )
        for position in (1, 2):
            Problem.objects.create(comment=said, position=position, statement=problem(entry.number, position))
        Comment.objects.filter(pk=said.pk).update(state=Comment.State.CONFIRMED)
        Comment.objects.create(
            meeting=meeting, entry=entry, by=world.commentator, recognised="Never confirmed", direction="Nor this"
        )
    return meeting


def problem(number: str, position: int) -> str:
    return f"第{position}个问题：{number} “流于形式”; 2 of 5 units <none>."


def workbook(rows, *, header=("No.", "Unit", "Mark")) -> bytes:
    book = openpyxl.Workbook()
    for line in [header, *rows]:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def marks_of(world: World, mark: float = 90) -> list[list]:
    graded = [entry for entry in world.entries if not entry.not_graded_because]
    return [[entry.number, entry.unit_zh, mark] for entry in graded]


def take_marks(world: World, *components: str, mark: float = 90) -> None:
    for component in components or ("routine", "field"):
        body = workbook(marks_of(world, mark))
        actions.import_marks(
            world.cycle, component=component, body=body, name=f"{component}.xlsx", by=world.wei, now=COUNTED_AT
        )


def compute(world: World) -> World:
    """Marks in (as rows: a workbook takes its time), scores computed, grades proposed."""
    stored = files.store(b"marks", "marks.xlsx", actions.XLSX, now=COUNTED_AT)
    graded = [entry for entry in world.entries if not entry.not_graded_because]
    Component.objects.bulk_create(
        Component(entry=entry, code=code, value=90, file=stored) for entry in graded for code in ("routine", "field")
    )
    actions.compute_scores(world.cycle, by=world.wei, now=COUNTED_AT)
    world.cycle.refresh_from_db()
    return world


def decide(world: World) -> World:
    """Every grade decided as proposed, the decision closed, letters drafted."""
    compute(world)
    actions.decide_all(world.cycle, body=world.body, by=world.committee, now=COUNTED_AT)
    actions.close_decision(world.cycle, by=world.wei, now=COUNTED_AT)
    world.cycle.refresh_from_db()
    return world


def issue(world: World) -> World:
    decide(world)
    actions.issue_letters(world.cycle, by=world.wei, now=COUNTED_AT)
    return world


def scores_of(text: str | bytes) -> dict[str, Decimal]:
    """The scores in what `python -m scoring` prints, or in results.json."""
    return {entry["id"]: Decimal(entry["score"]) for entry in json.loads(text)["entries"]}
