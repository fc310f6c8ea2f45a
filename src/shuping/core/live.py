"""Live pages: an action announces a topic, open pages that follow it fetch themselves again."""

from collections.abc import Callable

from django.db.models import F

from shuping.core.models import Signal

ABOVE = 2**32  # so that what comes from a table and what comes from elsewhere never make up for each other

_elsewhere: list[Callable[[], dict[str, int]]] = []


def register(changes: Callable[[], dict[str, int]]) -> None:
    """Let topics also change by something that a room counts elsewhere."""
    _elsewhere.append(changes)


def announce(topic: str) -> None:
    """Say that a topic changed, for example `meeting:3`. Part of the caller's transaction."""
    if not Signal.objects.filter(topic=topic).update(version=F("version") + 1):
        Signal.objects.get_or_create(topic=topic, defaults={"version": 1})


def versions() -> dict[str, int]:
    """Every topic with its version, as the stream sends them."""
    found = dict(Signal.objects.values_list("topic", "version"))
    for changes in _elsewhere:
        for topic, number in changes().items():
            found[topic] = found.get(topic, 0) + number * ABOVE
    return found
