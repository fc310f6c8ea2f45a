"""What a rehearsal plays: who takes part, by which scheme, and every word that is said. The example gives one script,
a plan that was copied from a real folder another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from scoring import Scheme, builtin_scheme, load_scheme
from shuping.rehearsal.example import cast, writing
from shuping.rehearsal.example.cast import CommentSpec, DutySpec, OrganisationSpec, Passage, Unit

EXAMPLE_MEETING = date(2022, 12, 29)
SHARES = {"A": 20, "B": 30, "C": 50}
# How many the players need of each role; who commentates also verifies what was put right.
NEEDED = {
    "secretariat": 1,
    "chair": 1,
    "commentator": 1,
    "clerk": 1,
    "committee": 1,
    "teller": 2,
    "scrutineer": 1,
    "trustee": 2,
}


class CannotRehearse(Exception):
    """What was asked for cannot be played; the sentence says why."""


@dataclass(frozen=True)
class Title:
    """What the year is called: its number, its topic, its titles in both languages."""

    year: int
    topic: str
    zh: str
    en: str


EXAMPLE_TITLE = Title(
    2022,
    "grassroots",
    "2022年度市（州）委和省直党委（党组）书记抓基层工作述职评议考核",
    "Review of grassroots work 2022",
)


@dataclass(frozen=True)
class Script:
    """One year to play. `spec.units` are the entries in the order of the ballot; comments, measures and so on go by
    the numbers of the entries; `deadlines` are days from the meeting by kind, None for the usual ones; `shift` leads
    from the example's days to this year's.
    """

    spec: OrganisationSpec
    title: Title
    scheme_text: bytes
    meeting_on: date
    comments: dict[str, CommentSpec]
    side_comments: list[tuple[int, str, CommentSpec]]
    questions: list[tuple[str, str, str, str]]
    undertakings: dict[str, str]
    speech: tuple[str, list[Passage]]
    duties: list[DutySpec]
    measures: dict[str, dict[str, str]]
    figures: dict[str, list[dict[str, str]]]
    report: Callable[[str, int], writing.Sections]
    deadlines: dict[str, int] | None = None
    with_last_year: bool = False
    scheme: Scheme = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scheme", load_scheme(self.scheme_text))

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.spec.units

    @property
    def shift(self) -> timedelta:
        return self.meeting_on - EXAMPLE_MEETING

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers of a ballot in their order."""
        return (*self.scheme.grade_codes, "no_opinion")

    @property
    def shares(self) -> dict[str, int]:
        """How many of a hundred voters sit in each category."""
        codes = [category.code for category in self.scheme.category]
        return SHARES if codes == list(SHARES) else dict.fromkeys(codes, 1)

    @property
    def paper_category(self) -> str:
        """Where some vote on paper: the last category."""
        return list(self.shares)[-1]

    @property
    def workbooks(self) -> tuple[str, ...]:
        """The components whose marks come as workbooks."""
        return tuple(component.code for component in self.scheme.outside)

    def said(self, number: str) -> list[CommentSpec]:
        """Everything that is said on an entry: the presiding officer's comment first."""
        return [self.comments[number], *(said for _place, on, said in self.side_comments if on == number)]


def of_example(entries: int, group: str = "Ed25519") -> Script:
    """The invented province with its first entries."""
    spec = replace(cast.organisation(), units=cast.taking_part(entries))
    measures: dict[str, dict[str, str]] = {}
    for problem in cast.last_year():
        measures.setdefault(problem.number, {})[problem.statement] = problem.measure
    return Script(
        spec=spec,
        title=EXAMPLE_TITLE,
        scheme_text=builtin_scheme("provincial").replace(b'"Ed25519"', f'"{group}"'.encode()),
        meeting_on=EXAMPLE_MEETING,
        comments=cast.comments(),
        side_comments=cast.side_comments(),
        questions=cast.questions(),
        undertakings=cast.undertakings(),
        speech=cast.speech(),
        duties=cast.duties(),
        measures=measures,
        figures=cast.figures(),
        report=_ExampleReports({unit.number: unit.zh for unit in spec.units}),
        with_last_year=True,
    )


def of_plan(
    spec: OrganisationSpec, title: Title, scheme_text: bytes, meeting_on: date, deadlines: dict[str, int]
) -> Script:
    """A plan that was copied, with the example's words put into its people's mouths. Raises CannotRehearse."""
    _refuse_what_cannot_be_played(spec, load_scheme(scheme_text))
    spec = _without_own_matters(spec)
    themes = [theme.code for theme in load_scheme(scheme_text).theme]
    names = dict(zip((unit.number for unit in spec.units), _examples(), strict=False))
    comments = cast.comments()
    return Script(
        spec=spec,
        title=title,
        scheme_text=scheme_text,
        meeting_on=meeting_on,
        comments={number: _fitting(comments[like], themes) for number, (like, _round) in names.items()},
        side_comments=[],
        questions=[],
        undertakings={},
        speech=_speech(themes, {like: number for number, (like, turn) in names.items() if not turn}),
        duties=[],
        measures={},
        figures={},
        report=_Reports(spec.units, names, load_scheme(scheme_text)),
        deadlines=deadlines,
    )


def _without_own_matters(spec: OrganisationSpec) -> OrganisationSpec:
    """The roles in an order in which whoever reports comes last: nobody decides on, or verifies, what is their own."""
    holders = {unit.username for unit in spec.units}
    ordered = {kind: tuple(sorted(names, key=holders.__contains__)) for kind, names in spec.roles.items()}
    return replace(spec, roles=ordered)


def _examples() -> Any:
    """The example's numbers, again and again, with how often they were used before."""
    return ((number, turn) for turn in count() for number in writing.NUMBERS)


def _fitting(said: CommentSpec, themes: Sequence[str]) -> CommentSpec:
    """The comment with themes that the scheme has: its own where there are any, else the scheme's in turn."""
    problems = tuple((text, _theme(code, themes, place)) for place, (text, code) in enumerate(said.problems))
    return replace(said, problems=problems)


def _theme(code: str | None, themes: Sequence[str], place: int) -> str:
    if code in themes:
        return str(code)
    return themes[place % len(themes)] if themes else ""


def _speech(themes: Sequence[str], numbers: dict[str, str]) -> tuple[str, list[Passage]]:
    """The example's speech for other entries; `numbers` leads from the example's numbers to theirs."""
    text, passages = cast.speech()
    return text, [
        replace(
            passage,
            theme=_theme(passage.theme, themes, place) if passage.theme else None,
            addressees="all"
            if passage.addressees == "all"
            else tuple(numbers[like] for like in passage.addressees if like in numbers),
        )
        for place, passage in enumerate(passages)
    ]


@dataclass(frozen=True)
class _ExampleReports:
    """The reports of the example's units, by their numbers."""

    units: dict[str, str]

    def __call__(self, number: str, seed: int) -> writing.Sections:
        return writing.report(number, self.units[number], seed=seed)


class _Reports:
    """Reports of any number of entries, in the sections that the scheme asks for."""

    def __init__(self, units: Sequence[Unit], names: dict[str, tuple[str, int]], scheme: Scheme) -> None:
        self.units = {unit.number: unit.zh for unit in units}
        self.names = names
        self.headings = [section.zh for section in scheme.section]

    def __call__(self, number: str, seed: int) -> writing.Sections:
        like, turn = self.names[number]
        written = writing.report(like, self.units[number], seed=seed + turn)
        if len(written) == len(self.headings):
            bodies = [paragraphs for _heading, paragraphs in written]
        else:
            bodies = [written[place % len(written)][1] for place in range(len(self.headings))]
        return list(zip(self.headings, bodies, strict=True))


def _refuse_what_cannot_be_played(spec: OrganisationSpec, scheme: Scheme) -> None:
    if len(spec.units) < 2:  # one is heard, and finds nobody else's letter
        raise CannotRehearse("A rehearsal needs a plan with at least two entries.")
    for kind, needed in NEEDED.items():
        named = len(spec.roles.get(kind, ()))
        if named < needed:
            raise CannotRehearse(f"A rehearsal needs {needed} in the role {kind}; the plan names {named}.")
    if scheme.criterion:
        raise CannotRehearse(
            "The simulated participants rate entries as a whole; this scheme asks for several criteria."
        )
    odd = [component.code for component in scheme.outside if component.source != "xlsx" or component.method != "mark"]
    if odd:
        raise CannotRehearse(f"The simulated participants hand in workbooks of marks only, not: {', '.join(odd)}.")
