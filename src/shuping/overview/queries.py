"""What a person may open in a cycle, across the rooms."""

from typing import Any

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds


def papers_for(person: Any, cycle: Cycle) -> list[kinds.Kind]:
    """The kinds of paper about the whole cycle that a person's roles may have."""
    roles = cycles.roles_of(person, cycle)
    return [kind for kind in kinds.all_kinds() if kind.of_cycle and roles & set(kind.audience)]
