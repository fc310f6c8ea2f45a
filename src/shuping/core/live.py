"""Live pages: an action announces a topic, open pages that follow it fetch themselves again.

Which topics a page follows is decided where it is drawn: its address of the stream is signed. Whoever asks for topics
without that gets none.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.core import signing
from django.db.models import F

from shuping.core.models import Signal

PATH = "/live/"
MOST_TOPICS = 8
ABOVE = 2**32  # so that what comes from a table and what comes from elsewhere never make up for each other
_signer = signing.Signer(salt="shuping.live")
_endings: dict[str, Callable[[int], bool]] = {}
_elsewhere: list[Callable[[], dict[str, int]]] = []


def count_elsewhere(changes: Callable[[], dict[str, int]]) -> None:
    """Let topics also change by something that a room counts elsewhere."""
    _elsewhere.append(changes)


def announce(topic: str) -> None:
    """Say that a topic changed, for example `meeting-3`. Part of the caller's transaction."""
    if not Signal.objects.filter(topic=topic).update(version=F("version") + 1):
        Signal.objects.get_or_create(topic=topic, defaults={"version": 1})


def versions() -> dict[str, int]:
    """Every topic with its version, as the stream sends them."""
    found = dict(Signal.objects.values_list("topic", "version"))
    for changes in _elsewhere:
        for topic, number in changes().items():
            found[topic] = found.get(topic, 0) + number * ABOVE
    return found


def address(*topics: str) -> str:
    """Where a page hears of these topics."""
    assert 0 < len(topics) <= MOST_TOPICS
    return f"{PATH}?{urlencode({'topics': _signer.sign(','.join(topics))})}"


def topics_of(signed: str) -> tuple[str, ...]:
    """The topics that `address` was given; none when we did not sign them."""
    try:
        return tuple(_signer.unsign(signed).split(","))
    except signing.BadSignature:
        return ()


def register(kind: str, over: Callable[[int], bool]) -> None:
    """Let `over` say whether nothing more will happen to a topic of this kind: `meeting` is asked of `meeting-3` with
    the key 3. A kind that nobody registered goes on.
    """
    _endings[kind] = over


def over(topics: tuple[str, ...]) -> bool:
    """Whether nothing more will happen to any of the topics."""
    return all(_over(topic) for topic in topics)


def _over(topic: str) -> bool:
    kind, _, key = topic.rpartition("-")
    return kind in _endings and _endings[kind](int(key))
