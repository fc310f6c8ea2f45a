"""Questions about a meeting: who is there, whose turn it is, how much time is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from shuping.ballots import queries as ballots
from shuping.ballots.models import Ballot
from shuping.core.pushed import Subject
from shuping.core.refusals import NotYours
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings.models import (
    AgendaItem,
    Attendance,
    Comment,
    FloorClock,
    Meeting,
    MeetingForm,
    Problem,
    Question,
    QuorumRule,
)
from shuping.reports.models import Revision

COMMENT_ON_EVERYBODY = (Role.Kind.CHAIR, Role.Kind.COMMENTATOR, Role.Kind.OBSERVER)
TAKEN_BACK = timedelta(hours=1)  # so long after closing the phones still hear when the desk takes it back
Turn = AgendaItem.State
RUNNING = (Turn.CALLED, Turn.SPEAKING, Turn.QUESTIONS, Turn.COMMENT, Turn.UNDERTAKING)
HEARD = (Turn.QUESTIONS, Turn.COMMENT, Turn.UNDERTAKING, Turn.DONE)  # the report was given
OVER = (Turn.DONE, Turn.WITHDRAWN)
READ_DRAFTS = {*COMMENT_ON_EVERYBODY, Role.Kind.SECRETARIAT, Role.Kind.CLERK, Role.Kind.COMMITTEE}


@dataclass(frozen=True)
class Quorum:
    """How many of those who count are there: members of a form's body, or voters. `reached` is exact: no floating
    point.
    """

    form: MeetingForm | QuorumRule
    present: int
    members: int

    @property
    def reached(self) -> bool:
        if not self.members:
            return True
        share, exactly_enough = parse_share(self.form.quorum_above)
        there = Fraction(self.present, self.members)
        return there > share or (exactly_enough and there == share)


def parse_share(text: str) -> tuple[Fraction, bool]:
    """A quorum as written: "1/2" is more than a half, ">=4/5" at least four fifths. Raises ValueError."""
    enough = text.strip().startswith(">=")
    return Fraction(text.strip().removeprefix(">=").strip()), enough


def meeting_of(cycle: Cycle) -> Meeting | None:
    """The meeting of a year; where groups meet beside each other, that of all, else the first of them."""
    return next(iter(meetings_of(cycle)), None)


def meetings_of(cycle: Cycle) -> list[Meeting]:
    """All meetings of a year: one, or one for each group; that of all first, then as they begin and were set up (R11).
    Names of groups say nothing of their order: 甲 sorts behind 乙.
    """
    found = Meeting.objects.filter(cycle=cycle).select_related("cycle", "presiding").order_by("starts", "pk")[:30]
    return sorted(found, key=lambda meeting: bool(meeting.group))


def groups_without_meeting(cycle: Cycle, held: Iterable[Meeting]) -> list[str]:
    """The groups of a year that have reporters and no meeting of their own yet (`held` are its meetings); a group that
    another meeting has begun to hear gets none any more.
    """
    begun = Q(agenda_item__isnull=False) & ~Q(agenda_item__meeting__state=Meeting.State.PLANNED)
    free = cycles.entries(cycle).exclude(begun).exclude(group="")
    have = {meeting.group for meeting in held}
    return [group for group in dict.fromkeys(free.values_list("group", flat=True)) if group not in have]


def rest_without_meeting(cycle: Cycle, held: Iterable[Meeting]) -> bool:
    """Whether somebody without a group is heard nowhere, while only groups have their meetings (`held`)."""
    free = cycles.entries(cycle).filter(group="", agenda_item=None)
    return all(meeting.group for meeting in held) and free.exists()


def meeting_for(person: Any, address: int | str) -> Meeting:
    """The meeting that a page's address names ("3", or "3-12" for one of several groups), of a person's cycle.
    Raises NotYours.
    """
    year, _dash, key = str(address).partition("-")
    cycle = cycles.cycle_for(person, int(year))
    found = Meeting.objects.filter(cycle=cycle, pk=key).select_related("cycle", "presiding").first() if key else None
    found = found or (None if key else meeting_of(cycle))
    if found is None:
        raise NotYours
    return found


def is_over(pk: int, now: datetime) -> bool:
    """Whether nothing will happen in a meeting any more: its minutes are locked, or nobody took the closing back for
    an hour.
    """
    meeting = Meeting.objects.filter(pk=pk).select_related("minutes").first()
    return meeting is None or _ended(meeting, now)


def _ended(meeting: Meeting, now: datetime) -> bool:
    if meeting.state != Meeting.State.CLOSED or meeting.closed_at is None:
        return False
    return meeting.closed_at + TAKEN_BACK < now or (hasattr(meeting, "minutes") and bool(meeting.minutes.locked_at))


def now_page(pk: int, now: datetime) -> Subject | None:
    """What a phone's page "now" of a meeting follows: the meeting, and the year for its ballot; None without one."""
    meeting = Meeting.objects.filter(pk=pk).select_related("minutes", "cycle").first()
    if meeting is None:
        return None
    ballot = ballots.ballot_of(meeting.cycle)
    voting = ballot is not None and ballot.state == Ballot.State.OPEN
    return Subject((f"meeting-{pk}", f"cycle-{meeting.cycle_id}"), over=_ended(meeting, now) and not voting)


def public_meeting(pk: int) -> Meeting:
    """The meeting that hall screen and phones follow. Raises NotYours."""
    found = Meeting.objects.filter(pk=pk).select_related("cycle").first()
    if found is None:
        raise NotYours
    return found


def attendance(meeting: Meeting) -> list[Attendance]:
    """Everybody on the list, in order of precedence."""
    return list(meeting.attendance.all()[:3000])


def quorums(meeting: Meeting) -> list[Quorum]:
    """One per form of the meeting, in their order; then those by category and of all who vote, where they are asked.

    A substitute keeps the seat's right to vote, but is no member of a body.
    """
    people = list(meeting.attendance.all()[:3000])
    there = {one.person_id for one in people if one.present and one.person_id and not one.substitute}
    forms = meeting.forms.select_related("body").prefetch_related("body__memberships").order_by("id")
    by_category = present_by_category(people)
    voters = [*(_of_voters(rule, by_category) for rule in meeting.quorum_rules.all())]
    return [*(_quorum(form, there) for form in forms), *voters]


def _quorum(form: MeetingForm, there: set[int]) -> Quorum:
    members = {seat.person_id for seat in form.body.memberships.all()} if form.body else set()
    return Quorum(form, present=len(members & there), members=len(members))


def _of_voters(rule: QuorumRule, counted: dict[str, tuple[int, int]]) -> Quorum:
    rows = [numbers for code, numbers in counted.items() if rule.category in {"", code}]
    return Quorum(rule, present=sum(row[0] for row in rows), members=sum(row[1] for row in rows))


def present_by_category(people: Iterable[Attendance]) -> dict[str, tuple[int, int]]:
    """{category: (present, on the list)} of those who vote."""
    found: dict[str, tuple[int, int]] = {}
    for one in people:
        if one.votes and one.category:
            present, all_of_them = found.get(one.category, (0, 0))
            found[one.category] = (present + one.present, all_of_them + 1)
    return dict(sorted(found.items()))


def voters_present(cycle: Cycle, group: str | None = None) -> dict[str, int]:
    """How many voters of each category are marked as present, in the meeting of a group or in all; who stands on the
    lists of two of them, once.
    """
    held = [meeting for meeting in meetings_of(cycle) if group in {None, meeting.group}]
    seats = [seat for meeting in held for seat in attendance(meeting)]
    # By presence, so that somebody who came to one of two groups is there.
    people = {seat.person_id or f"seat {seat.pk}": seat for seat in sorted(seats, key=lambda seat: seat.present)}
    found = present_by_category(people.values())
    return {code: present for code, (present, _on_the_list) in found.items()}


def turnout(ballot: Ballot, agenda: Iterable[AgendaItem]) -> list[dict[str, Any]]:
    """The turnout of those who vote on somebody of an agenda; of all, where there is nobody on it."""
    heard, found = {item.entry.group for item in agenda}, ballots.turnout(ballot)
    return [row for row in found if row["group"] is None or row["group"] in heard] or found


def rated(meeting: Meeting) -> int:
    """On how many reporters the hall votes: those of the groups that it hears; all, where nobody is on its agenda."""
    everybody = cycles.entries(meeting.cycle)
    return everybody.filter(group__in=meeting.agenda.values("entry__group")).count() or everybody.count()


def agenda(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("entry", "entry__holder", "clock").order_by("position"))


def proceedings(meeting: Meeting) -> list[AgendaItem]:
    """The turns with all that the minutes tell of them; what was said is in `entry.confirmed`, `entry.questions`."""
    problems = Prefetch("problems", Problem.objects.order_by("position"))
    confirmed = Comment.objects.filter(state=Comment.State.CONFIRMED).select_related("by").prefetch_related(problems)
    said = Prefetch("entry__comments", confirmed.order_by("-presiding", "id"), to_attr="confirmed")
    asked = Prefetch("entry__questions", Question.objects.order_by("id"))
    turns = meeting.agenda.select_related("entry__undertaking", "clock").prefetch_related(
        said, asked, "entry__requests"
    )
    return list(turns.order_by("position"))


def roles_in(person: Any, meeting: Meeting) -> frozenset[str]:
    """What a person is in a meeting. In a group nobody reports who is heard elsewhere, and whoever presides over other
    groups only is not its chair; anybody else, and the meeting of all, is as in the whole year.
    """
    roles = cycles.roles_of(person, meeting.cycle)
    if not meeting.group:
        return roles
    presided = set(Meeting.objects.filter(cycle=meeting.cycle_id, presiding=person).values_list("group", flat=True))
    elsewhere = presided and not presided & {meeting.group, ""}
    heard = meeting.agenda.filter(entry__holder=person).exists()
    return roles - ({Role.Kind.CHAIR} if elsewhere else set()) - (set() if heard else {cycles.REPORTER})


def reads_drafts(person: Any, entry: Entry) -> bool:
    """Whether somebody reads what is only drafted on an entry: those who hold the meeting that hears it."""
    hearing = Meeting.objects.filter(agenda__entry=entry).select_related("cycle").first() if entry.group else None
    roles = roles_in(person, hearing) if hearing else cycles.roles_of(person, entry.cycle)
    return bool(roles & READ_DRAFTS)


def hearing_for(person: Any, year: int, number: str) -> tuple[Meeting, Entry]:
    """An entry of a person's cycle and the meeting that hears it: of several, that of its group. Raises NotYours."""
    entry = cycles.entry_for(person, cycles.cycle_for(person, year), number)
    return _turn(entry.cycle_id, number).meeting, entry


def item_of(meeting: Meeting, number: str) -> AgendaItem:
    """The turn of an entry, in whichever meeting of the year it has it. Raises NotYours."""
    return _turn(meeting.cycle_id, number)


def _turn(cycle: int, number: str) -> AgendaItem:
    turns = AgendaItem.objects.filter(meeting__cycle=cycle, entry__number=number)
    related = ("entry", "entry__holder", "meeting__cycle", "meeting__presiding", "clock")
    found = turns.select_related(*related).first()
    if found is None:
        raise NotYours
    return found


def current(items: Iterable[AgendaItem]) -> AgendaItem | None:
    """Whose turn it is: from the call until the turn is over."""
    return next((item for item in items if item.state in RUNNING), None)


def following(items: Iterable[AgendaItem]) -> AgendaItem | None:
    """Who comes next: in the order of the agenda; whoever was passed over comes after the others."""
    turns = list(items)
    left = [[item for item in turns if item.state == state] for state in (Turn.WAITING, Turn.SKIPPED)]
    return next((item for items in left for item in items), None)


def files_of(person: Any, cycle: Cycle) -> set[str]:
    """The numbers of the entries whose files a person opens: everybody's for a reader, the own for anybody else."""
    found = cycles.entries(cycle)
    mine = found if cycles.reads_all(person, cycle) else found.filter(holder=person)
    return set(mine.values_list("number", flat=True))


def clock_of(item: AgendaItem | None) -> FloorClock | None:
    return getattr(item, "clock", None) if item else None


def elapsed(clock: FloorClock, now: datetime) -> int:
    """Whole seconds spoken so far, pauses not counted."""
    if clock.started is None:
        return 0
    until = clock.ended or clock.paused or now
    spoken = until - clock.started
    return max(0, int((spoken - clock.paused_for if clock.paused_for else spoken).total_seconds()))


@dataclass(frozen=True)
class Face:
    """What a clock shows: seconds left (negative when over) and spoken, whether it runs, and its state."""

    left: int
    spoken: int
    runs: bool
    warning: int
    ends: int = 0  # the instant at which the limit is reached, in milliseconds since 1970; 0 while it stands

    @property
    def state(self) -> str:
        return "over" if self.left < 0 else "warning" if self.left <= self.warning else "running"

    @property
    def text(self) -> str:
        return f"{'-' if self.left < 0 else ''}{_minutes(abs(self.left))}"

    @property
    def spoken_text(self) -> str:
        return _minutes(self.spoken)

    @property
    def over_text(self) -> str:
        """By how much the limit was exceeded, or nothing (R30)."""
        return _minutes(-self.left) if self.left < 0 else ""


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def face(item: AgendaItem | None, now: datetime) -> Face | None:
    """The clock of the one whose turn it is, or None when nobody speaks."""
    clock = clock_of(item)
    if clock is None or clock.started is None:
        return None
    spoken = elapsed(clock, now)
    runs = clock.ended is None and clock.paused is None
    return Face(clock.limit - spoken, spoken=spoken, runs=runs, warning=clock.warning, ends=_ends(clock) if runs else 0)


def _ends(clock: FloorClock) -> int:
    begun = clock.started + (clock.paused_for or timedelta()) if clock.started else None
    return int(begun.timestamp() * 1000) + clock.limit * 1000 if begun else 0


def comments(entry: Entry) -> list[Comment]:
    """What was said on an entry, the presiding officer's first."""
    named = Prefetch("problems", Problem.objects.select_related("theme").order_by("position"))
    found = Comment.objects.filter(entry=entry).select_related("by").prefetch_related(named)
    return list(found.order_by("-presiding", "id"))


def comments_for(person: Any, entry: Entry) -> list[Comment]:
    """What was said: the confirmed comments; those who hold the meeting read what is only drafted, too, and the chair
    of another group what that chair drafted.
    """
    found = comments(entry)
    if reads_drafts(person, entry):
        return found
    return [comment for comment in found if comment.state == Comment.State.CONFIRMED or comment.by_id == person.pk]


def comment_by(speaker: Any, entry: Entry) -> Comment | None:
    return Comment.objects.filter(entry=entry, by=speaker).prefetch_related("problems").first()


def speakers(cycle: Cycle) -> list[Any]:
    """Who may comment: the presiding officer, the commentators, the observer from above."""
    return cycles.people_with(cycle, *COMMENT_ON_EVERYBODY)


def newest_report(entry: Entry) -> Revision | None:
    """The report as it was last handed in."""
    return Revision.objects.filter(report__entry=entry).order_by("-number").first()


def to_confirm(speaker: Any) -> QuerySet[Comment]:
    """What somebody has to confirm: written by them on reports that were given."""
    mine = Comment.objects.filter(by=speaker, entry__agenda_item__state__in=HEARD)
    return mine.exclude(state=Comment.State.CONFIRMED).select_related("entry", "meeting").order_by("entry__number")


def without_comment(meeting: Meeting) -> list[AgendaItem]:
    """The turns that are over and on which nobody's comment is confirmed."""
    said = Comment.objects.filter(entry__cycle=meeting.cycle_id, state=Comment.State.CONFIRMED).values("entry")
    over = meeting.agenda.filter(state__in=HEARD)
    return list(over.exclude(entry__in=said).select_related("entry"))


def meetings_today(now: datetime) -> list[Meeting]:
    """The meetings in session; else those that begin or ended within a day, the next ones first."""
    found = Meeting.objects.select_related("cycle", "cycle__organiser")
    running = list(found.filter(state=Meeting.State.OPEN).order_by("starts")[:20])
    day = timedelta(days=1)
    near = Q(state=Meeting.State.PLANNED, starts__range=(now - day, now + day)) | Q(closed_at__gt=now - day)
    return running or list(found.filter(near).order_by("-state", "starts")[:20])
