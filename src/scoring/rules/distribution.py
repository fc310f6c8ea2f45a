"""Caps and floors on how many entries may have a grade (F13, R79), in exact integer arithmetic.

Too many good grades are lowered from the lowest score upwards. Where that would be a guess (equal scores at the cut, an
entry still open) or is impossible, nothing is guessed: the conflict is reported with the entries it concerns.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal

from scoring.amounts import Share, percent
from scoring.faults import Fault
from scoring.rules.base import Rule, unknown_grades
from scoring.steps import Step
from scoring.tables import Code, one_of, type_of_list

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.scheme import Scheme


def least(share: Fraction, number: int) -> int:
    """How many of `number` are at least a share: rounded up (T10)."""
    return -(-share.numerator * number // share.denominator)


def most(share: Fraction, number: int) -> int:
    """How many of `number` are at most a share: rounded down."""
    return share.numerator * number // share.denominator


class Distribution(Rule):
    kind: Literal["distribution"] = "distribution"
    grades: Annotated[tuple[Code, ...], type_of_list]
    at_least: Share | None = None
    at_most: Share | None = None
    effect: Annotated[str, one_of("lower", "report")] = "lower"

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from unknown_grades(scheme, f"{place}.grades", self.grades)
        if set(self.grades) >= set(scheme.grade_codes):
            yield Fault(f"{place}.grades", "every_grade")
        if (self.at_least is None) == (self.at_most is None):
            yield Fault(place, "one_limit")

    def apply(self, case: "Case") -> None:
        inside = [draft for draft in case.drafts if draft.grade in self.grades]
        surplus, figures = self._surplus(len(inside), len(case.drafts))
        if surplus <= 0:
            return
        figures["grades"] = [case.scheme.grade_label(code) for code in self.grades]
        still_open = [draft for draft in case.drafts if draft.grade is None]
        if still_open:
            _report(case, "distribution_open", still_open, figures)
            return
        movable = inside if self.at_most is not None else [draft for draft in case.drafts if draft not in inside]
        self._settle(case, [draft for draft in movable if self._target(case, draft)], surplus, figures)

    def _surplus(self, inside: int, number: int) -> tuple[int, dict[str, Any]]:
        """How many entries have to move, and the figures that say why."""
        if self.at_most is not None:
            limit, share, bound = most(self.at_most, number), self.at_most, "at_most"
            surplus = inside - limit
        else:
            share, bound = self.at_least or Fraction(0), "at_least"
            limit = least(share, number)
            surplus = limit - inside
        return surplus, {"bound": bound, "share": percent(share), "limit": limit, "has": inside, "of": number}

    def _target(self, case: "Case", draft: "Draft") -> str | None:
        """The best grade below the draft's own that helps; None where none does, or there is no score to rank by."""
        if draft.grade is None or draft.score is None:
            return None
        below = case.scheme.grade_codes[case.scheme.place(draft.grade) + 1 :]
        return next((code for code in below if (code in self.grades) == (self.at_least is not None)), None)

    def _settle(self, case: "Case", movable: "Sequence[Draft]", surplus: int, figures: dict[str, Any]) -> None:
        ranked = sorted(movable, key=lambda draft: (draft.score or 0, draft.id))
        if len(ranked) < surplus:
            _report(case, "distribution_impossible", ranked, figures)
            return
        cut = ranked[surplus - 1].score
        moved, tied = ranked[:surplus], [draft for draft in ranked if draft.score == cut]
        if ranked[surplus:] and ranked[surplus].score == cut:
            moved = [draft for draft in moved if draft.score != cut]
            _report(case, "distribution_tie", tied, figures)
            self._leave_open(tied)
        self._move(case, moved, figures)

    def _move(self, case: "Case", drafts: "Sequence[Draft]", figures: dict[str, Any]) -> None:
        if not drafts:
            return
        if self.effect == "report":
            _report(case, "distribution_report", drafts, figures)
            return
        case.conflicts.append(Step("distribution_lower", {**figures, "entries": [draft.id for draft in drafts]}))
        for draft in drafts:
            case.lower(draft, self._target(case, draft) or "", "distribution_lowered", **_without_others(figures))

    def _leave_open(self, tied: "Sequence[Draft]") -> None:
        for draft in tied:
            if self.effect == "lower":
                draft.grade = None


def _report(case: "Case", code: str, drafts: "Sequence[Draft]", figures: dict[str, Any]) -> None:
    """A conflict for the committee; the working of each entry concerned says so without naming the others."""
    case.conflicts.append(Step(code, {**figures, "entries": [draft.id for draft in drafts]}))
    for draft in drafts:
        draft.note(f"{code}_here", **_without_others(figures))


def _without_others(figures: dict[str, Any]) -> dict[str, Any]:
    """What a reporter may read of it: the rule, not how the others stand."""
    return {key: value for key, value in figures.items() if key != "has"}
