"""The floors below which nothing is counted or shown (docs/spec/ballot.md, disclosure; they replace R87's numbers)."""

from scoring.scheme import Scheme


def reaches_floor(cast: int, scheme: Scheme) -> bool:
    """Whether a part of a category is large enough to be counted alone; a part without a ballot reveals nothing."""
    return cast == 0 or cast >= scheme.ballot.floor


def short_parts(electronic: int, paper: int, scheme: Scheme) -> tuple[str, ...]:
    """Which of "electronic", "paper" and "sum" fall short of the floor: it holds for each part and for their sum.

    With any of them short the category is withheld. A category without a ballot is short as a sum.
    """
    parts = {"electronic": reaches_floor(electronic, scheme), "paper": reaches_floor(paper, scheme)}
    parts["sum"] = electronic + paper >= scheme.ballot.floor
    return tuple(part for part, reached in parts.items() if not reached)


def may_show_distribution(cast: int, scheme: Scheme) -> bool:
    """Whether a reporter may see the own distribution in a category with `cast` ballots; below, only the mean."""
    return cast >= scheme.ballot.distribution
