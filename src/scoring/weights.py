"""The weights of the categories that were counted, and the mean under them (F5, R74, R75)."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.amounts import HUNDRED

if TYPE_CHECKING:
    from scoring.scheme import Scheme


def with_merged(scheme: "Scheme", merged: Mapping[str, str]) -> "Scheme":
    """The scheme without the categories that voted with another one, whose weight is then both of theirs."""
    if not merged:
        return scheme
    moved = {
        part.code: part.weight + sum(other.weight for other in scheme.category if merged.get(other.code) == part.code)
        for part in scheme.category
    }
    kept = [part for part in scheme.category if part.code not in merged]
    parts = tuple(part.model_copy(update={"weight": moved[part.code]}) for part in kept)
    return scheme.model_copy(update={"category": parts})


def effective_weights(scheme: "Scheme", counted: Collection[str]) -> dict[str, Fraction] | None:
    """The weights of the categories that have a value, as parts of 1; None while the scheme holds the result, which it
    does when nothing was counted, or something is missing under shortfall = "hold" (R74).
    """
    weights = {category.code: Fraction(category.weight) for category in scheme.category}
    there = {code: weight for code, weight in weights.items() if code in counted}
    whole = sum(there.values(), Fraction(0))
    if whole == 0 or (whole < HUNDRED and scheme.ballot.shortfall == "hold"):
        return None
    return {code: weight / whole for code, weight in there.items()}


def weighted(weights: dict[str, Fraction], values: dict[str, Fraction]) -> Fraction:
    """The weighted mean; the weights sum to 1."""
    return sum((weight * values[code] for code, weight in weights.items()), Fraction(0))
