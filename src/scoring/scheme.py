"""The scheme: what an organisation chooses, as one TOML file that is frozen with the year (docs/spec/scheme.md).

These are its tables and keys. `loading.py` reads a file into them, `checks.py` says what does not go together.
"""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import model_validator

from scoring.amounts import Points, Share, Weight
from scoring.rules import Rule
from scoring.tables import Chinese, Code, Colour, English, Label, Named, ShortCode, Table, one_of, type_of_list, whole

FORMAT = 1
STEPS = ("speech", "questions", "comment", "undertaking")  # of a turn, in the order of the hall
BALLOT = "ballot"  # the source of the component that the ballot itself gives


class Head(Table):
    """Which scheme this is, in which version of the format, and in which group its ballots are encrypted."""

    id: Code
    version: Annotated[int, whole(1, FORMAT)]
    title: Label
    group: Annotated[str, one_of("Ed25519", "BELENIOS-2048")] = "Ed25519"


class Grade(Named):
    """One grade of the scale; the tables stand from best to worst (R41)."""

    points: Points
    colour: Colour


class Ballot(Table):
    """How marks are taken and counted (R64, R65, R73, R74)."""

    no_opinion: Label
    revote: bool = True
    denominator: Annotated[str, one_of("marks", "ballots")]
    rows: Annotated[str, one_of("lenient", "strict")]
    floor: Annotated[int, whole(5, 1000)] = 10
    distribution: Annotated[int, whole(20, 10_000)] = 20
    shortfall: Annotated[str, one_of("redistribute", "hold")]
    scale: Code = "points"
    trim: Annotated[int, whole(2, 1000)] = 5
    quorum: Annotated[str, one_of("needed", "reason", "none")] = "needed"
    opinions: bool = False


class Criterion(Named):
    """One thing that is rated of every entry (F3, F4); without any, the entry is rated as a whole."""


class Band(Table):
    """The points of an entry of whose marks certain grades have at least a share (F8); the first that holds counts."""

    grades: Annotated[tuple[Code, ...], type_of_list]
    at_least: Share
    points: Points


class Category(Table):
    """A category of voters with its weight in the ballot's score (R44)."""

    code: ShortCode
    zh: Chinese
    en: English
    weight: Weight


class Component(Table):
    """A part of the composite score: the ballot, or a mark from a source outside it (F6), got by a method (F9-F11)."""

    code: Code
    zh: Chinese
    en: English
    weight: Weight
    source: Code
    method: Code = "mark"
    maximum: Points | None = None
    per_place: Share = Fraction(1, 50)
    trim: Annotated[int, whole(2, 1000)] = 5

    @model_validator(mode="before")
    @classmethod
    def _name_it(cls, table: Any) -> Any:
        """Without names of its own, a component goes by its code."""
        if isinstance(table, dict) and isinstance(table.get("code"), str):
            return {"zh": table["code"], "en": table["code"], **table}
        return table


class Speech(Table):
    """The limit of an oral report and the warning before it, in seconds; the steps of a turn that the desk leads
    through, in the order of the hall whatever the order here (R29, R30).
    """

    limit: Annotated[int, whole(30, 7200)]
    warning: Annotated[int, whole(0, 7200)]
    steps: Annotated[tuple[Annotated[str, one_of(*STEPS)], ...], type_of_list] = STEPS


class Section(Named):
    """A section of the written report with its length in characters (R14)."""

    min: Annotated[int, whole(0, 100_000)] = 0
    max: Annotated[int, whole(1, 100_000)] = 100_000
    counts_as: Annotated[str, one_of("rectification", "problems")] = ""

    @property
    def locked(self) -> bool:
        """True for the section that last year's findings fill and that nobody may leave out (R17)."""
        return self.counts_as == "rectification"


class Report(Table):
    """What is asked of the report as a whole: its length in characters, and the least share of problems and causes
    (R16); a share of 0 asks for none.
    """

    min: Annotated[int, whole(0, 100_000)] = 0
    max: Annotated[int, whole(1, 100_000)] = 100_000
    share: Share = Fraction(0)


class Circles(Table):
    """Who sees the public board, and who gets the record beyond committee, scrutineers, trustees and auditor."""

    board: Annotated[str, one_of("everybody", "attendees")] = "everybody"
    record: Annotated[str, one_of("committee", "attendees", "everybody")] = "committee"


class SchemeFile(Table):
    """The tables of a scheme file."""

    scheme: Head
    grade: Annotated[tuple[Grade, ...], type_of_list]
    ballot: Ballot
    band: Annotated[tuple[Band, ...], type_of_list] = ()
    criterion: Annotated[tuple[Criterion, ...], type_of_list] = ()
    category: Annotated[tuple[Category, ...], type_of_list]
    component: Annotated[tuple[Component, ...], type_of_list] = ()
    rule: Annotated[tuple[Rule, ...], type_of_list] = ()
    speech: Speech
    section: Annotated[tuple[Section, ...], type_of_list]
    report: Report
    theme: Annotated[tuple[Named, ...], type_of_list] = ()
    circles: Circles = Circles()


class Scheme(SchemeFile):
    """A scheme without faults. `fingerprint` is the SHA-256 of the file's bytes in hexadecimal digits."""

    fingerprint: str

    @property
    def grade_codes(self) -> tuple[str, ...]:
        """The codes of the grades, best first."""
        return tuple(grade.code for grade in self.grade)

    def place(self, grade: str) -> int:
        """The place of a grade in the scale, 0 for the best."""
        return self.grade_codes.index(grade)

    def grade_label(self, code: str) -> dict[str, str]:
        """A grade as the working shows it: code and both names."""
        grade = self.grade[self.place(code)]
        return {"code": code, "zh": grade.zh, "en": grade.en}

    @property
    def outside(self) -> tuple[Component, ...]:
        """The components whose marks come from outside the ballot."""
        return tuple(component for component in self.component if component.source != BALLOT)
