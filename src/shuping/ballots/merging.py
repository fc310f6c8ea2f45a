"""Before opening: which categories are too small to vote alone, and with which other each might vote. The desk
proposes, the scrutineer decides (docs/spec/ballot.md, disclosure).
"""

from collections.abc import Callable
from dataclasses import dataclass

from shuping.ballots import queries
from shuping.ballots.models import Ballot, Category
from shuping.cycles.models import Cycle

Attendance = Callable[[Cycle], dict[str, int]]
_sources: list[Attendance] = []


@dataclass(frozen=True)
class Proposal:
    """That a category votes with another, because at most `possible` ballots can be cast in it."""

    source: Category
    target: Category
    possible: int


def register(source: Attendance) -> None:
    """Add a source of attendance: how many voters of each category are in the hall (called once, at start-up)."""
    if source not in _sources:
        _sources.append(source)


def possible_turnout(ballot: Ballot) -> dict[str, int]:
    """How many ballots each category can have at most, on slips or on paper, whichever is more: the slips or sheets
    that it has, and no more than its voters in the hall once anybody is marked as present.
    """
    present: dict[str, int] = {}
    for source in _sources:
        present |= source(ballot.cycle)
    there = {part.code: max(part.electorate, part.paper_issued) for part in _left(ballot)}
    joined = queries.merged(ballot.cycle)
    for code, number in present.items():
        if code in joined:
            present[joined[code]] = present.get(joined[code], 0) + number
    return {code: min(n, present.get(code, 0)) if any(present.values()) else n for code, n in there.items()}


def _left(ballot: Ballot) -> list[Category]:
    return [part for part in queries.categories(ballot) if not part.withheld]


def proposals(ballot: Ballot) -> list[Proposal]:
    """One merge after another, the smallest category first, until none that can have a ballot is below the floor."""
    floor = queries.scheme_of(ballot).ballot.floor
    parts = {part.code: part for part in _left(ballot)}
    possible = {code: number for code, number in possible_turnout(ballot).items() if number}
    found = []
    while len(possible) > 1 and min(possible.values()) < floor:
        source = min(possible, key=lambda code: (possible[code], code))
        number = possible.pop(source)
        target = _target(possible, floor - number)
        possible[target] += number
        found.append(Proposal(parts[source], parts[target], number))
    return found


def _target(possible: dict[str, int], missing: int) -> str:
    """The smallest category that is large enough for both, else the largest."""
    enough = {code: number for code, number in possible.items() if number >= missing}
    if enough:
        return min(enough, key=lambda code: (enough[code], code))
    return max(possible, key=lambda code: (possible[code], code))
