"""Live pages: an action announces a topic, open pages that follow it fetch themselves again."""

from django.db.models import F

from shuping.core.models import Signal


def announce(topic: str) -> None:
    """Say that a topic changed, for example `meeting:3`. Part of the caller's transaction."""
    if not Signal.objects.filter(topic=topic).update(version=F("version") + 1):
        Signal.objects.get_or_create(topic=topic, defaults={"version": 1})


def versions() -> dict[str, int]:
    """Every topic with its version, as the stream sends them."""
    return dict(Signal.objects.values_list("topic", "version"))
