"""A grade is proposed by the share of certain grades among the marks (F7), where no rule before proposed one."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from scoring.amounts import Share, percent
from scoring.faults import Fault
from scoring.ratings import shares, weighted_share
from scoring.rules.base import Rule, unknown_grades
from scoring.tables import Code, type_of_list

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.scheme import Scheme


class ShareOfMarks(Rule):
    """`grades` together need a share of at least, or of more than, a limit; the first rule that holds proposes."""

    kind: Literal["share"] = "share"
    grade: Code
    grades: Annotated[tuple[Code, ...], type_of_list]
    at_least: Share | None = None
    above: Share | None = None
    proposes: ClassVar[bool] = True

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from unknown_grades(scheme, f"{place}.grade", [self.grade])
        yield from unknown_grades(scheme, f"{place}.grades", self.grades)
        if (self.at_least is None) == (self.above is None):
            yield Fault(place, "one_share")

    def apply(self, case: "Case") -> None:
        for draft in case.drafts:
            if draft.grade is None:
                self._propose(case, draft)

    def _propose(self, case: "Case", draft: "Draft") -> None:
        grades = [case.scheme.grade_label(code) for code in self.grades]
        share = weighted_share(case, draft.id, self.grades)
        if share is None:
            draft.note("share_open", grades=grades)
            return
        parts = [
            {"category": code, "share": percent(part)} for code, part in shares(case, draft.id, self.grades).items()
        ]
        draft.note("share_count", grades=grades, shares=parts, share=percent(share))
        limit = {"grades": grades, "test": "at_least" if self.above is None else "above", "limit": percent(self.limit)}
        if not self.holds(share):
            draft.note("share_missed", **limit)
            return
        draft.note("share", grade=case.scheme.grade_label(self.grade), **limit)
        draft.grade = self.grade

    @property
    def limit(self) -> Fraction:
        """The share that has to be reached, or to be exceeded."""
        return (self.at_least if self.above is None else self.above) or Fraction(0)

    def holds(self, share: Fraction) -> bool:
        """Whether a share, exact as it is, meets the limit."""
        return share > self.limit if self.above is not None else share >= self.limit
