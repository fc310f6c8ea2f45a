"""What a person may open in a cycle, across the rooms."""

from collections.abc import Sequence
from typing import Any

from shuping.core import acts
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.meetings import queries as meetings
from shuping.meetings.models import Meeting


def news_for(person: Any, years: Sequence[Cycle]) -> list[tuple[Cycle, acts.News]]:
    """What others did in a person's years since the person last did something, newest first."""
    by_key = {year.pk: year for year in years}
    return [(by_key[told.act.cycle], told) for told in acts.news(by_key, person) if told.act.cycle]


def papers_for(person: Any, cycle: Cycle, held: Sequence[Meeting]) -> list[kinds.Kind]:
    """The kinds of paper about the whole cycle that a person's roles may have; one that joins the papers of several
    groups (`held` are the meetings of the cycle), only with the right to that of each.
    """
    roles = cycles.roles_of(person, cycle)
    each = [meetings.roles_in(person, meeting) for meeting in held] if len(held) > 1 else []
    found = [kind for kind in kinds.all_kinds() if kind.of_cycle and roles & set(kind.audience)]
    free = [kind for kind in found if kind.shared or not kind.by_meeting]
    return [kind for kind in found if kind in free or all(one & set(kind.audience) for one in each)]


def group_papers_for(person: Any, held: Sequence[Meeting]) -> list[tuple[Meeting, list[kinds.Kind]]]:
    """Where several groups meet: each with the kinds of its own papers that a person may have."""
    return [(meeting, papers_of(person, meeting)) for meeting in held] if len(held) > 1 else []


def papers_of(person: Any, meeting: Meeting) -> list[kinds.Kind]:
    """The kinds of one meeting's papers that a person may have."""
    roles = meetings.roles_in(person, meeting)
    return [kind for kind in kinds.all_kinds() if kind.by_meeting and roles & set(kind.audience)]
