"""The kinds of rating scale: how an entry's marks in one category become a value. A new kind is one entry in `SCALES`.

This is one of the house's lists into which others may register (`ballot.scale` of a scheme names the kind):
docs/howto/add-a-scale.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scoring.amounts import percent, plain
from scoring.steps import Step, label

if TYPE_CHECKING:
    from scoring.counts import Row
    from scoring.scheme import Category, Scheme


def best_grade(scheme: "Scheme") -> Fraction:
    """What a row is worth in which everybody gave the best grade."""
    return Fraction(scheme.grade[0].points)


@dataclass(frozen=True)
class Scale:
    """A kind of scale. `value`: the value of a row, or None when nothing gives one; the step goes into the working
    either way. `highest`: the largest value of a row. `adds`: criteria are added up; else their mean is taken.
    """

    value: Callable[["Scheme", "Category", "Row"], tuple[Fraction | None, Step]]
    highest: Callable[["Scheme"], Fraction] = best_grade
    adds: bool = False


def highest_mark(scheme: "Scheme") -> Fraction:
    """The top of the scheme's scale: no ballot can give more, and no component may (F6)."""
    scale = SCALES[scheme.ballot.scale]
    return scale.highest(scheme) * (max(1, len(scheme.criterion)) if scale.adds else 1)


def row_name(entry: str, criterion: str) -> str:
    """The name of the row in which an entry was rated by a criterion, such as "01.duties"."""
    return f"{entry}.{criterion}"


def denominators(scheme: "Scheme", row: "Row") -> dict[str, int]:
    """Both denominators of a row (R73): the marks given, and all valid ballots, with "no opinion" and invalid rows."""
    return {"marks": sum(row.get(code, 0) for code in scheme.grade_codes), "ballots": sum(row.values())}


def tally(scheme: "Scheme", row: "Row") -> list[dict[str, Any]]:
    """How many gave which grade, as a working shows it."""
    return [
        {"grade": label(grade), "number": row.get(grade.code, 0), "points": plain(grade.points)}
        for grade in scheme.grade
    ]


def _points(scheme: "Scheme", row: "Row") -> Fraction:
    return sum((Fraction(grade.points) * row.get(grade.code, 0) for grade in scheme.grade), Fraction(0))


def points_mean(scheme: "Scheme", category: "Category", row: "Row") -> tuple[Fraction | None, Step]:
    """F1 and F2: the points of all marks (coefficients are points, too) over the scheme's denominator."""
    numbers = denominators(scheme, row)
    if not numbers["marks"]:
        return None, Step("category_empty", {"category": label(category), **numbers})
    points = _points(scheme, row)
    value = points / numbers[scheme.ballot.denominator]
    parameters = {
        "category": label(category),
        "tally": tally(scheme, row),
        "points": plain(points),
        **numbers,
        "no_opinion": row.get("no_opinion", 0),
        "invalid": row.get("invalid", 0),
        "by_marks": plain(points / numbers["marks"]),
        "by_ballots": plain(points / numbers["ballots"]),
        "denominator": scheme.ballot.denominator,
        "mean": plain(value),
    }
    return value, Step("category_mean", parameters)


def trimmed_mean(scheme: "Scheme", category: "Category", row: "Row") -> tuple[Fraction | None, Step]:
    """F11: without one highest and one lowest mark when there are more than `ballot.trim` of them (R76)."""
    numbers = denominators(scheme, row)
    if numbers["marks"] <= scheme.ballot.trim:
        return points_mean(scheme, category, row)
    given = [grade.points for grade in scheme.grade if row.get(grade.code, 0)]
    rest = _points(scheme, row) - Fraction(given[0]) - Fraction(given[-1])
    value = rest / (numbers[scheme.ballot.denominator] - 2)
    parameters = {
        "category": label(category),
        "tally": tally(scheme, row),
        **numbers,
        "trim": scheme.ballot.trim,
        "highest": plain(given[0]),
        "lowest": plain(given[-1]),
        "points": plain(rest),
        "number": numbers[scheme.ballot.denominator] - 2,
        "denominator": scheme.ballot.denominator,
        "mean": plain(value),
    }
    return value, Step("category_trimmed", parameters)


def band_points(scheme: "Scheme", category: "Category", row: "Row") -> tuple[Fraction | None, Step]:
    """F8: the points of the first band that holds; where none does there is no value (R77)."""
    numbers = denominators(scheme, row)
    if not numbers["marks"]:
        return None, Step("category_empty", {"category": label(category), **numbers})
    parameters = {
        "category": label(category),
        "votes": tally(scheme, row),
        **numbers,
        "denominator": scheme.ballot.denominator,
    }
    for band in scheme.band:
        share = Fraction(sum(row.get(code, 0) for code in band.grades), numbers[scheme.ballot.denominator])
        if share >= band.at_least:
            parameters["grades"] = [scheme.grade_label(code) for code in band.grades]
            parameters |= {"share": percent(share), "at_least": percent(band.at_least), "points": plain(band.points)}
            return Fraction(band.points), Step("category_band", parameters)
    return None, Step("category_band_none", parameters)


def best_band(scheme: "Scheme") -> Fraction:
    """The points of the best band."""
    return Fraction(max((band.points for band in scheme.band), default=Decimal(0)))


SCALES: dict[str, Scale] = {
    "points": Scale(points_mean),
    "sum": Scale(points_mean, adds=True),
    "trimmed": Scale(trimmed_mean),
    "bands": Scale(band_points, highest=best_band),
}
