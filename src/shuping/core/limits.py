"""How often somebody may try a password or a code. Nobody can keep somebody else out by guessing wrong.

- Tries are counted by the name together with the place from which they come: five wrong ones in five minutes, and this
  place waits for this name. Whoever is elsewhere notices nothing.
- After a hundred wrong tries at one name in an hour, from wherever, every place has one try an hour for it. That slows
  down whoever guesses from many places; its owner, with the right password, has no need of a second.
- A device on which the person was signed in before is a place of its own, and a generous one.
- A place that is wrong sixty times in a minute, for whichever names, waits; such devices do not.

Names that nobody has are counted alike. A try counts as wrong from its beginning, so that many at once are no way
around, and is taken back when it was right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from shuping.core import locks, places
from shuping.core.models import WrongTry

SOON, HOUR, MINUTE = timedelta(minutes=5), timedelta(hours=1), timedelta(minutes=1)
AT_A_PLACE = 5  # in five minutes
AT_A_DEVICE = {"password": 30, "code": 10}  # in five minutes: nobody types as many by mistake
OF_A_NAME = 100  # in an hour
OF_A_PLACE = 60  # in a minute, for all names
MOST = 50_000  # tries that are kept at all
DEVICE = "device:"


class TooMany(Exception):
    """Too many wrong tries at this name from this place; `everybody` when at any name."""

    def __init__(self, *, everybody: bool = False) -> None:
        super().__init__()
        self.everybody = everybody


@dataclass(frozen=True)
class Source:
    """Who tries what, and from where: the name as it was typed and, where there is one, its person."""

    kind: str
    name: str
    place: str
    person: Any | None

    @classmethod
    def at(cls, kind: str, name: str, place: str, device: str, person: Any | None) -> "Source":
        """From a place, or from a device that is known for the person."""
        where = DEVICE + places.digest(device, size=12) if device else place
        return cls(kind, places.digest(name.strip().casefold()), where, person)


def begin(source: Source) -> WrongTry:
    """Count a try. Raises TooMany. It is taken back by `delete` when it was right."""
    _refuse(source)  # without waiting for anybody who writes
    with transaction.atomic():
        locks.one_at_a_time(locks.Lock.TRIES)
        _refuse(source)
        return WrongTry.objects.create(
            kind=source.kind, name=source.name, place=source.place, person=source.person, at=timezone.now()
        )


def _refuse(source: Source) -> None:
    now = timezone.now()
    of_the_name = WrongTry.objects.filter(kind=source.kind, name=source.name)
    here = of_the_name.filter(place=source.place)
    if source.place.startswith(DEVICE):
        if _since(here, now - SOON) >= AT_A_DEVICE[source.kind]:
            raise TooMany
        return
    if _since(WrongTry.objects.filter(place=source.place), now - MINUTE) >= OF_A_PLACE:
        raise TooMany(everybody=True)
    if _since(here, now - SOON) >= AT_A_PLACE:
        raise TooMany
    if _since(here, now - HOUR) and _since(of_the_name, now - HOUR) >= OF_A_NAME:
        raise TooMany


def _since(tries: QuerySet[WrongTry], moment: datetime) -> int:
    return tries.filter(at__gt=moment).count()


@dataclass(frozen=True)
class Limit:
    """A limit that holds for a person now: of passwords or codes, at how many places (None: at each place that was
    wrong once), after how many wrong tries in the hour, until when.
    """

    person: Any
    kind: str
    places: int | None
    wrong: int
    until: datetime


def present(people: Iterable[Any]) -> list[Limit]:
    """The limits that hold now for some people, by username."""
    now = timezone.now()
    tries = WrongTry.objects.filter(person__in=[person.pk for person in people], at__gt=now - HOUR)
    found: dict[tuple[Any, str], list[WrongTry]] = {}
    for one in tries.select_related("person").order_by("person__username", "kind", "at"):
        found.setdefault((one.person, one.kind), []).append(one)
    return [limit for (person, kind), ones in found.items() if (limit := _limit(person, kind, ones, now))]


def _limit(person: Any, kind: str, tries: list[WrongTry], now: datetime) -> Limit | None:
    """The limit that some tries of the last hour, the oldest first, make; None when they make none."""
    if len(tries) >= OF_A_NAME:
        return Limit(person, kind, None, len(tries), tries[-OF_A_NAME].at + HOUR)
    by_place: dict[str, list[datetime]] = {}
    for one in tries:
        if one.at > now - SOON:
            by_place.setdefault(one.place, []).append(one.at)
    most = {place: AT_A_DEVICE[kind] if place.startswith(DEVICE) else AT_A_PLACE for place in by_place}
    ends = [moments[-most[place]] + SOON for place, moments in by_place.items() if len(moments) >= most[place]]
    return Limit(person, kind, len(ends), len(tries), max(ends)) if ends else None


def lift(person: Any) -> int:
    """Forget a person's wrong tries. Returns how many there were."""
    return WrongTry.objects.filter(person=person).delete()[0]


def tidy() -> None:
    """Delete what counts no longer, and the oldest when there are too many."""
    WrongTry.objects.filter(at__lt=timezone.now() - HOUR).delete()
    last = WrongTry.objects.order_by("-id").values_list("pk", flat=True)[MOST : MOST + 1].first()
    if last is not None:
        WrongTry.objects.filter(pk__lte=last).delete()
