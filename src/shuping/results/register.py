"""What the room of results hands to the rooms below it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.core import digests, live, todo, walks
from shuping.cycles import finished
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline, Role
from shuping.documents import kinds
from shuping.results import canonical, documents, queries, rules
from shuping.results import walks as walking
from shuping.results.models import Letter


def register() -> None:
    for kind in documents.KINDS:
        kinds.register(kind)
    digests.register(*canonical.KINDS)
    walks.register(walking.walk)
    todo.register(organisers_steps)
    todo.register(reporters_steps)
    live.register("results", cycles.is_over)
    finished.takes("issue-letters", "issue_letter")
    finished.takes("mark-read", "receive_letter")


def organisers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """Marks, scores, decision, letters: what comes next for the secretariat and the committee."""
    mine = Cycle.objects.filter(
        roles__person=person, roles__kind__in=(Role.Kind.SECRETARIAT, Role.Kind.COMMITTEE, Role.Kind.CHAIR)
    )
    running = mine.filter(stage__in=(Cycle.Stage.MEETING, Cycle.Stage.DECISION, Cycle.Stage.RECTIFICATION)).distinct()
    for cycle in running[:5]:
        yield from _steps_of(cycle, person)


def _steps_of(cycle: Cycle, person: Any) -> Iterator[todo.Step]:
    results = reverse("results", args=[cycle.pk])
    if cycle.stage == Cycle.Stage.MEETING and rules.may_import_marks(person, cycle) is None:
        if queries.missing_marks(cycle, cycles.scheme_of(cycle)):
            yield todo.Step(_("Take in the routine marks"), results, cycles.deadline(cycle, Deadline.Kind.MARKS))
        elif rules.may_compute(person, cycle) is None:
            yield todo.Step(_("Compute the scores"), results)
    if cycle.stage == Cycle.Stage.DECISION:
        left = queries.undecided(cycle).count()
        title = _("Decide the grades: %(number)d are open") % {"number": left} if left else _("Close the decision")
        yield todo.Step(title, results, cycles.deadline(cycle, Deadline.Kind.DECISION), urgent=True)
    if rules.may_issue_letters(person, cycle) is None:
        yield todo.Step(
            _("Issue the letters"), reverse("letters", args=[cycle.pk]), cycles.deadline(cycle, Deadline.Kind.LETTERS)
        )


def reporters_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """The letter that a reporter has not yet read."""
    unread = Letter.objects.filter(entry__holder=person, state=Letter.State.ISSUED, read_at=None).select_related(
        "entry"
    )
    for letter in unread[:5]:
        yield todo.Step(
            _("Read your evaluation letter"),
            reverse("letter", args=[letter.entry.cycle_id, letter.entry.number]),
            urgent=True,
        )
