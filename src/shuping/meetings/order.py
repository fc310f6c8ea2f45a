"""The order changes on the day: lots, swap, pass over and return, last, in writing, a deputy, withdrawn, adjourned.

Each is a verb with its reason where somebody will ask for one; `desk.undo` takes each back.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import ensure, refuse
from shuping.cycles import withdrawing
from shuping.meetings import lots, queries, rules
from shuping.meetings.actions import locked, locked_turn, note
from shuping.meetings.models import AgendaItem, Meeting

Turn = AgendaItem.State


@transaction.atomic
def draw_lots(meeting: Meeting, *, seed: str, witness: str, by: Any, now: datetime) -> list[str]:
    """Draw the order of those who still have to speak from a seed that was called out before a witness; who reports
    in writing stays behind them. Returns the numbers in their order (R28).
    """
    meeting = locked(meeting)
    seed, witness = seed.strip(), witness.strip()
    ensure(rules.may_draw(by, meeting, seed=seed, witness=witness))
    turns = queries.agenda(meeting)
    oral = {item.entry.number: item for item in turns if item.oral and item.state == Turn.WAITING}
    order = lots.draw(seed, oral)
    _set_positions([oral[number] for number in order] + [item for item in turns if item.entry.number not in oral])
    meeting.lots_seed, meeting.lots_witness, meeting.lots_order = seed, witness, order
    meeting.save(update_fields=["lots_seed", "lots_witness", "lots_order"])
    note("draw_lots", meeting, by=by, now=now, seed=seed, witness=witness, order=order)
    return order


def _set_positions(items: list[AgendaItem]) -> None:
    for place, item in enumerate(items, 1):
        if item.position != place:
            item.position = place
            item.save(update_fields=["position"])


def _arranged(item: AgendaItem, by: Any, step: str) -> AgendaItem:
    item = locked_turn(item)
    ensure(rules.may_arrange(by, item, step))
    return item


def _reason(text: str) -> str:
    if not text.strip():
        raise refuse("reason_missing", _("Write down why; it stands in the record of the meeting."))
    return text.strip()[:300]


@transaction.atomic
def swap(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Let the one who comes after an entry report before it."""
    item = _arranged(item, by, "swap")
    turns = [one for one in queries.agenda(item.meeting) if one.state == Turn.WAITING]
    after = [one for one in turns if one.position > item.position]
    if not after:
        raise refuse("nobody_after", _("%(entry)s is the last who waits.") % {"entry": item.entry})
    other = after[0]
    item.position, other.position = other.position, item.position
    item.save(update_fields=["position"])
    other.save(update_fields=["position"])
    note("swap_turns", item.meeting, by=by, now=now, entry=item.entry.number, other=other.entry.number)
    return item


@transaction.atomic
def move_last(item: AgendaItem, *, by: Any, now: datetime) -> AgendaItem:
    """Let an entry report after all others."""
    item = _arranged(item, by, "last")
    turns = queries.agenda(item.meeting)
    _set_positions([one for one in turns if one.pk != item.pk] + [one for one in turns if one.pk == item.pk])
    item.state = Turn.WAITING
    AgendaItem.objects.filter(pk=item.pk).update(state=Turn.WAITING)
    note("move_last", item.meeting, by=by, now=now, entry=item.entry.number)
    return item


@transaction.atomic
def skip(item: AgendaItem, *, reason: str, by: Any, now: datetime) -> AgendaItem:
    """Pass somebody over who is not there or not ready; the desk comes back to them after the others."""
    item = locked_turn(item)
    ensure(rules.may_step(by, item, "skip"))
    return _keep(item, "skip_turn", by=by, now=now, state=Turn.SKIPPED, why=_reason(reason))


@transaction.atomic
def take_in_writing(item: AgendaItem, *, reason: str, by: Any, now: datetime) -> AgendaItem:
    """Take an oral report in writing on the day."""
    item = _arranged(item, by, "write")
    if not item.oral:
        raise refuse("written_already", _("%(entry)s reports in writing already.") % {"entry": item.entry})
    return _keep(item, "take_in_writing", by=by, now=now, state=Turn.WAITING, in_writing=True, why=_reason(reason))


@transaction.atomic
def name_deputy(item: AgendaItem, *, deputy: str, capacity: str, by: Any, now: datetime) -> AgendaItem:
    """Let somebody else speak for the reporter: who, and in what capacity."""
    item = _arranged(item, by, "deputy")
    if not (deputy.strip() and capacity.strip()):
        raise refuse("deputy_missing", _("Say who speaks instead, and in what capacity."))
    return _keep(
        item, "name_deputy", by=by, now=now, deputy=deputy.strip()[:80], deputy_capacity=capacity.strip()[:120]
    )


@transaction.atomic
def withdraw(item: AgendaItem, *, reason: str, by: Any, now: datetime) -> AgendaItem:
    """Take a reporter out of the review: the row stays on the ballot and is declared not counted (`ballot.md`)."""
    item = _arranged(item, by, "withdraw")
    why = _reason(reason)
    withdrawing.exempt(item.entry, reason=why, by=by, now=now)
    return _keep(item, "withdraw_reporter", by=by, now=now, state=Turn.WITHDRAWN, why=why)


def _keep(item: AgendaItem, verb: str, *, by: Any, now: datetime, **values: Any) -> AgendaItem:
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))
    told = {name: str(value) for name, value in values.items()}
    note(verb, item.meeting, by=by, now=now, entry=item.entry.number, **told)
    return item


@transaction.atomic
def adjourn(meeting: Meeting, *, purpose: str, resumes_at: datetime | None, by: Any, now: datetime) -> Meeting:
    """Adjourn between two turns: for lunch, or until another day."""
    meeting = locked(meeting)
    ensure(rules.may_adjourn(by, meeting))
    if resumes_at and resumes_at <= now:
        raise refuse("resumes_in_the_past", _("The meeting goes on later than now: correct the time."))
    meeting.adjourned_at, meeting.adjourned_for, meeting.resumes_at = now, purpose.strip()[:80], resumes_at
    meeting.save(update_fields=["adjourned_at", "adjourned_for", "resumes_at"])
    note("adjourn_meeting", meeting, by=by, now=now, purpose=purpose, resumes=str(resumes_at or ""))
    return meeting


@transaction.atomic
def resume(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Let an adjourned meeting go on."""
    meeting = locked(meeting)
    if not meeting.adjourned_at:
        raise refuse("not_adjourned", _("The meeting is not adjourned."))
    ensure(rules.may_run(by, meeting))
    meeting.adjourned_at, meeting.adjourned_for, meeting.resumes_at = None, "", None
    meeting.save(update_fields=["adjourned_at", "adjourned_for", "resumes_at"])
    note("resume_meeting", meeting, by=by, now=now)
    return meeting


@transaction.atomic
def explain_ballot(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Show on every screen how the ballot is cast, before it is opened."""
    meeting = locked(meeting)
    ensure(rules.in_session(meeting) or rules.may_run(by, meeting))
    if meeting.explained_at:
        raise refuse("explained", _("The ballot is being explained already."))
    meeting.explained_at = now
    meeting.save(update_fields=["explained_at"])
    note("explain_ballot", meeting, by=by, now=now)
    return meeting
