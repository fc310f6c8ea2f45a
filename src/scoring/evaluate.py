"""Counts in, scores and proposed grades out, every figure with its working (R72-R82).

Exact fractions throughout, rounded once at the end. What nothing determines is "undetermined": nothing is guessed.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.amounts import plain, round_half_up
from scoring.cases import Case, Draft
from scoring.composite import composite
from scoring.counts import Counts, check_counts
from scoring.faults import CountsError
from scoring.scheme import Scheme
from scoring.steps import Step, label

UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class EntryResult:
    """One entry's result: the score with two decimals or None, a grade's code or "undetermined", the working."""

    id: str
    score: Decimal | None
    proposed: str
    working: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "score": None if self.score is None else str(self.score),
            "proposed": self.proposed,
            "working": [step.as_json() for step in self.working],
        }


@dataclass(frozen=True)
class ResultSheet:
    """Every entry's result in the order of the counts, and the conflicts that only a committee can settle."""

    scheme: str
    fingerprint: str
    entries: tuple[EntryResult, ...]
    conflicts: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "scheme": self.scheme,
            "fingerprint": self.fingerprint,
            "entries": [entry.as_json() for entry in self.entries],
            "conflicts": [step.as_json() for step in self.conflicts],
        }


def evaluate(scheme: Scheme, counts: Counts) -> ResultSheet:
    """Every entry's score and proposed grade. Raises CountsError when the counts name what the scheme does not know."""
    faults = list(check_counts(scheme, counts))
    if faults:
        raise CountsError(faults)
    case = Case(scheme, counts, [Draft(entry) for entry in counts.entries])
    for draft in case.drafts:
        _note_merged(scheme, counts, draft)
        draft.exact = composite(case, draft)
    _apply_rules(case)
    results = tuple(_result(draft) for draft in case.drafts)
    return ResultSheet(scheme.scheme.id, scheme.fingerprint, results, tuple(case.conflicts))


def _note_merged(scheme: Scheme, counts: Counts, draft: Draft) -> None:
    named = {category.code: label(category) for category in scheme.category}
    for source, target in counts.merged_for(draft.id).items():
        draft.note("category_merged", category=named[source], other=named[target])


def _apply_rules(case: Case) -> None:
    """In file order; the scheme's check sees to it that what changes scores stands before what reads them."""
    for rule in case.scheme.rule:
        if rule.changes_score:
            rule.apply(case)
    for draft in case.drafts:
        _round(draft)
    for rule in case.scheme.rule:
        if not rule.changes_score:
            rule.apply(case)


def _round(draft: Draft) -> None:
    if draft.exact is None:
        draft.note("no_score")
        return
    draft.score = round_half_up(draft.exact)
    draft.note("rounded", exact=plain(draft.exact), score=str(draft.score))


def _result(draft: Draft) -> EntryResult:
    if draft.grade is None:
        draft.note("undetermined")
    return EntryResult(draft.id, draft.score, draft.grade or UNDETERMINED, tuple(draft.working))
