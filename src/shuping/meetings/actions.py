"""The verbs of a meeting: set up, check in, open, call, time, close. What is said is in `commenting`."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from shuping.core import acts, live, sheets
from shuping.core.refusals import FaultyRows, ensure
from shuping.cycles import actions as years
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import codes, minutes, priorities, queries, roster, rules, turns
from shuping.meetings.models import (
    AgendaItem,
    Attendance,
    Comment,
    FloorClock,
    Meeting,
    MeetingForm,
    Minutes,
    QuorumRule,
)
from shuping.organisations.models import Body, Person

Turn = AgendaItem.State


def note(verb: str, meeting: Meeting, *, by: Any, now: datetime, on_behalf_of: Any = None, **details: Any) -> None:
    """Record an act of the meeting and let every open page follow; a `reason` among the details is the act's own, and
    so is what it `decides` and `deletes`.
    """
    told = {name: details.pop(name, None) for name in ("decides", "deletes")}
    told |= {"reason": details.pop("reason", ""), "details": details}
    acts.record(verb, meeting, by=by, now=now, on_behalf_of=on_behalf_of, cycle=meeting.cycle_id, **told)
    live.announce(f"meeting-{meeting.pk}")
    live.announce("meetings")


def locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",)).select_related("cycle", "presiding").get(pk=meeting.pk)


@transaction.atomic
def create_meeting(
    cycle: Cycle,
    *,
    title_zh: str,
    title_en: str,
    place_zh: str,
    place_en: str,
    starts: datetime,
    presiding: Person,
    forms: list[tuple[Body, str, str, str]],
    voters: list[tuple[str, str]] = [],  # noqa: B006 - never changed
    group: str = "",
    by: Any,
    now: datetime,
) -> Meeting:
    """Set the day up. `forms` are the forms it has at once: (body, name zh, name en, quorum); `voters` further quorums:
    (category or nothing for all who vote, quorum). The agenda follows the ballot numbers, written reports last; that
    of a `group` has the entries of the group, which then no other meeting hears (R11, R29, R34).
    """
    ensure(rules.may_create(by, cycle, group))
    meeting = Meeting.objects.create(
        cycle=cycle,
        group=group,
        title_zh=title_zh,
        title_en=title_en,
        place_zh=place_zh,
        place_en=place_en,
        starts=starts,
        presiding=presiding,
    )
    _set_quorums(meeting, forms, voters)
    _set_agenda(meeting)
    note("create_meeting", meeting, by=by, now=now, group=group)
    return meeting


def _set_quorums(meeting: Meeting, forms: list[tuple[Body, str, str, str]], voters: list[tuple[str, str]]) -> None:
    for body, zh, en, quorum in forms:
        MeetingForm.objects.create(meeting=meeting, body=body, name_zh=zh, name_en=en, quorum_above=quorum)
    for category, quorum in voters:
        QuorumRule.objects.create(meeting=meeting, category=category, quorum_above=quorum)


def _set_agenda(meeting: Meeting) -> None:
    mine = cycles.entries(meeting.cycle)
    if meeting.group:
        mine = mine.filter(group=meeting.group)
        untouched = {"meeting__state": Meeting.State.PLANNED, "state": Turn.WAITING}
        AgendaItem.objects.filter(entry__in=mine, **untouched).delete()
        _take_words(meeting, mine.filter(agenda_item=None))
    free = mine.filter(agenda_item=None)
    oral_first = sorted(free, key=lambda entry: (entry.mode != Entry.Mode.ORAL, entry.number))
    for position, entry in enumerate(oral_first, 1):
        AgendaItem.objects.create(meeting=meeting, entry=entry, position=position)


def _take_words(meeting: Meeting, entries: QuerySet[Entry]) -> None:
    """What was prepared on the entries goes with them to the meeting that now hears them."""
    prepared = Comment.objects.filter(entry__in=entries)
    prepared.update(meeting=meeting, presiding=False)
    prepared.filter(by=meeting.presiding).update(presiding=True)


def set_roster(meeting: Meeting, *, body: bytes, name: str, by: Any, now: datetime, dry_run: bool = False) -> int:
    """Take the list of those who attend from an xlsx file, all rows or none; a dry run only reads it. Returns how many
    people are on it. Raises FaultyRows.
    """
    ensure(rules.may_set_roster(by, meeting))
    # Reading takes seconds in a child process: no transaction waits for it.
    table = sheets.rows(body, name)
    scheme = cycles.scheme_of(meeting.cycle)
    people = _people(table)
    seats, faults = roster.read_roster(
        table, categories={category.code for category in scheme.category}, accounts=set(people)
    )
    if faults:
        raise FaultyRows(faults)
    if not dry_run:
        _keep_roster(meeting, seats, people, by=by, now=now)
    return len(seats)


@transaction.atomic
def _keep_roster(
    meeting: Meeting, seats: list[roster.Seat], people: dict[str, Person], *, by: Any, now: datetime
) -> None:
    meeting = locked(meeting)
    ensure(rules.may_set_roster(by, meeting))
    meeting.attendance.all().delete()
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            person=people.get(seat.account),
            name_zh=seat.name_zh,
            name_en=seat.name_en or seat.name_zh,
            office_zh=seat.office_zh,
            office_en=seat.office_en,
            precedence=place,
            category=seat.category,
            votes=seat.votes,
            code=code,
        )
        for place, (seat, code) in enumerate(zip(seats, codes.new_codes(len(seats)), strict=True), 1)
    )
    note("set_roster", meeting, by=by, now=now, people=len(seats), decides={"roster": [meeting], "presence": [meeting]})


def _people(table: list[list[Any]]) -> dict[str, Person]:
    place = roster.COLUMNS.index("account")
    named = {str(row[place]).strip() for row in table[1:] if len(row) > place and row[place]}
    return {person.username: person for person in Person.objects.filter(username__in=named)}


@transaction.atomic
def check_in(meeting: Meeting, *, present: set[int], by: Any, now: datetime) -> int:
    """Set who is present (keys of places on the list); whoever is not named is absent."""
    meeting = locked(meeting)
    ensure(rules.may_check_in(by, meeting))
    meeting.attendance.filter(present=True).exclude(pk__in=present).update(present=False, left_at=now)
    meeting.attendance.filter(present=False, pk__in=present).update(present=True, arrived_at=now, left_at=None)
    number = meeting.attendance.filter(present=True).count()
    note("check_in", meeting, by=by, now=now, present=number, decides={"presence": [meeting]})
    return number


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Open it: quorum in every form; the year is in its meeting from now on."""
    meeting = locked(meeting)
    ensure(rules.may_open(by, meeting))
    meeting.state, meeting.opened_at = Meeting.State.OPEN, now
    meeting.save()
    quorums = {
        str(getattr(q.form, "name_zh", q.form.name)): f"{q.present}/{q.members}" for q in queries.quorums(meeting)
    }
    note("open_meeting", meeting, by=by, now=now, quorums=quorums)
    years.advance(meeting.cycle, Cycle.Stage.MEETING, by=by, now=now)
    return meeting


def locked_turn(item: AgendaItem) -> AgendaItem:
    """A turn as it is now; its meeting is locked first."""
    locked(item.meeting)  # so that two desks cannot call two reporters at once
    found = AgendaItem.objects.select_for_update(of=("self",)).select_related("entry", "meeting__cycle")
    return found.get(pk=item.pk)


def _move(item: AgendaItem, state: str, verb: str, *, by: Any, now: datetime) -> AgendaItem:
    item.state = state
    item.save(update_fields=["state"])
    note(verb, item.meeting, by=by, now=now, entry=item.entry.number)
    return item


@transaction.atomic
def call(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Call a reporter; a written report is taken straight to the comment (R34)."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "call"))
    states = turns.way(cycles.scheme_of(item.meeting.cycle), oral=item.oral)
    return _move(item, states[0], "call_reporter", by=by, now=now)


@transaction.atomic
def call_back(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Take a call back: the reporter waits again."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "back"))
    return _move(item, Turn.WAITING, "call_back", by=by, now=now)


@transaction.atomic
def start_speech(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Start the clock with the scheme's limit and warning, in seconds (R30)."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "start"))
    speech = cycles.scheme_of(item.meeting.cycle).speech
    values = {"limit": speech.limit, "warning": speech.warning, "started": now, "paused": None, "ended": None}
    FloorClock.objects.update_or_create(item=item, defaults=values | {"paused_for": None})
    return _move(item, Turn.SPEAKING, "start_speech", by=by, now=now)


@transaction.atomic
def pause_speech(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "pause"))
    FloorClock.objects.filter(item=item).update(paused=now)
    return _move(item, Turn.SPEAKING, "pause_speech", by=by, now=now)


@transaction.atomic
def resume_speech(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "resume"))
    _resume(item.clock, now)
    return _move(item, Turn.SPEAKING, "resume_speech", by=by, now=now)


def _resume(clock: FloorClock, now: datetime) -> None:
    if clock.paused:
        pause = now - clock.paused
        clock.paused_for, clock.paused = (clock.paused_for + pause if clock.paused_for else pause), None
        clock.save()


@transaction.atomic
def end_speech(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Stop the clock; how long it took is on record."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "end"))
    _resume(item.clock, now)
    FloorClock.objects.filter(item=item).update(ended=now)
    following = turns.after(cycles.scheme_of(item.meeting.cycle), item)
    return _move(item, following, "end_speech", by=by, now=now)


@transaction.atomic
def next_step(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Go on to what the scheme has next in a turn: questions, comment, undertaking, its end."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "next"))
    return _move(item, turns.after(cycles.scheme_of(item.meeting.cycle), item), "next_step", by=by, now=now)


@transaction.atomic
def finish_turn(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "finish"))
    return _move(item, Turn.DONE, "finish_turn", by=by, now=now)


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Close it; priorities become tasks, the minutes draft themselves from what happened."""
    meeting = locked(meeting)
    ensure(rules.may_close(by, meeting))
    meeting.state, meeting.closed_at = Meeting.State.CLOSED, now
    meeting.save()
    priorities.hand_out(meeting, by=by, now=now)
    text = minutes.draft(meeting)
    kept, _made = Minutes.objects.update_or_create(meeting=meeting, defaults={"text": text, "draft": text})
    note("close_meeting", meeting, by=by, now=now, decides={"minutes": [kept]})
    return meeting


@transaction.atomic
def write_minutes(meeting: Meeting, *, text: str, by: Any, now: datetime) -> Minutes:
    meeting = locked(meeting)
    ensure(rules.may_write_minutes(by, meeting))
    meeting.minutes.text = text
    meeting.minutes.save()
    note("write_minutes", meeting, by=by, now=now, decides={"minutes": [meeting.minutes]})
    return meeting.minutes


@transaction.atomic
def lock_minutes(meeting: Meeting, *, by: Any, now: datetime) -> Minutes:
    """Lock the minutes: they no longer change (R37)."""
    meeting = locked(meeting)
    ensure(rules.may_write_minutes(by, meeting))
    meeting.minutes.locked_at = now
    meeting.minutes.save()
    note("lock_minutes", meeting, by=by, now=now, decides={"minutes": [meeting.minutes]})
    return meeting.minutes
