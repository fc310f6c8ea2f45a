"""The weights of the categories that were counted, and the mean under them (F5, R74, R75)."""

from collections.abc import Collection
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.amounts import HUNDRED

if TYPE_CHECKING:
    from scoring.scheme import Scheme


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
