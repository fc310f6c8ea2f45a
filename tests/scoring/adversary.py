"""Somebody who subtracts: which marks are possible, given everything that a reporter was told.

The adversary is given more than a reporter has: how many ballots of each category count, and that nobody was without
opinion. What is still open for this one is open for everybody.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from scoring import Scheme, Shown

HALF = 0.005 + 1e-9  # what a figure with two decimals leaves open
Marks = tuple[int, ...]


def compositions(number: int, parts: int) -> Iterator[Marks]:
    """Every way to give `number` marks in so many grades."""
    if parts == 1:
        yield (number,)
        return
    for first in range(number + 1):
        yield from ((first, *rest) for rest in compositions(number - first, parts - 1))


def possible_marks(
    scheme: Scheme, cast: dict[str, int], shown: dict[str, Shown], weights: dict[str, float], ballot: Decimal
) -> dict[str, list[Marks]]:
    """The marks that each category may have given, from what was shown of it and the ballot's mark (two decimals)."""
    points = [float(grade.points) for grade in scheme.grade]
    by_mean: dict[str, dict[float, list[Marks]]] = {}
    for code, told_of in shown.items():
        found: dict[float, list[Marks]] = {}
        for marks in _candidates(scheme, cast[code], told_of):
            mean = sum(n * point for n, point in zip(marks, points, strict=True)) / max(1, sum(marks))
            if told_of.mean is None or abs(mean - told_of.mean) <= 0.5 + 1e-9:
                found.setdefault(mean, []).append(marks)
        by_mean[code] = found
    return {code: [m for mean in means for m in by_mean[code][mean]] for code, means in _fit(by_mean, weights, ballot)}


def _candidates(scheme: Scheme, number: int, shown: Shown) -> list[Marks]:
    if shown.row is not None:
        return [tuple(shown.row.get(code, 0) for code in scheme.grade_codes)]
    return list(compositions(number, len(scheme.grade)))


def _fit(by_mean, weights, ballot) -> list[tuple[str, set[float]]]:
    """The means of each category that add up to the ballot's mark with some means of the others."""
    *first, last = by_mean
    of_last = sorted(by_mean[last])
    kept = {code: set() for code in by_mean}
    for chosen in product(*(by_mean[code] for code in first)):
        rest = float(ballot) - sum(weights[code] * mean for code, mean in zip(first, chosen, strict=True))
        low, high = (rest - HALF) / weights[last], (rest + HALF) / weights[last]
        fitting = of_last[bisect_left(of_last, low) : bisect_right(of_last, high)]
        if fitting:
            kept[last].update(fitting)
            for code, mean in zip(first, chosen, strict=True):
                kept[code].add(mean)
    return list(kept.items())


def told(possible: list[Marks]) -> list[int]:
    """The places of the grades whose number of marks the adversary knows for certain."""
    return [place for place, numbers in enumerate(zip(*possible, strict=True)) if len(set(numbers)) == 1]
