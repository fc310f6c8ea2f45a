"""What has to hold outside this room before a ballot is opened: rooms above add their conditions (decision 0003)."""

from collections.abc import Callable

from shuping.core.refusals import Refusal
from shuping.cycles.models import Cycle

Condition = Callable[[Cycle], Refusal | None]
_conditions: list[Condition] = []


def register(condition: Condition) -> None:
    """Add a condition (once, when Django is ready)."""
    if condition not in _conditions:
        _conditions.append(condition)


def unmet(cycle: Cycle) -> Refusal | None:
    """The first condition that does not hold."""
    return next((found for one in _conditions if (found := one(cycle)) is not None), None)
