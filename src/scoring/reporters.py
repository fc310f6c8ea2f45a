"""What a reporter may see of the own marks (docs/spec/ballot.md, disclosure; R87): nothing in it can be subtracted from
the own total, which the reporter has anyway.

The total gives the weighted sum of the categories' means. Therefore one category alone never stands lower than the
others: a rounded mean beside exact distributions would be as good as the exact mean, and one figure left out would be
what the others leave of the total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoring.amounts import round_half_up
from scoring.counts import Counts, Row
from scoring.disclosure import may_show_distribution
from scoring.scales import SCALES
from scoring.scheme import BALLOT, Category, Scheme
from scoring.weights import with_merged
from scoring.words import COUNTS

MEAN_FROM = 10  # ballots of a category from which its rounded mean may be shown, whatever floor the scheme says
FEW_DIFFER = 2  # a row in which at most so many marks differ from all others tells nearly everybody's mark
NOTHING, MEAN, DISTRIBUTION = range(3)

# Beyond the counts of categories: exact values of criteria, and exact shares over all categories.
_HIDDEN = COUNTS | {"criteria_sum", "criteria_mean", "satisfaction"}


@dataclass(frozen=True)
class Shown:
    """One category of one entry: its row of marks, or its mean rounded to a whole number, or neither."""

    row: Mapping[str, int] | None = None
    mean: int | None = None


def reporters_view(scheme: Scheme, counts: Counts, entry: str) -> dict[str, Shown]:
    """What a reporter sees of every category that was counted. With criteria nothing but the total is shown."""
    scheme = with_merged(scheme, counts.merged_for(entry))
    rows = {category.code: counts.row(category.code, entry) for category in scheme.category}
    counted = {code: row for code, row in rows.items() if row is not None}
    levels = {} if scheme.criterion else _levels(scheme, counted)
    means = {category.code: _mean(scheme, category, counted[category.code]) for category in _at(scheme, levels, MEAN)}
    if any(mean is None or _only_one_way(scheme, counted[code]) for code, mean in means.items()):
        levels, means = {}, {}
    return {
        code: Shown(row if levels.get(code) == DISTRIBUTION else None, _whole(means.get(code)))
        for code, row in counted.items()
    }


def _at(scheme: Scheme, levels: Mapping[str, int], level: int) -> list[Category]:
    return [category for category in scheme.category if levels.get(category.code) == level]


def _levels(scheme: Scheme, counted: Mapping[str, Row]) -> dict[str, int]:
    levels = {code: _level(scheme, row) for code, row in counted.items()}
    if NOTHING in levels.values():
        return {}
    full = [code for code, level in levels.items() if level == DISTRIBUTION]
    if list(levels.values()).count(MEAN) == 1 and full:
        levels[min(full, key=lambda code: sum(counted[code].values()))] = MEAN
    return levels


def _level(scheme: Scheme, row: Row) -> int:
    cast = sum(row.values())
    if cast < MEAN_FROM:
        return NOTHING
    if not may_show_distribution(cast, scheme):
        return MEAN
    return NOTHING if _nearly_all(row, scheme.grade_codes, scheme.grade_codes) else DISTRIBUTION


def _nearly_all(row: Row, codes: Sequence[str], among: Sequence[str]) -> bool:
    """Whether nearly all marks are of one of these grades."""
    given = sum(row.get(code, 0) for code in among)
    return given - max(row.get(code, 0) for code in codes) <= FEW_DIFFER


def _mean(scheme: Scheme, category: Category, row: Row) -> Fraction | None:
    return SCALES[scheme.ballot.scale].value(scheme, category, row)[0]


def _whole(mean: Fraction | None) -> int | None:
    return None if mean is None else int(round_half_up(mean, 0))


def _only_one_way(scheme: Scheme, row: Row) -> bool:
    """Whether the mean is so near to the top or the bottom of the scale that hardly any other marks give it."""
    codes = scheme.grade_codes
    return _nearly_all(row, (codes[0], codes[-1]), codes)


def reporters_working(scheme: Scheme, working: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The working (as JSON) without what tells more of a category than `reporters_view`: figures of the ballot with two
    decimals, as the total has them, and no figures of single categories.
    """
    return [_own(scheme, step) for step in working if step["code"] not in _HIDDEN]


def _own(scheme: Scheme, step: dict[str, Any]) -> dict[str, Any]:
    code, given = step["code"], step["parameters"]
    if code == "ballot":
        return {"code": "ballot_total", "parameters": {"mark": _two(given["mark"])}}
    if code == "rounded":
        return {"code": "score_total", "parameters": {"score": given["score"]}}
    if code == "redistributed":
        return {"code": code, "parameters": {"weights": [_without_mean(part) for part in given["weights"]]}}
    if code == "component" and _of_ballot(scheme, given["component"]["code"]):
        return {"code": code, "parameters": given | {name: _two(given[name]) for name in ("mark", "part")}}
    return step


def _of_ballot(scheme: Scheme, code: str) -> bool:
    return any(part.code == code and part.source == BALLOT for part in scheme.component)


def _without_mean(part: dict[str, Any]) -> dict[str, Any]:
    return {name: figure for name, figure in part.items() if name != "mean"}


def _two(figure: str) -> str:
    return str(round_half_up(Fraction(Decimal(figure.rstrip("…")))))
