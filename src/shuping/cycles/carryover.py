"""What a new year takes over from the one before: rooms above offer it, approval writes it into `CarriedItem`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shuping.cycles.models import Cycle


@dataclass(frozen=True)
class Carried:
    """One thing of last year that the report of the same post has to answer."""

    post_id: int
    source: str
    number: str
    statement: str
    state: str
    closed: bool
    theme_code: str


Offer = Callable[[Cycle], Iterable[Carried]]
_offers: list[Offer] = []


def register(offer: Offer) -> None:
    """Add a function that, given last year's cycle, lists what the new one takes over."""
    if offer not in _offers:
        _offers.append(offer)


def offered(previous: Cycle) -> list[Carried]:
    """Everything that the year before hands on."""
    return [item for offer in _offers for item in offer(previous)]
