"""The example's people and what they say at the meeting, read from the tables beside this file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Addressees = tuple[str, ...] | Literal["all"]


@dataclass(frozen=True)
class PersonSpec:
    """An account to open; the names say a role, never a person."""

    username: str
    zh: str
    en: str


@dataclass(frozen=True)
class Organiser:
    """The root of the example's tree."""

    code: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class Unit:
    """A unit that answers this year, with the post that answers for it and its holder."""

    number: str
    code: str
    kind: str
    zh: str
    en: str
    post_zh: str
    post_en: str
    holder_zh: str
    holder_en: str
    username: str
    mode: Literal["oral", "written"]
    capacity: Literal["head", "deputy"]
    flavour: str

    @property
    def holder(self) -> PersonSpec:
        return PersonSpec(self.username, self.holder_zh, self.holder_en)


@dataclass(frozen=True)
class Seat:
    """A place in a body; `precedence` 1 is first."""

    username: str
    precedence: int
    office_zh: str
    office_en: str


@dataclass(frozen=True)
class BodySpec:
    """A body of the organiser with its seats in order of precedence."""

    code: str
    zh: str
    en: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class OrganisationSpec:
    """The whole table: `people` by username without the reporters, `roles` from a kind of role to usernames."""

    organiser: Organiser
    units: tuple[Unit, ...]
    people: dict[str, PersonSpec]
    bodies: tuple[BodySpec, ...]
    roles: dict[str, tuple[str, ...]]

    @property
    def everybody(self) -> list[PersonSpec]:
        """Every account of the example: the reporters first, in the order of the ballot."""
        return [*(unit.holder for unit in self.units), *self.people.values()]


@dataclass(frozen=True)
class CommentSpec:
    """What somebody says about a report; `problems` are pairs of a statement and the code of its theme."""

    recognised: str
    problems: tuple[tuple[str, str], ...]
    direction: str


@dataclass(frozen=True)
class Passage:
    """A part of the closing speech, word for word; `addressees` are numbers of entries."""

    kind: Literal["judgement", "priority", "stressed"]
    text: str
    theme: str | None
    addressees: Addressees
    due: date | None


@dataclass(frozen=True)
class LastYear:
    """A problem named the year before, what was done about it, and whether that was enough."""

    number: str
    statement: str
    theme: str
    cause: str
    measure: str
    closed: bool


@dataclass(frozen=True)
class DutySpec:
    """What a post answers for this year; `addressees` are numbers of entries."""

    theme: str
    text: str
    target: str
    addressees: Addressees


@cache
def organisation() -> OrganisationSpec:
    """Who answers, who sits in which body and who has which role (R1, R2)."""
    table = _read("organisation")
    return OrganisationSpec(
        organiser=Organiser(**table["organiser"]),
        units=tuple(Unit(**unit) for unit in table["unit"]),
        people={username: PersonSpec(username, **names) for username, names in table["people"].items()},
        bodies=tuple(_body(body) for body in table["body"]),
        roles={kind: tuple(usernames) for kind, usernames in table["roles"].items()},
    )


def taking_part(number: int) -> tuple[Unit, ...]:
    """The first oral units and the written ones, `number` in all (at least one oral)."""
    units = organisation().units
    written = tuple(unit for unit in units if unit.mode == "written")
    oral = tuple(unit for unit in units if unit.mode == "oral")
    return (*oral[: max(1, number - len(written))], *written)[:number]


@cache
def comments() -> dict[str, CommentSpec]:
    """The presiding officer's comment on every entry, by its number."""
    return {comment["number"]: _comment(comment) for comment in _read("comments")["comment"]}


@cache
def side_comments() -> list[tuple[int, str, CommentSpec]]:
    """What the commentators add: (place of the commentator from 0, number of the entry, comment)."""
    return [(said["commentator"], said["number"], _comment(said)) for said in _read("comments")["side"]]


@cache
def questions() -> list[tuple[str, str, str, str]]:
    """Questions after a report: (number of the entry, the asker's kind of role, question, answer)."""
    return [
        (asked["number"], asked["asker"], asked["question"], asked["answer"]) for asked in _read("comments")["question"]
    ]


@cache
def undertakings() -> dict[str, str]:
    """What each oral reporter promises at the end, by the number of the entry."""
    promised: dict[str, str] = _read("comments")["undertakings"]
    return promised


@cache
def last_year() -> list[LastYear]:
    """The problems named the year before, in the order of the ballot (R17)."""
    return [
        LastYear(number=unit["number"], **problem) for unit in _read("last_year")["unit"] for problem in unit["problem"]
    ]


@cache
def figures() -> dict[str, list[dict[str, str]]]:
    """The key figures of some reports, as they are typed, by number (R21)."""
    return {
        unit["number"]: [{name: str(value) for name, value in figure.items()} for figure in unit["figure"]]
        for unit in _read("figures")["unit"]
    }


@cache
def speech() -> tuple[str, list[Passage]]:
    """The closing speech and the passages of it that are put on record."""
    table = _read("speech")
    return table["text"], [_passage(passage) for passage in table["passage"]]


@cache
def duties() -> list[DutySpec]:
    """What is asked for this year: first of everybody, then of particular entries."""
    return [
        DutySpec(duty["theme"], duty["text"], duty["target"], _addressees(duty["addressees"]))
        for duty in _read("duties")["duty"]
    ]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def _body(table: dict[str, Any]) -> BodySpec:
    seats = tuple(Seat(precedence=place, **seat) for place, seat in enumerate(table["seats"], start=1))
    return BodySpec(table["code"], table["zh"], table["en"], seats)


def _comment(table: dict[str, Any]) -> CommentSpec:
    problems = tuple((problem["text"], problem["theme"]) for problem in table["problems"])
    return CommentSpec(table["recognised"], problems, table["direction"])


def _passage(table: dict[str, Any]) -> Passage:
    addressees = _addressees(table.get("addressees", "all"))
    return Passage(table["kind"], table["text"], table.get("theme"), addressees, table.get("due"))


def _addressees(value: list[str] | Literal["all"]) -> Addressees:
    return "all" if value == "all" else tuple(value)
