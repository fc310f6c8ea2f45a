"""Take somebody out of a running year: the number stays in every paper and on the ballot, it is only not graded."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shuping.core import acts, live
from shuping.cycles.models import Entry


@transaction.atomic
def exempt(entry: Entry, *, reason: str, by: Any, now: datetime) -> Entry:
    """Note why an entry is not graded; an empty reason takes that back. Who may is the caller's rule."""
    entry.not_graded_because = reason[:200]
    entry.save(update_fields=["not_graded_because"])
    about: dict[str, Any] = {"cycle": entry.cycle_id, "reason": reason[:200]}
    acts.record("exempt_entry", entry, by=by, now=now, decides={"entries": [entry.cycle]}, **about)
    live.announce(f"cycle-{entry.cycle_id}")
    return entry
