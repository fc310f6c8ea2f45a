"""A result on its way: one draft per entry, which components and rules work on in turn."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoring.counts import Counts
from scoring.scheme import Scheme
from scoring.steps import Step
from scoring.weights import with_merged


@dataclass
class Draft:
    """One entry on its way. `exact` becomes `score` by rounding; `grade` is None while nothing determines it."""

    id: str
    exact: Fraction | None = None
    score: Decimal | None = None
    grade: str | None = None
    working: list[Step] = field(default_factory=list)

    def note(self, code: str, **parameters: Any) -> None:
        self.working.append(Step(code, parameters))


@dataclass
class Case:
    """A scheme, the counts, the drafts in the order of the counts, and what only a committee can settle."""

    scheme: Scheme
    counts: Counts
    drafts: list[Draft]
    conflicts: list[Step] = field(default_factory=list)

    def scheme_for(self, entry: str) -> Scheme:
        """The scheme with the categories that voted on an entry: without those that voted with another one."""
        return with_merged(self.scheme, self.counts.merged_for(entry))

    def is_better(self, draft: Draft, grade: str) -> bool:
        """Whether the draft's grade is better than another; an open one is not."""
        return draft.grade is not None and self.scheme.place(draft.grade) < self.scheme.place(grade)

    def lower(self, draft: Draft, grade: str, code: str, **parameters: Any) -> None:
        """Propose a worse grade, or one where none is proposed yet; a grade is never raised."""
        if draft.grade is not None and not self.is_better(draft, grade):
            return
        before = None if draft.grade is None else self.scheme.grade_label(draft.grade)
        draft.note(code, before=before, grade=self.scheme.grade_label(grade), **parameters)
        draft.grade = grade
