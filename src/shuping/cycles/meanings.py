"""The parameters of a scheme with what they mean, for people (docs/spec/scheme.md says it for files)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from scoring import Scheme
from scoring.amounts import percent, plain
from shuping.core.text import chosen

TABLES: Mapping[str, Any] = {
    "scheme": _("Which scheme this is, and in which version of the format it is written."),
    "grade": _("The grades from best to worst; a mark counts with the points of its grade."),
    "ballot": _("How marks are taken and counted."),
    "criterion": _("What is rated of every reporter; without any, the reporter is rated as a whole."),
    "band": _("Points for the share of certain grades; the first band that holds counts."),
    "category": _("The categories of voters; each is counted by itself and enters the ballot's score with its weight."),
    "component": _("The parts of the score and their weights, which make 100: the ballot and marks from outside it."),
    "rule": _("From the score to the proposed grade, one rule after another. The committee decides."),
    "speech": _("The time of an oral report, and the steps of a turn."),
    "section": _("The sections of the written report, with their least and greatest length in characters."),
    "report": _("What is asked of the written report as a whole."),
    "theme": _("The themes of the year: the thread from duty to section, problem and priority."),
    "circles": _("Who may see what of the ballot."),
}
KEYS: Mapping[str, Any] = {
    "scheme.group": _("The mathematical group in which ballots are encrypted."),
    "ballot.no_opinion": _("What a voter ticks who cannot judge; it counts for nobody and against nobody."),
    "ballot.revote": _("Whether a voter may vote again until the end; then the last ballot counts."),
    "ballot.denominator": _("What the points are divided by: “marks”, those of the row; “ballots”, all valid ones."),
    "ballot.rows": _("A row that is not valid: “lenient” leaves it out, “strict” voids the whole sheet."),
    "ballot.floor": _("Fewer ballots than this are never opened by themselves, so that nobody can be guessed."),
    "ballot.distribution": _("From this many ballots on a reporter sees how the own marks are spread."),
    "ballot.shortfall": _("A category below the floor: “redistribute” shares its weight out, “hold” stops the result."),
    "ballot.scale": _("How marks become a score."),
    "ballot.quorum": _(
        "Without quorum: “needed” refuses to open the ballot, “reason” asks for a recorded reason, “none” opens it."
    ),
    "ballot.trim": _("From how many marks on the highest and the lowest are left out, where the scale does so."),
    "ballot.opinions": _(
        "Whether voters may add opinions in words: sealed, opened together, read by a scrutineer first."
    ),
    "speech.limit": _("Seconds for the report."),
    "speech.warning": _("Seconds before the end at which the clock warns."),
    "speech.steps": _("The steps of a turn that the desk leads through; one that is left out is not asked for."),
    "report.min": _("The least length in characters."),
    "report.max": _("The greatest length in characters."),
    "report.share": _("The least share of problems and causes in the whole."),
    "circles.board": _("Who sees the public board: “everybody” or “attendees”."),
    "circles.record": _("Who gets the record of the count beyond those who counted."),
}
RULES: Mapping[str, Any] = {
    "thresholds": _("The score proposes the best grade whose threshold it reaches."),
    "share": _("A share of certain grades among the marks proposes a grade."),
    "gate": _("A grade needs a mark from outside the ballot; without it a lower grade is proposed."),
    "requirement": _("A grade needs something on record; without it a lower grade is proposed."),
    "satisfaction": _("Below a share of certain grades a lower grade is proposed."),
    "veto": _("Something on record leads to this grade, whatever the score is."),
    "deduction": _("What is on record takes points off, up to a limit."),
    "distribution": _("A cap or a floor on how many may have certain grades; equal scores are left to the committee."),
}


@dataclass(frozen=True)
class Line:
    """One thing that a table says: what it is called, its values in words, and what it means."""

    name: str
    value: str
    meaning: Any


@dataclass(frozen=True)
class Part:
    """A table of the scheme: its key, what it means, and its lines."""

    key: str
    meaning: Any
    lines: list[Line]


def parts(scheme: Scheme) -> list[Part]:
    """Every table of a scheme that says something, in the order of the file, in the reader's language (R4)."""
    told = [Part(key, meaning, _lines(key, getattr(scheme, key))) for key, meaning in TABLES.items()]
    return [part for part in told if part.lines]


def _lines(key: str, table: Any) -> list[Line]:
    if isinstance(table, tuple):
        return [_line(row) for row in table]
    return [Line(name, words(value), KEYS.get(f"{key}.{name}", "")) for name, value in table if words(value)]


def _line(row: Any) -> Line:
    given = {name: value for name, value in row if name in row.model_fields_set}
    kind = given.pop("kind", None)
    name = kind or chosen(given.pop("zh", ""), given.pop("en", "")) or str(given.get("code", ""))
    value = "; ".join(f"{key}: {words(value)}" for key, value in given.items() if words(value))
    return Line(name, value, RULES.get(kind or "", ""))


def words(value: Any) -> str:
    """A value as people read it: shares in per cent, both languages' words in the reader's."""
    if isinstance(value, Fraction):
        return f"{percent(value)} %"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return ", ".join(words(one) for one in value)
    if isinstance(value, Mapping | BaseModel):
        return _pairs(dict(value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _pairs(given: Mapping[str, Any]) -> str:
    if set(given) == {"zh", "en"}:
        return chosen(given["zh"], given["en"])
    return ", ".join(f"{name} {words(one)}" for name, one in given.items())
