"""Next steps of a role: each room adds a function that says what a person has to do now, and by when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Step:
    """One thing to be done: what, where, by when. `urgent` puts it first."""

    title: Any
    url: str
    due: datetime | None = None
    detail: Any = ""
    urgent: bool = False


Source = Callable[[Any, datetime], Iterable[Step]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a room's source of next steps (called once, when Django is ready)."""
    if source not in _sources:
        _sources.append(source)


def steps_for(person: Any, now: datetime) -> list[Step]:
    """All next steps of a person: urgent ones first, then by date."""
    found = [step for source in _sources for step in source(person, now)]
    return sorted(found, key=lambda step: (not step.urgent, step.due is None, step.due.timestamp() if step.due else 0))
