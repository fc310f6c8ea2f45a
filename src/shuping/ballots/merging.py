"""Before opening: which categories are too small to vote alone, and with which other each might vote. The desk
proposes, the scrutineer decides (docs/spec/ballot.md, disclosure).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shuping.ballots import queries
from shuping.ballots.models import Ballot, Category
from shuping.cycles.models import Cycle

Attendance = Callable[[Cycle, str | None], dict[str, int]]
_sources: list[Attendance] = []


@dataclass(frozen=True)
class Proposal:
    """That a category votes with another, because at most `possible` ballots can be cast in it."""

    source: Category
    target: Category
    possible: int


def register(source: Attendance) -> None:
    """Add a source of attendance: how many voters of each category of the scheme are in the hall, of a group or of all
    (called once, at start-up).
    """
    if source not in _sources:
        _sources.append(source)


def possible_turnout(ballot: Ballot) -> dict[str, int]:
    """How many ballots each category can have at most, on slips or on paper, whichever is more: the slips or sheets
    that it has, and no more than its voters in the hall of its group once anybody is marked as present there.
    """
    last = {part.code: other.code for part, other in queries.joined(ballot)}
    possible: dict[str, int] = {}
    for group in _by_group(ballot):
        present = _present(ballot.cycle, group, last)
        there = {part.code: max(part.electorate, part.paper_issued) for part in group if not part.withheld}
        known = any(present.values())
        possible |= {code: min(n, present.get(code, 0)) if known else n for code, n in there.items()}
    return possible


def _by_group(ballot: Ballot) -> Iterator[list[Category]]:
    """The categories, those of each group together."""
    found: dict[str, list[Category]] = {}
    for part in queries.categories(ballot):
        found.setdefault(part.group, []).append(part)
    yield from found.values()


def _present(cycle: Cycle, group: list[Category], last: dict[str, str]) -> dict[str, int]:
    """The voters of a group who are there, by the code of the category with which they vote now."""
    there: dict[str, int] = {}
    for source in _sources:
        there |= source(cycle, group[0].group if group[0].in_groups else None)
    found: dict[str, int] = {}
    for part in group:
        code = last.get(part.code, part.code)
        found[code] = found.get(code, 0) + there.get(part.letter, 0)
    return found


def proposals(ballot: Ballot) -> list[Proposal]:
    """One merge after another, of each group the smallest category first, until none that can have a ballot is below
    the floor.
    """
    floor, possible = queries.scheme_of(ballot).ballot.floor, possible_turnout(ballot)
    return [one for group in _by_group(ballot) for one in _proposed(group, possible, floor)]


def _proposed(group: list[Category], turnout: dict[str, int], floor: int) -> Iterator[Proposal]:
    parts = {part.code: part for part in group}
    possible = {code: turnout[code] for code in parts if turnout.get(code)}
    while len(possible) > 1 and min(possible.values()) < floor:
        source = min(possible, key=lambda code: (possible[code], code))
        number = possible.pop(source)
        target = _target(possible, floor - number)
        possible[target] += number
        yield Proposal(parts[source], parts[target], number)


def _target(possible: dict[str, int], missing: int) -> str:
    """The smallest category that is large enough for both, else the largest."""
    enough = {code: number for code, number in possible.items() if number >= missing}
    if enough:
        return min(enough, key=lambda code: (enough[code], code))
    return max(possible, key=lambda code: (possible[code], code))
