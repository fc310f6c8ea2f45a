"""What every kind of rule is: a table of the scheme that can be checked and applied."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from scoring.faults import Fault
from scoring.tables import Table

if TYPE_CHECKING:
    from scoring.cases import Case
    from scoring.scheme import Component, Scheme


class Rule(Table):
    """A [[rule]] table. Rules are applied in file order; each writes what it did into the working."""

    kind: str
    changes_score: ClassVar[bool] = False  # works on the exact score, before rounding
    proposes: ClassVar[bool] = False  # proposes a grade where none is proposed yet

    @property
    def gates(self) -> tuple[str, ...]:
        """The names under which this rule looks for what is on record."""
        return ()

    def faults(self, scheme: "Scheme", place: str) -> Iterator[Fault]:
        """What of this rule does not go together with the scheme it stands in."""
        raise NotImplementedError

    def apply(self, case: "Case") -> None:
        """Change scores or proposals of the case's drafts."""
        raise NotImplementedError


def unknown_grades(scheme: "Scheme", place: str, codes: Iterable[str]) -> Iterator[Fault]:
    """A fault for every code that is not a grade of the scheme."""
    for code in codes:
        if code not in scheme.grade_codes:
            yield Fault(place, "unknown_grade", {"value": code, "known": ", ".join(scheme.grade_codes)})


def unknown_component(scheme: "Scheme", place: str, code: str) -> Iterator[Fault]:
    """A fault when no component of this code has its mark from outside the ballot, as it is."""
    known = [component.code for component in scheme.outside if component.method == "mark"]
    if code not in known:
        yield Fault(place, "unknown_component", {"value": code, "known": ", ".join(known)})


def component_of(scheme: "Scheme", code: str) -> "Component":
    """The component of a code that the scheme's check has seen."""
    return next(component for component in scheme.component if component.code == code)
