"""Meetings at a state, made by the same steps as the real ones."""

import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest

from shuping.core.refusals import Refused
from shuping.cycles import queries as cycles
from shuping.cycles.models import Entry
from shuping.meetings import actions, commenting, queries
from shuping.meetings.models import AgendaItem, Comment, Meeting
from shuping.organisations import actions as organising
from tests.builders import NOW, World

BEGINS = datetime(2022, 12, 29, 1, 0, tzinfo=UTC)  # nine o'clock where the site stands
HEADER = ("姓名", "Name", "职务", "Office", "类别", "表决", "账号")
STATEMENT = "“三会一课”流于形式；attendance was written up afterwards, in 2 of 5 units.\nTwice."
FORMS = (("常委会（扩大）会议", "Enlarged standing committee"), ("领导小组会议", "Leading group"))


def at(seconds: float) -> datetime:
    """An instant of the meeting, in seconds after its beginning."""
    return BEGINS + timedelta(seconds=seconds)


def make_body(world: World, code: str, members: list):
    """A body of the organiser in which these people have a seat."""
    body = organising.form_body(world.organiser, code=code, name_zh=code, name_en=code, by=None, now=NOW)
    for place, person in enumerate(members, 1):
        organising.seat_member(body, person, precedence=place, office_zh="委员", office_en="Member", by=None, now=NOW)
    return body


def make_meeting(world: World, *shares: str, members: tuple[str, ...] = ("chair", "committee", "commentator")):
    """A planned meeting with one form per share; the members of their bodies are people of the cast by name."""
    people = [getattr(world, name) for name in members]
    named = zip(shares or ("1/2",), FORMS, strict=False)
    forms = [(make_body(world, en, people), zh, en, share) for share, (zh, en) in named]
    return actions.create_meeting(
        world.cycle,
        title_zh="评议会议",
        title_en="Review meeting",
        place_zh="会堂",
        place_en="Great hall",
        starts=BEGINS,
        presiding=world.chair,
        forms=forms,
        by=world.wei,
        now=NOW,
    )


def workbook(*rows: tuple) -> bytes:
    """A list of those who attend, as xlsx."""
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.worksheets[0].append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place(name: str, category: str = "", votes: str = "否", account: str = "") -> tuple:
    """A row of the list."""
    return (name, f"{name} in English", "委员", "Member", category, votes, account)


def send_roster(meeting: Meeting, world: World, *rows: tuple) -> int:
    return actions.set_roster(meeting, body=workbook(*rows), name="list.xlsx", by=world.wei, now=NOW)


def seat(meeting: Meeting, world: World, present: tuple[str, ...], absent: tuple[str, ...] = ()) -> None:
    """Put people of the cast on the list, without a workbook's detour, and check some of them in."""
    meeting.attendance.all().delete()
    for order, name in enumerate((*present, *absent), 1):
        person = getattr(world, name)
        meeting.attendance.create(person=person, name_zh=name, name_en=name, precedence=order, votes=False)
    there = set(meeting.attendance.filter(name_zh__in=present).values_list("pk", flat=True))
    actions.check_in(meeting, present=there, by=world.clerk, now=BEGINS)


def open_meeting(world: World) -> Meeting:
    """A meeting in session."""
    meeting = make_meeting(world)
    seat(meeting, world, ("chair", "committee", "commentator"))
    return actions.open_meeting(meeting, by=world.clerk, now=BEGINS)


def turn(world: World, entry: Entry) -> AgendaItem:
    return AgendaItem.objects.get(entry=entry)


def take(world: World, entry: Entry, *steps: str, seconds: float = 0) -> AgendaItem:
    """Lead a turn through steps, all at one instant."""
    verbs = {
        "call": actions.call,
        "back": actions.call_back,
        "start": actions.start_speech,
        "pause": actions.pause_speech,
        "resume": actions.resume_speech,
        "end": actions.end_speech,
        "finish": actions.finish_turn,
    }
    for step in steps:
        verbs[step](turn(world, entry), by=world.clerk, now=at(seconds))
    return turn(world, entry)


def comment(world: World, entry: Entry, *statements: str, speaker=None, by=None, **parts: str) -> Comment:
    """A comment with problems of the first theme."""
    theme = cycles.themes(world.cycle)[0]
    speaker = speaker or world.chair
    return commenting.write_comment(
        queries.meeting_of(world.cycle),
        entry,
        speaker,
        recognised=parts.get("recognised", "Roads were built"),
        problems=[commenting.Named(statement, theme) for statement in statements],
        direction=parts.get("direction", "Keep going"),
        by=by or speaker,
        now=at(600),
    )


def hear(world: World, entry: Entry, *statements: str, seconds: int = 450) -> Comment:
    """A whole turn: called, reported, commented on, finished."""
    steps = ("call",) if entry.mode == Entry.Mode.WRITTEN else ("call", "start")
    take(world, entry, *steps)
    if entry.mode == Entry.Mode.ORAL:
        take(world, entry, "end", seconds=seconds)
    said = comment(world, entry, *statements)
    commenting.confirm_comment(said, by=world.clerk, now=at(700))
    take(world, entry, "finish", seconds=700)
    return said


def close(world: World) -> Meeting:
    return actions.close_meeting(queries.meeting_of(world.cycle), by=world.clerk, now=at(7200))


def refused(act, *args, **more) -> str:
    """The code of the refusal that an act ends in."""
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.refusal.code
