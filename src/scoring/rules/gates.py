"""Gates and disqualifiers (F12, R78): what a grade needs, and what leads to a low one whatever the score."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from scoring.amounts import Points, Share, percent, plain
from scoring.faults import Fault
from scoring.ratings import weighted_share
from scoring.rules.base import Rule, component_of, unknown_component, unknown_grades
from scoring.steps import label
from scoring.tables import Code, type_of_list

if TYPE_CHECKING:
    from scoring.cases import Case, Draft
    from scoring.scheme import Scheme


class Needed(Rule):
    """`grade`, and what is better, needs something; where it is missing, `otherwise` is proposed instead."""

    grade: Code
    otherwise: Code

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        unknown = [
            *unknown_grades(scheme, f"{place}.grade", [self.grade]),
            *unknown_grades(scheme, f"{place}.otherwise", [self.otherwise]),
        ]
        yield from unknown
        if not unknown and scheme.place(self.otherwise) <= scheme.place(self.grade):
            yield Fault(f"{place}.otherwise", "not_worse", {"value": self.otherwise, "grade": self.grade})

    def concerned(self, case: "Case") -> Iterator["Draft"]:
        """The drafts whose grade needs it."""
        for draft in case.drafts:
            if draft.grade == self.grade or case.is_better(draft, self.grade):
                yield draft


class Gate(Needed):
    """The grade needs a mark in a component; while the mark is missing, the grade is undetermined."""

    kind: Literal["gate"] = "gate"
    component: Code
    at_least: Points

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from super().faults(scheme, place)
        yield from unknown_component(scheme, f"{place}.component", self.component)

    def apply(self, case: "Case") -> None:
        component = label(component_of(case.scheme, self.component))
        limit = plain(self.at_least)
        for draft in self.concerned(case):
            mark = case.counts.mark(self.component, draft.id)
            if mark is None:
                draft.note("gate_open", component=component, at_least=limit, needed=case.scheme.grade_label(self.grade))
                draft.grade = None
            elif mark < self.at_least:
                case.lower(draft, self.otherwise, "gate", component=component, mark=plain(mark), at_least=limit)


class Requirement(Needed):
    """The grade needs something on record under the name of a gate."""

    kind: Literal["requirement"] = "requirement"
    gate: Code

    @property
    def gates(self) -> tuple[str, ...]:
        return (self.gate,)

    def apply(self, case: "Case") -> None:
        for draft in self.concerned(case):
            if not case.counts.evidence(self.gate, draft.id):
                case.lower(draft, self.otherwise, "requirement", gate=self.gate)


class Veto(Rule):
    """Anything on record under the name of the gate leads to the grade, whatever the score is."""

    kind: Literal["veto"] = "veto"
    gate: Code
    grade: Code

    @property
    def gates(self) -> tuple[str, ...]:
        return (self.gate,)

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from unknown_grades(scheme, f"{place}.grade", [self.grade])

    def apply(self, case: "Case") -> None:
        for draft in case.drafts:
            evidence = case.counts.evidence(self.gate, draft.id)
            if evidence:
                case.lower(draft, self.grade, "veto", gate=self.gate, evidence=list(evidence))


class Satisfaction(Rule):
    """A share of certain grades, weighted by category and never pooled, below which `otherwise` is proposed."""

    kind: Literal["satisfaction"] = "satisfaction"
    grades: Annotated[tuple[Code, ...], type_of_list]
    at_least: Share
    otherwise: Code

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        yield from unknown_grades(scheme, f"{place}.grades", self.grades)
        yield from unknown_grades(scheme, f"{place}.otherwise", [self.otherwise])

    def apply(self, case: "Case") -> None:
        grades = [case.scheme.grade_label(code) for code in self.grades]
        limit = percent(self.at_least)
        for draft in case.drafts:
            share = weighted_share(case, draft.id, self.grades)
            if share is None:
                draft.note("satisfaction_open", grades=grades, at_least=limit)
                draft.grade = None
            elif share < self.at_least:
                case.lower(draft, self.otherwise, "satisfaction", grades=grades, share=percent(share), at_least=limit)
