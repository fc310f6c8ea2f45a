"""Who takes a year's papers out of the house as a whole."""

from typing import Any

from shuping.core.refusals import Refusal
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Role


def may_take_all(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, for the archive."""
    return years.may_in_role(person, cycle, Role.Kind.SECRETARIAT)
