"""Who may do what in a meeting, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings import queries
from shuping.meetings.models import AgendaItem, Comment, Meeting

RUN_IT = (Role.Kind.SECRETARIAT, Role.Kind.CLERK)
READ_MINUTES = (*RUN_IT, Role.Kind.CHAIR, Role.Kind.COMMITTEE)
Turn = AgendaItem.State


def may_create(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, once the plan is approved; one meeting a cycle."""
    if not cycle.approved:
        return Refusal("plan_not_approved", _("The plan is not approved yet: who reports is not final."))
    if queries.meeting_of(cycle):
        return Refusal("meeting_exists", _("The meeting of this year is set up already."))
    return years.may_in_role(person, cycle, Role.Kind.SECRETARIAT)


def may_run(person: Any, meeting: Meeting) -> Refusal | None:
    """Secretariat and clerk lead the desk."""
    return years.may_in_role(person, meeting.cycle, *RUN_IT)


def may_set_roster(person: Any, meeting: Meeting) -> Refusal | None:
    """The list of those who attend is set before the meeting opens."""
    if meeting.state != Meeting.State.PLANNED:
        return Refusal("roster_fixed", _("The meeting was opened: its list no longer changes, only who is present."))
    return may_run(person, meeting)


def may_check_in(person: Any, meeting: Meeting) -> Refusal | None:
    if meeting.state == Meeting.State.CLOSED:
        return Refusal("meeting_closed", _("The meeting is closed."))
    return may_run(person, meeting)


def may_open(person: Any, meeting: Meeting) -> Refusal | None:
    """With a quorum in every one of its forms (R27)."""
    if meeting.state != Meeting.State.PLANNED:
        return Refusal("already_open", _("The meeting was opened already."))
    missing = [quorum for quorum in queries.quorums(meeting) if not quorum.reached]
    if missing:
        words = {"form": missing[0].form.name, "present": missing[0].present, "members": missing[0].members}
        return Refusal(
            "no_quorum", _("%(form)s has no quorum: %(present)d of %(members)d members are present.") % words
        )
    return may_run(person, meeting)


def in_session(meeting: Meeting) -> Refusal | None:
    if meeting.state == Meeting.State.OPEN:
        return None
    return Refusal("not_in_session", _("The meeting is not in session."))


FROM = {
    "call": (Turn.WAITING,),
    "start": (Turn.CALLED,),
    "pause": (Turn.SPEAKING,),
    "resume": (Turn.SPEAKING,),
    "end": (Turn.SPEAKING,),
    "finish": (Turn.COMMENT,),
    "back": (Turn.CALLED,),
}


def may_step(person: Any, item: AgendaItem, step: str) -> Refusal | None:
    """Whether a turn may take a named step (the keys of `FROM`)."""
    if item.state not in FROM[step] or not _clock_allows(item, step):
        return Refusal(
            "not_its_turn",
            _("%(entry)s: this step does not follow from “%(state)s”. The page was older than the meeting.")
            % {"entry": item.entry, "state": item.get_state_display()},
        )
    if step == "call" and queries.current(queries.agenda(item.meeting)):
        return Refusal("somebody_has_the_floor", _("Somebody else has the floor: finish that turn first."))
    return in_session(item.meeting) or may_run(person, item.meeting)


def _clock_allows(item: AgendaItem, step: str) -> bool:
    """A clock is paused once and resumed once: pressing twice does nothing twice."""
    if step not in {"pause", "resume"}:
        return True
    return (item.clock.paused is None) == (step == "pause")


def may_comment(person: Any, meeting: Meeting, entry: Entry, speaker: Any) -> Refusal | None:
    """Who comments, or the clerk for them; a confirmed comment no longer changes (R33, R39)."""
    if not cycles.roles_of(speaker, meeting.cycle) & set(queries.COMMENT_ON_EVERYBODY):
        return Refusal("no_commentator", _("Only the presiding officer, commentators and the observer comment."))
    known = queries.comment_by(speaker, entry)
    if known and known.state == Comment.State.CONFIRMED:
        return Refusal("comment_confirmed", _("This comment is confirmed and no longer changes."))
    return years.may_act_for(person, speaker, meeting.cycle)


def not_reported_yet(meeting: Meeting, entry: Entry) -> Refusal | None:
    """What is said on a report is kept for good only after the report."""
    if queries.item_of(meeting, entry.number).state in {Turn.COMMENT, Turn.DONE}:
        return None
    return Refusal(
        "not_reported_yet", _("%(entry)s has not reported yet: this comes after the report.") % {"entry": entry}
    )


def may_speak(person: Any, meeting: Meeting) -> Refusal | None:
    """The presiding officer's speech: by themselves or by secretariat and clerk for them."""
    return years.may_act_for(person, meeting.presiding, meeting.cycle)


def may_read_speech(person: Any, meeting: Meeting) -> Refusal | None:
    """Nobody reads the speech before it was held except those who write it."""
    if meeting.state == Meeting.State.CLOSED:
        return None
    return may_speak(person, meeting)


def may_read_minutes(person: Any, meeting: Meeting) -> Refusal | None:
    """Minutes hold what was said on everybody: they go to those who have them on paper."""
    return years.may_in_role(person, meeting.cycle, *READ_MINUTES)


def may_undertake(person: Any, meeting: Meeting, entry: Entry) -> Refusal | None:
    """The reporter after the report, or the clerk who writes it down."""
    if refusal := not_reported_yet(meeting, entry):
        return refusal
    return years.may_act_for(person, entry.holder, meeting.cycle)


def may_close(person: Any, meeting: Meeting) -> Refusal | None:
    """When every turn is over and every one was commented on (M6)."""
    if refusal := in_session(meeting):
        return refusal
    left = [item for item in queries.agenda(meeting) if item.state != Turn.DONE]
    if left:
        return Refusal("turns_left", _("%(entry)s has not had its turn yet.") % {"entry": left[0].entry})
    silent = queries.without_comment(meeting)
    if silent:
        return Refusal(
            "comment_missing", _("Nobody's comment on %(entry)s is confirmed yet.") % {"entry": silent[0].entry}
        )
    return may_run(person, meeting)


def may_write_minutes(person: Any, meeting: Meeting) -> Refusal | None:
    """Secretariat and clerk, from the closing of the meeting until the minutes are locked (R37)."""
    if meeting.state != Meeting.State.CLOSED:
        return Refusal("meeting_runs", _("The minutes draft themselves when the meeting is closed."))
    if meeting.minutes.locked_at:
        return Refusal("minutes_locked", _("The minutes are locked."))
    return may_run(person, meeting)
