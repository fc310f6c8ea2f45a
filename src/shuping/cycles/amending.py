"""Change a plan that is approved: a new version with its reason; the old ones stay (R5)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shuping.core import live
from shuping.core.refusals import Refusal, ensure
from shuping.cycles import actions, checks, planning, queries, rules
from shuping.cycles.actions import note_plan
from shuping.cycles.models import Cycle, PlanVersion


@transaction.atomic
def amend_plan(
    cycle: Cycle,
    *,
    reason: str,
    meeting_on: date | None = None,
    rows: Sequence[checks.Row] = (),
    by: Any,
    now: datetime,
) -> PlanVersion:
    """Replace reporters, or what is noted of them, and the day of the meeting. Numbers and posts stay as approved;
    nobody is added or taken out. Raises Refused once the ballot was opened, and for entries once the meeting was.
    """
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    stored = {entry.pk: planning.row_of(entry) for entry in queries.entries(locked)}
    changed = [row for row in rows if row != stored.get(row.entry.pk)]
    moved = meeting_on if meeting_on != locked.meeting_on else None
    ensure(rules.may_amend_plan(by, locked, entries=bool(changed)))
    ensure(rules.may_give_reason(reason, changed=bool(changed or moved)))
    faults = checks.row_faults(changed, queries.counting(locked, checks.COUNTING))
    ensure(Refusal("entries", checks.sentence(faults)) if faults else None)
    if moved:
        ensure(rules.may_meet_on(moved, now))
        _move(locked, moved)
    for row in changed:
        planning.store_row(row)
    version = actions.write_version(locked, now, reason.strip())
    note_plan("amend_plan", locked, version, by=by, now=now, reason=reason.strip())
    live.announce(f"cycle-{locked.pk}")
    cycle.refresh_from_db()
    return version


def _move(cycle: Cycle, day: date) -> None:
    cycle.meeting_on = day
    cycle.save(update_fields=["meeting_on"])
    actions.set_deadlines(cycle, {deadline.kind: deadline.offset for deadline in queries.deadlines(cycle)})
