"""Who may compute, decide and issue, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.ballots.models import Ballot
from shuping.core.refusals import Refusal
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Entry, Role
from shuping.results import queries
from shuping.results.models import Grade, Letter, Score

DECIDERS = (Role.Kind.SECRETARIAT, Role.Kind.COMMITTEE, Role.Kind.CHAIR)


def may_import_marks(person: Any, cycle: Cycle) -> Refusal | None:
    """The secretariat, until the first grade is decided."""
    if Grade.objects.filter(entry__cycle=cycle).exclude(decided="").exists():
        return Refusal("already_decided", _("Grades are being decided: marks no longer change."))
    return years.may_in_role(person, cycle, Role.Kind.SECRETARIAT)


def may_compute(person: Any, cycle: Cycle) -> Refusal | None:
    """After the count, with every mark in, until the first grade is decided."""
    if refusal := may_import_marks(person, cycle):
        return refusal
    ballot = Ballot.objects.filter(cycle=cycle).first()
    if ballot is None or ballot.state != Ballot.State.COUNTED:
        return Refusal(
            "not_counted", _("The ballot is not counted yet: close it and let the trustees decrypt the sum first.")
        )
    missing = queries.missing_marks(cycle, cycles.scheme_of(cycle))
    if missing:
        return Refusal(
            "marks_missing", _("Marks are missing for: %(components)s.") % {"components": ", ".join(missing)}
        )
    return None


def may_decide(person: Any, entry: Entry) -> Refusal | None:
    """The committee's decision, recorded by its members or the secretariat; never by whoever is judged."""
    if entry.holder == person:
        return Refusal("own_grade", _("Nobody decides the own grade."))
    if not Grade.objects.filter(entry=entry).exists():
        return Refusal("no_proposal", _("There is no proposal yet: compute the scores first."))
    if entry.cycle.stage in {Cycle.Stage.RECTIFICATION, Cycle.Stage.FINISHED}:
        return Refusal("decision_closed", _("The decision is closed: grades no longer change."))
    return years.may_in_role(person, entry.cycle, *DECIDERS)


def needs_reason(grade: Grade, decided: str) -> bool:
    """Another grade than the proposed one needs a reason (R84); so does one where nothing could be proposed."""
    return decided != grade.proposed


def may_close_decision(person: Any, cycle: Cycle) -> Refusal | None:
    """Once every graded entry is decided."""
    if not Score.objects.filter(entry__cycle=cycle).exists():
        return Refusal("no_scores", _("There are no scores yet: compute them first."))
    left = queries.undecided(cycle).count()
    if left:
        return Refusal("undecided", _("%(number)d entries are not decided yet.") % {"number": left})
    if cycle.stage in {Cycle.Stage.RECTIFICATION, Cycle.Stage.FINISHED}:
        return Refusal("decision_closed", _("The decision is closed: grades no longer change."))
    return years.may_in_role(person, cycle, *DECIDERS)


def may_issue_letters(person: Any, cycle: Cycle) -> Refusal | None:
    """Letters follow the decision, never before."""
    if cycle.stage not in {Cycle.Stage.RECTIFICATION, Cycle.Stage.FINISHED}:
        return Refusal(
            "not_decided", _("A letter is issued only after the committee has decided: close the decision first.")
        )
    if not Letter.objects.filter(entry__cycle=cycle, state=Letter.State.DRAFT).exists():
        return Refusal("all_issued", _("Every letter is issued already."))
    return years.may_in_role(person, cycle, Role.Kind.SECRETARIAT)
