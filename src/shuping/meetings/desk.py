"""The desk: every step is pressed through here, so that two desks agree and each step can be undone with a reason.

Before a step the meeting, its turns and clocks are noted; what the step changed is kept with it. Undoing puts that
back; the log of acts keeps the step and its undoing (nothing is deleted there).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from shuping.core.refusals import ensure
from shuping.cycles import withdrawing
from shuping.meetings import actions, order, rules
from shuping.meetings.actions import note
from shuping.meetings.models import AgendaItem, DeskStep, FloorClock, Meeting

Picture = dict[str, dict[str, Any]]
TURNS: dict[str, Callable[..., Any]] = {
    "call": actions.call,
    "back": actions.call_back,
    "start": actions.start_speech,
    "pause": actions.pause_speech,
    "resume": actions.resume_speech,
    "end": actions.end_speech,
    "next": actions.next_step,
    "finish": actions.finish_turn,
    "swap": order.swap,
    "last": order.move_last,
    "skip": order.skip,
    "write": order.take_in_writing,
    "deputy": order.name_deputy,
    "withdraw": order.withdraw,
}
DAY: dict[str, Callable[..., Any]] = {
    "open": actions.open_meeting,
    "lots": order.draw_lots,
    "adjourn": order.adjourn,
    "go-on": order.resume,
    "explain": order.explain_ballot,
    "close": actions.close_meeting,
}
MEETING = (
    *("state", "opened_at", "closed_at", "lots_seed", "lots_witness", "lots_order"),
    *("adjourned_at", "adjourned_for", "resumes_at", "explained_at"),
)
ITEM = ("position", "state", "in_writing", "deputy", "deputy_capacity", "why", "entry__not_graded_because")
CLOCK = ("limit", "warning", "started", "paused", "paused_for", "ended")


@transaction.atomic
def press(
    meeting: Meeting,
    verb: str,
    *,
    item: AgendaItem | None = None,
    seen: int | None = None,
    by: Any,
    now: datetime,
    **given: Any,
) -> DeskStep:
    """Take a step of the day or of a turn (the keys of `DAY` and `TURNS`). `seen` is the version of the meeting that
    the page was drawn from. Raises Refused; nothing is done then.
    """
    meeting = actions.locked(meeting)
    ensure(rules.may_run(by, meeting))
    ensure(rules.not_older(meeting, seen, last_step(meeting)))
    before = _picture(meeting)
    TURNS[verb](item, by=by, now=now, **given) if item else DAY[verb](meeting, by=by, now=now, **given)
    changed = _difference(before, _picture(meeting))
    _grow(meeting)
    number = item.entry.number if item else ""
    return DeskStep.objects.create(meeting=meeting, verb=verb, number=number, by=by, at=now, before=changed)


def _grow(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version + 1)


def last_step(meeting: Meeting) -> DeskStep | None:
    """The step that would be undone next."""
    return meeting.steps.filter(undone=False).select_related("by").order_by("-id").first()


def _picture(meeting: Meeting) -> Picture:
    """Every row that a step can change, by table and key."""
    rows = AgendaItem.objects.filter(meeting=meeting).values("pk", *ITEM)
    clocks = FloorClock.objects.filter(item__meeting=meeting).values("item_id", *CLOCK)
    return {
        "meeting": {str(meeting.pk): Meeting.objects.values(*MEETING).get(pk=meeting.pk)},
        "item": {str(row.pop("pk")): row for row in rows},
        "clock": {str(row.pop("item_id")): row for row in clocks},
    }


def _difference(before: Picture, after: Picture) -> Picture:
    """What stood in `before` where `after` differs; None for a row that was not there."""
    return {
        table: {key: before[table].get(key) for key, row in rows.items() if row != before[table].get(key)}
        for table, rows in after.items()
    }


@transaction.atomic
def undo(meeting: Meeting, *, reason: str, seen: int | None = None, by: Any, now: datetime) -> DeskStep:
    """Take the last step back, with a reason that is recorded. Raises Refused."""
    meeting = actions.locked(meeting)
    step = last_step(meeting)
    ensure(rules.not_older(meeting, seen, step))
    ensure(rules.may_undo(by, meeting, step.verb if step else "", reason))
    assert step is not None
    _put_back(step.before, by, now)
    step.undone = True
    step.save(update_fields=["undone"])
    _grow(meeting)
    note("undo_step", meeting, by=by, now=now, step=step.verb, entry=step.number, reason=reason.strip())
    return step


def _put_back(before: Picture, by: Any, now: datetime) -> None:
    for key, row in before["meeting"].items():
        Meeting.objects.filter(pk=key).update(**row)
    for key, row in before["item"].items():
        _put_item_back(AgendaItem.objects.select_related("entry").get(pk=key), dict(row), by, now)
    for key, clock in before["clock"].items():
        FloorClock.objects.filter(item_id=int(key)).delete()
        if clock is not None:
            values = {name: _read(FloorClock._meta.get_field(name), value) for name, value in clock.items()}
            FloorClock.objects.create(item_id=int(key), **values)


def _read(column: Any, value: Any) -> Any:
    """A value as its column has it: JSON keeps instants and durations as text."""
    return column.to_python(value)


def _put_item_back(item: AgendaItem, row: dict[str, Any], by: Any, now: datetime) -> None:
    graded = row.pop("entry__not_graded_because")
    if graded != item.entry.not_graded_because:
        withdrawing.exempt(item.entry, reason=graded, by=by, now=now)
    AgendaItem.objects.filter(pk=item.pk).update(**row)
