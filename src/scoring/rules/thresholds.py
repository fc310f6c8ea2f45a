"""A grade is proposed by the score (R77): the best one whose threshold the score reaches, else none."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from scoring.amounts import Points, plain
from scoring.faults import Fault
from scoring.rules.base import Rule, unknown_grades
from scoring.tables import Code

if TYPE_CHECKING:
    from scoring.cases import Case
    from scoring.scheme import Scheme

NEVER = Decimal("Infinity")  # the threshold of a grade that has none


class Thresholds(Rule):
    kind: Literal["thresholds"] = "thresholds"
    at_least: dict[Code, Points]
    proposes: ClassVar[bool] = True

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        for code in self.at_least:
            yield from unknown_grades(scheme, f"{place}.at_least.{code}", [code])
        listed = [code for code in scheme.grade_codes if code in self.at_least]
        for better, worse in pairwise(listed):
            if self.at_least[better] <= self.at_least[worse]:
                yield Fault(f"{place}.at_least.{better}", "thresholds_order", {"worse": worse})

    def apply(self, case: "Case") -> None:
        for draft in case.drafts:
            if draft.score is None or draft.grade is not None:
                continue
            grade = self.reached(draft.score, case.scheme)
            if grade is None:
                draft.note("threshold_none", score=str(draft.score))
                continue
            limit = plain(self.at_least[grade])
            draft.note("threshold", grade=case.scheme.grade_label(grade), score=str(draft.score), at_least=limit)
            draft.grade = grade

    def reached(self, score: Decimal, scheme: "Scheme") -> str | None:
        """The best grade whose threshold a rounded score reaches: what people read is what decides."""
        return next((code for code in scheme.grade_codes if score >= self.at_least.get(code, NEVER)), None)
