"""Who may do what in a meeting, and when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal, first
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings import queries
from shuping.meetings.models import AgendaItem, Comment, Meeting

RUN_IT = (Role.Kind.SECRETARIAT, Role.Kind.CLERK)
READ_MINUTES = (*RUN_IT, Role.Kind.CHAIR, Role.Kind.COMMITTEE)
Turn = AgendaItem.State
SHORTEST_SEED = 4


def may_create(person: Any, cycle: Cycle, group: str = "") -> Refusal | None:
    """The secretariat, once the plan is approved; one meeting a cycle, or one for each group."""
    if not cycle.approved:
        return Refusal("plan_not_approved", _("The plan is not approved yet: who reports is not final."))
    if group and not cycles.entries(cycle).filter(group=group).exists():
        return Refusal("no_such_group", _("Nobody reports in the group %(group)s.") % {"group": group})
    if Meeting.objects.filter(cycle=cycle, group=group).exists():
        return Refusal("meeting_exists", _("The meeting of this year is set up already."))
    return years.may_in_role(person, cycle, Role.Kind.SECRETARIAT)


def may_run(person: Any, meeting: Meeting) -> Refusal | None:
    """Secretariat and clerk lead the desk."""
    return years.may_in_role(person, meeting.cycle, *RUN_IT)


def of_its_group(person: Any, meeting: Meeting, kinds: Iterable[str]) -> Refusal | None:
    """One of the roles in this very meeting: who presides over other groups only is no chair of this one."""
    if not meeting.group or queries.roles_in(person, meeting) & set(kinds):
        return None
    words = {"group": meeting.group}
    return Refusal("other_group", _("You preside over another group: this goes to the chair of %(group)s.") % words)


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


def ballot_needs_quorum(cycle: Cycle) -> Refusal | None:
    """Registered with the ballot: every meeting of the year that is in session has its quorums at this moment."""
    for meeting in queries.meetings_of(cycle):
        missing = [one for one in queries.quorums(meeting) if meeting.state == Meeting.State.OPEN and not one.reached]
        if missing:
            words = {"form": missing[0].form.name, "present": missing[0].present, "members": missing[0].members}
            return Refusal(
                "ballot_without_quorum",
                _("%(form)s has no quorum now, %(present)d of %(members)d are present: the ballot is not opened.")
                % words,
            )
    return None


def in_session(meeting: Meeting) -> Refusal | None:
    if meeting.state != Meeting.State.OPEN:
        return Refusal("not_in_session", _("The meeting is not in session."))
    if meeting.adjourned_at:
        return Refusal("adjourned", _("The meeting is adjourned: let it go on first."))
    return None


AFTER_THE_REPORT = (Turn.QUESTIONS, Turn.COMMENT, Turn.UNDERTAKING)
FROM = {
    "call": (Turn.WAITING, Turn.SKIPPED),
    "start": (Turn.CALLED,),
    "pause": (Turn.SPEAKING,),
    "resume": (Turn.SPEAKING,),
    "end": (Turn.SPEAKING,),
    "next": AFTER_THE_REPORT,
    "finish": AFTER_THE_REPORT,
    "back": (Turn.CALLED,),
    "skip": (Turn.WAITING, Turn.CALLED),
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
    refusal = in_session(item.meeting) or may_run(person, item.meeting)
    return refusal or (_absent(item) if step == "call" else None)


def _absent(item: AgendaItem) -> Refusal | None:
    """A reporter who stands on the list and is not there is not called; the desk says what can be done instead."""
    if not item.oral or item.deputy or not _awaited(item):
        return None
    return Refusal(
        "reporter_absent",
        _("%(entry)s: the reporter is not checked in. Check in, name a deputy, pass over, or take it in writing.")
        % {"entry": item.entry},
    )


def _awaited(item: AgendaItem) -> bool:
    seats = item.meeting.attendance.filter(person=item.entry.holder_id)
    return seats.exists() and not seats.filter(present=True).exists()


def _clock_allows(item: AgendaItem, step: str) -> bool:
    """A clock is paused once and resumed once: pressing twice does nothing twice."""
    if step not in {"pause", "resume"}:
        return True
    return (item.clock.paused is None) == (step == "pause")


def may_comment(person: Any, meeting: Meeting, entry: Entry, speaker: Any) -> Refusal | None:
    """Who comments, or the clerk for them; a confirmed comment no longer changes (R33, R39)."""
    if not cycles.roles_of(speaker, meeting.cycle) & set(queries.COMMENT_ON_EVERYBODY):
        return Refusal("no_commentator", _("Only the presiding officer, commentators and the observer comment."))
    if AgendaItem.objects.filter(entry=entry, state=Turn.WITHDRAWN).exists():
        return Refusal(
            "withdrawn",
            _("%(entry)s was withdrawn and did not report: there is nothing to comment on.") % {"entry": entry},
        )
    known = queries.comment_by(speaker, entry)
    if known and known.state == Comment.State.CONFIRMED:
        return Refusal("comment_confirmed", _("This comment is confirmed and no longer changes."))
    return years.may_act_for(person, speaker, meeting.cycle)


def not_reported_yet(meeting: Meeting, entry: Entry) -> Refusal | None:
    """What is said on a report is kept for good only after the report."""
    if queries.item_of(meeting, entry.number).state in queries.HEARD:
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
    """Minutes hold what was said on everybody: they go to those who have them on paper, of a group to its own chair."""
    return first(
        lambda: years.may_in_role(person, meeting.cycle, *READ_MINUTES),
        lambda: of_its_group(person, meeting, READ_MINUTES),
    )


def may_undertake(person: Any, meeting: Meeting, entry: Entry) -> Refusal | None:
    """The reporter after the report, or the clerk who writes it down."""
    if refusal := not_reported_yet(meeting, entry):
        return refusal
    return years.may_act_for(person, entry.holder, meeting.cycle)


def may_close(person: Any, meeting: Meeting) -> Refusal | None:
    """When every turn is over and every one was commented on (M6)."""
    if refusal := in_session(meeting):
        return refusal
    left = [item for item in queries.agenda(meeting) if item.state not in queries.OVER]
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


ARRANGED = {
    "swap": (Turn.WAITING,),
    "last": (Turn.WAITING, Turn.SKIPPED),
    "write": (Turn.WAITING, Turn.CALLED, Turn.SKIPPED),
    "deputy": (Turn.WAITING, Turn.CALLED, Turn.SKIPPED),
    "withdraw": (Turn.WAITING, Turn.CALLED, Turn.SKIPPED),
}


def may_arrange(person: Any, item: AgendaItem, step: str) -> Refusal | None:
    """Whether the order may change for a turn (the keys of `ARRANGED`): before its report, before the closing."""
    if item.meeting.state == Meeting.State.CLOSED:
        return Refusal("meeting_closed", _("The meeting is closed."))
    if item.state not in ARRANGED[step]:
        return Refusal(
            "turn_begun",
            _("%(entry)s: this can no longer be changed, the turn is at “%(state)s”.")
            % {"entry": item.entry, "state": item.get_state_display()},
        )
    return may_run(person, item.meeting)


def may_draw(person: Any, meeting: Meeting, *, seed: str, witness: str) -> Refusal | None:
    """Lots are drawn once, before the first report, from a seed that somebody witnessed (R28)."""
    if meeting.state == Meeting.State.CLOSED:
        return Refusal("meeting_closed", _("The meeting is closed."))
    if meeting.lots_order:
        return Refusal("lots_drawn", _("Lots were drawn already: undo that with a reason, then draw again."))
    if any(item.state in {*queries.RUNNING, Turn.DONE} for item in queries.agenda(meeting)):
        return Refusal("too_late_for_lots", _("The reports have begun: the order is no longer drawn by lot."))
    if len(seed) < SHORTEST_SEED or not witness:
        return Refusal("seed_missing", _("Write down the seed (four characters or more) and who witnessed it."))
    return may_run(person, meeting)


def may_adjourn(person: Any, meeting: Meeting) -> Refusal | None:
    """Between two turns."""
    if refusal := in_session(meeting):
        return refusal
    if queries.current(queries.agenda(meeting)):
        return Refusal("turn_running", _("Somebody has the floor: finish the turn, then adjourn."))
    return may_run(person, meeting)


def may_undo(person: Any, meeting: Meeting, verb: str, reason: str) -> Refusal | None:
    """The last step, with a reason; not the closing once the minutes are locked."""
    if not verb:
        return Refusal("nothing_to_undo", _("There is no step that could be undone."))
    if not reason.strip():
        return Refusal("reason_missing", _("Write down why; it stands in the record of the meeting."))
    if verb == "close" and meeting.minutes.locked_at:
        return Refusal("minutes_locked", _("The minutes are locked."))
    return may_run(person, meeting)


def not_older(meeting: Meeting, seen: int | None, last: Any) -> Refusal | None:
    """Whether a page was drawn from the meeting as it stands; else somebody else was quicker."""
    if seen is None or seen == meeting.version:
        return None
    words = {"name": last.by.name if last and last.by else "–"}
    return Refusal(
        "page_older",
        _("Nothing was done: %(name)s pressed a button at another desk meanwhile. This is how it stands now.") % words,
    )
