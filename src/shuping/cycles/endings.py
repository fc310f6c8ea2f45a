"""What ends with a year: rooms above name what is deleted when it is finished, in the same transaction."""

from collections.abc import Callable

from shuping.core.refusals import Refusal, first
from shuping.cycles.models import Cycle

Ending = Callable[[Cycle], None]
_endings: list[Ending] = []
Hindrance = Callable[[Cycle], Refusal | None]
_hindrances: list[Hindrance] = []


def register(ending: Ending) -> None:
    """Add what is done when a year is finished."""
    if ending not in _endings:
        _endings.append(ending)


def end(cycle: Cycle) -> None:
    """Do all of it, inside the caller's transaction."""
    for ending in _endings:
        ending(cycle)


def hinder(hindrance: Hindrance) -> None:
    """Add why a year cannot be finished yet."""
    if hindrance not in _hindrances:
        _hindrances.append(hindrance)


def may_end(cycle: Cycle) -> Refusal | None:
    """The first thing that has to be ended before the year."""
    return first(*(lambda asked=asked: asked(cycle) for asked in _hindrances))
