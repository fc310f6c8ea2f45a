"""How a page says what it follows: the topics are signed here, where it is drawn, and nowhere else."""

from typing import Any

from django import template
from django.utils.html import format_html

from shuping.core import live

register = template.Library()


@register.filter
def topic(thing: Any, kind: str) -> str:
    """The topic of a kind that belongs to a row: `ledger-3`."""
    return f"{kind}-{thing.pk}"


@register.simple_tag
def stream_of(*things: Any) -> str:
    """The address of the stream that tells of these rows or topics; rows that are not there are left out."""
    return live.address(*_topics(things))


@register.simple_tag
def follow(*things: Any) -> str:
    """The attributes with which an element fetches itself again when one of these rows or topics changes."""
    topics = _topics(things)
    return format_html(
        'hx-ext="sse" sse-connect="{}" sse-close="over" hx-trigger="{}"',
        live.address(*topics),
        ", ".join(f"sse:{one}" for one in topics),
    )


def _topics(things: tuple[Any, ...]) -> list[str]:
    return [thing if isinstance(thing, str) else topic(thing, thing._meta.model_name) for thing in things if thing]
