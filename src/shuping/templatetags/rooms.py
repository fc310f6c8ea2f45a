"""The tabs of a cycle: one for each room that is there."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

register = template.Library()

TABS = (
    ("cycle", _("Overview")),
    ("plan", _("Plan")),
    ("duties", _("Duties")),
    ("reports", _("Reports")),
    ("meeting", _("Meeting")),
    ("ballot", _("Ballot")),
    ("results", _("Results")),
    ("letters", _("Letters")),
    ("ledger", _("Ledger")),
    ("papers", _("Papers")),
)


@register.simple_tag
def rooms_of(cycle: Any) -> list[dict[str, Any]]:
    """The tabs of a cycle as dictionaries with code, title and url."""
    return [{"code": code, "title": title, "url": url} for code, title in TABS if (url := _address(code, cycle.pk))]


def _address(code: str, cycle: int) -> str:
    try:
        return reverse(code, args=[cycle])
    except NoReverseMatch:
        return ""
