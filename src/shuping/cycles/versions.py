"""What differs between two versions of an approved plan."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shuping.core.text import chosen
from shuping.cycles.models import Cycle, Deadline, Entry, PlanVersion

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that a version changed, in words."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """A version, who made it (None where nobody is on record), and what it changed of the one before."""

    version: PlanVersion
    by: Any
    changes: list[Change]


def told(cycle: Cycle, makers: Mapping[int, Any]) -> list[Told]:
    """Every version of the plan, first to last (R5). `makers`: who made it, by its number."""
    found = list(cycle.versions.all())
    first = [Told(version, makers.get(version.number), []) for version in found[:1]]
    return first + [
        Told(version, makers.get(version.number), list(changes(before.content, version.content)))
        for before, version in pairwise(found)
    ]


def changes(before: Content, after: Content) -> Iterator[Change]:
    """What one content says otherwise than another."""
    if before["meeting_on"] != after["meeting_on"]:
        yield Change(_("Day of the meeting"), before["meeting_on"], after["meeting_on"])
    for kind, due in after["deadlines"].items():
        days = [_day(one) for one in (before["deadlines"].get(kind, ""), due)]
        if kind != Deadline.Kind.MEETING and days[0] != days[1]:
            yield Change(str(Deadline.Kind(kind).label), *days)
    old = {entry["number"]: entry for entry in before["entries"]}
    for entry in after["entries"]:
        yield from _of_entry(old.get(entry["number"], entry), entry)


def _day(written: str) -> str:
    moment = parse_datetime(written) if written else None
    return localdate(moment).isoformat() if moment else ""


def _of_entry(before: Content, after: Content) -> Iterator[Change]:
    fields: dict[str, Callable[[Content], str]] = {
        _("reporter"): lambda one: chosen(one.get("holder_zh", ""), one.get("holder_en", "")),
        _("mode"): lambda one: str(Entry.Mode(one["mode"]).label),
        _("capacity"): lambda one: str(Entry.Capacity(one["capacity"]).label),
        _("not graded because"): lambda one: one.get("not_graded_because", ""),
    }
    for name, read in fields.items():
        if read(before) != read(after):
            yield Change(f"{after['number']} {after['unit_zh']}: {name}", read(before), read(after))
