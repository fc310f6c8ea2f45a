"""What becomes a ledger item: rooms raise it here, the ledger (a room above) receives it in the same transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shuping.cycles.models import Entry, Theme


@dataclass(frozen=True)
class FollowUp:
    """A problem or a priority that has to be followed. `source` names its row, for example `problem:12`."""

    kind: str
    entry: Entry
    source: str
    source_text: str
    statement: str
    theme: Theme | None = None
    due: date | None = None


Receiver = Callable[..., Any]
_receivers: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Add who receives follow-ups: `receiver(followup, *, by, now, on_behalf_of)`."""
    if receiver not in _receivers:
        _receivers.append(receiver)


def raise_followup(followup: FollowUp, *, by: Any, now: datetime, on_behalf_of: Any = None) -> None:
    """Hand a follow-up to every receiver, inside the caller's transaction; the same source twice is one item."""
    for receiver in _receivers:
        receiver(followup, by=by, now=now, on_behalf_of=on_behalf_of)
