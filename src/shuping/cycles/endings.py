"""What ends with a year: rooms above name what is deleted when it is finished, in the same transaction."""

from collections.abc import Callable

from shuping.cycles.models import Cycle

Ending = Callable[[Cycle], None]
_endings: list[Ending] = []


def register(ending: Ending) -> None:
    """Add what is done when a year is finished."""
    if ending not in _endings:
        _endings.append(ending)


def end(cycle: Cycle) -> None:
    """Do all of it, inside the caller's transaction."""
    for ending in _endings:
        ending(cycle)
