"""What a person may open in a cycle, across the rooms."""

from collections.abc import Sequence
from typing import Any

from shuping.core import acts
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds


def news_for(person: Any, years: Sequence[Cycle]) -> list[tuple[Cycle, acts.News]]:
    """What others did in a person's years since the person last did something, newest first."""
    by_key = {year.pk: year for year in years}
    return [(by_key[told.act.cycle], told) for told in acts.news(by_key, person) if told.act.cycle]


def papers_for(person: Any, cycle: Cycle) -> list[kinds.Kind]:
    """The kinds of paper about the whole cycle that a person's roles may have."""
    roles = cycles.roles_of(person, cycle)
    return [kind for kind in kinds.all_kinds() if kind.of_cycle and roles & set(kind.audience)]
