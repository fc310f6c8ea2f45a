"""What the room of cycles hands to the rooms below it."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.core import acts, digests, live, todo, walks, ways
from shuping.core.refusals import NotYours
from shuping.cycles import canonical, finished, queries, rules
from shuping.cycles import walks as walking
from shuping.cycles.models import Cycle, Deadline


def register() -> None:
    digests.register(*canonical.KINDS)
    walks.register(walking.walk)
    todo.register(steps)
    live.register("cycle", queries.is_over)
    ways.register(to_the_year)
    acts.guard(finished.let_pass)


def to_the_year(person: Any, path: str) -> ways.Way | None:
    """From whatever lies in a year to the year, for whoever has a part in it."""
    in_a_year = re.match(r"/c/([0-9]{1,9})[-/]", path)
    try:
        year = queries.cycle_for(person, int(in_a_year[1])) if in_a_year else None
    except NotYours:
        return None
    return ways.Way(year.title, reverse("cycle", args=[year.pk])) if year else None


def steps(person: Any, now: datetime) -> Iterator[todo.Step]:
    """The secretariat approves the plan, and sets the next year up when the latest one is decided."""
    for cycle in queries.years_to_plan(person)[:10]:
        yield _approve(person, cycle, now) if cycle.stage == Cycle.Stage.DRAFT else _follow(cycle)


def _approve(person: Any, cycle: Cycle, now: datetime) -> todo.Step:
    refusal = rules.may_approve_plan(person, cycle, now)
    return todo.Step(
        _("Approve the plan of %(title)s") % {"title": cycle.title},
        reverse("plan", args=[cycle.pk]),
        queries.deadline(cycle, Deadline.Kind.REPORT),
        detail=refusal.sentence if refusal else "",
    )


def _follow(cycle: Cycle) -> todo.Step:
    title = _("Set up the year after %(title)s") % {"title": cycle.title}
    return todo.Step(title, f"{reverse('new-year')}?from={cycle.pk}")
