"""Points taken off for what is on record, up to a limit (F6, R80)."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from scoring.amounts import Points, plain
from scoring.faults import Fault
from scoring.rules.base import Rule, component_of, unknown_component
from scoring.steps import label
from scoring.tables import Code

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.scheme import Scheme


class Deduction(Rule):
    kind: Literal["deduction"] = "deduction"
    component: Code
    each: Points
    limit: Points
    changes_score: ClassVar[bool] = True

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from unknown_component(scheme, f"{place}.component", self.component)

    def apply(self, case: "Case") -> None:
        component = component_of(case.scheme, self.component)
        for draft in case.drafts:
            number = case.counts.mark(self.component, draft.id)
            if number is None:
                draft.note("component_missing", component=label(component))
                draft.exact = None
            elif number:
                self._deduct(draft, label(component), number)

    def _deduct(self, draft: "Draft", component: dict[str, str], number: Decimal) -> None:
        points = min(number * self.each, self.limit)
        figures = {
            "number": plain(number),
            "each": plain(self.each),
            "limit": plain(self.limit),
            "points": plain(points),
        }
        draft.note("deduction", component=component, **figures)
        if draft.exact is not None:
            draft.exact = max(Fraction(0), draft.exact - Fraction(points))
