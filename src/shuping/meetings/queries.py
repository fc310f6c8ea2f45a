"""Questions about a meeting: who is there, whose turn it is, how much time is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, QuerySet

from shuping.core.refusals import NotYours
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings.models import AgendaItem, Attendance, Comment, FloorClock, Meeting, MeetingForm, Problem, Question
from shuping.reports.models import Revision

COMMENT_ON_EVERYBODY = (Role.Kind.CHAIR, Role.Kind.COMMENTATOR, Role.Kind.OBSERVER)
READ_DRAFTS = {*COMMENT_ON_EVERYBODY, Role.Kind.SECRETARIAT, Role.Kind.CLERK, Role.Kind.COMMITTEE}


@dataclass(frozen=True)
class Quorum:
    """How many members of a form's body are there. `reached` is exact: no floating point."""

    form: MeetingForm
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
    return Meeting.objects.filter(cycle=cycle).select_related("cycle", "presiding").first()


def meeting_for(person: Any, cycle: int) -> Meeting:
    """The meeting of a person's cycle. Raises NotYours."""
    found = meeting_of(cycles.cycle_for(person, cycle))
    if found is None:
        raise NotYours
    return found


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
    """One per form of the meeting, in their order."""
    there = set(meeting.attendance.filter(present=True).exclude(person=None).values_list("person", flat=True))
    forms = meeting.forms.select_related("body").prefetch_related("body__memberships").order_by("id")
    return [_quorum(form, there) for form in forms]


def _quorum(form: MeetingForm, there: set[int]) -> Quorum:
    members = {seat.person_id for seat in form.body.memberships.all()} if form.body else set()
    return Quorum(form, present=len(members & there), members=len(members))


def present_by_category(people: Iterable[Attendance]) -> dict[str, tuple[int, int]]:
    """{category: (present, on the list)} of those who vote."""
    found: dict[str, tuple[int, int]] = {}
    for one in people:
        if one.votes and one.category:
            present, all_of_them = found.get(one.category, (0, 0))
            found[one.category] = (present + one.present, all_of_them + 1)
    return dict(sorted(found.items()))


def voters_present(cycle: Cycle) -> dict[str, int]:
    """How many voters of each category are marked as present."""
    meeting = meeting_of(cycle)
    found = present_by_category(attendance(meeting)) if meeting else {}
    return {code: present for code, (present, _on_the_list) in found.items()}


def agenda(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.agenda.select_related("entry", "entry__holder", "clock").order_by("position"))


def proceedings(meeting: Meeting) -> list[AgendaItem]:
    """The turns with all that the minutes tell of them; what was said is in `entry.confirmed`, `entry.questions`."""
    problems = Prefetch("problems", Problem.objects.order_by("position"))
    confirmed = Comment.objects.filter(state=Comment.State.CONFIRMED).select_related("by").prefetch_related(problems)
    said = Prefetch("entry__comments", confirmed.order_by("-presiding", "id"), to_attr="confirmed")
    asked = Prefetch("entry__questions", Question.objects.order_by("id"))
    turns = meeting.agenda.select_related("entry__undertaking", "clock").prefetch_related(said, asked)
    return list(turns.order_by("position"))


def item_of(meeting: Meeting, number: str) -> AgendaItem:
    """The turn of an entry. Raises NotYours."""
    found = meeting.agenda.select_related("entry", "entry__holder", "clock").filter(entry__number=number).first()
    if found is None:
        raise NotYours
    return found


def current(items: Iterable[AgendaItem]) -> AgendaItem | None:
    """Whose turn it is: called, speaking or being commented on."""
    running = {AgendaItem.State.CALLED, AgendaItem.State.SPEAKING, AgendaItem.State.COMMENT}
    return next((item for item in items if item.state in running), None)


def following(items: Iterable[AgendaItem]) -> AgendaItem | None:
    """Who comes next."""
    return next((item for item in items if item.state == AgendaItem.State.WAITING), None)


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

    @property
    def state(self) -> str:
        return "over" if self.left < 0 else "warning" if self.left <= self.warning else "running"

    @property
    def text(self) -> str:
        return f"{'-' if self.left < 0 else ''}{_minutes(abs(self.left))}"

    @property
    def spoken_text(self) -> str:
        return _minutes(self.spoken)


def _minutes(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def face(item: AgendaItem | None, now: datetime) -> Face | None:
    """The clock of the one whose turn it is, or None when nobody speaks."""
    clock = clock_of(item)
    if clock is None or clock.started is None:
        return None
    spoken = elapsed(clock, now)
    runs = clock.ended is None and clock.paused is None
    return Face(clock.limit - spoken, spoken=spoken, runs=runs, warning=clock.warning)


def comments(entry: Entry) -> list[Comment]:
    """What was said on an entry, the presiding officer's first."""
    named = Prefetch("problems", Problem.objects.select_related("theme").order_by("position"))
    found = Comment.objects.filter(entry=entry).select_related("by").prefetch_related(named)
    return list(found.order_by("-presiding", "id"))


def comments_for(person: Any, entry: Entry) -> list[Comment]:
    """What was said: the confirmed comments; those who hold the meeting read what is only drafted, too."""
    found = comments(entry)
    if cycles.roles_of(person, entry.cycle) & READ_DRAFTS:
        return found
    return [comment for comment in found if comment.state == Comment.State.CONFIRMED]


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
    given = (AgendaItem.State.COMMENT, AgendaItem.State.DONE)
    mine = Comment.objects.filter(by=speaker, entry__agenda_item__state__in=given)
    return mine.exclude(state=Comment.State.CONFIRMED).select_related("entry", "meeting").order_by("entry__number")


def without_comment(meeting: Meeting) -> list[AgendaItem]:
    """The turns that are over and on which nobody's comment is confirmed."""
    said = Comment.objects.filter(meeting=meeting, state=Comment.State.CONFIRMED).values("entry")
    over = meeting.agenda.filter(state__in=(AgendaItem.State.COMMENT, AgendaItem.State.DONE))
    return list(over.exclude(entry__in=said).select_related("entry"))
