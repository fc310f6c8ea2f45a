"""The categories that a ballot will have: those of the scheme; where reporters stand in groups, each of them once for
every group, so that the voters of a group vote on its reporters only (R11, decision 0006).
"""

from dataclasses import dataclass
from decimal import Decimal

from scoring import Scheme
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry

REST = ("未分组", "without a group")


@dataclass(frozen=True)
class Part:
    """A category as it will be prepared. `entries` are on its ballot; `scheme_code` is blank without groups."""

    code: str
    zh: str
    en: str
    weight: Decimal
    entries: tuple[Entry, ...]
    scheme_code: str = ""
    group: str = ""


def planned(cycle: Cycle) -> list[Part]:
    """The categories for the groups that reporters stand in, in the order of the scheme and then of the groups."""
    scheme = cycles.scheme_of(cycle)
    groups = _groups(cycle)
    if len(groups) == 1:
        (entries,) = groups.values()
        return [Part(part.code, part.zh, part.en, part.weight, tuple(entries)) for part in scheme.category]
    return [
        Part(
            code=f"{part.code}{_between(scheme)}{number}",
            zh=f"{part.zh} · {group or REST[0]}",
            en=f"{part.en} · {group or REST[1]}",
            weight=part.weight,
            entries=tuple(entries),
            scheme_code=part.code,
            group=group,
        )
        for part in scheme.category
        for number, (group, entries) in enumerate(groups.items(), 1)
    ]


def _groups(cycle: Cycle) -> dict[str, list[Entry]]:
    """The entries of each group, in the order of the first number; whoever has no group is one more."""
    found: dict[str, list[Entry]] = {}
    for entry in cycles.entries(cycle):
        found.setdefault(entry.group, []).append(entry)
    return found or {"": []}


def _between(scheme: Scheme) -> str:
    """What stands between category and number of the group: nothing, unless "A1" and 1 might be "A" and 11."""
    return "g" if any(part.code[-1].isdigit() for part in scheme.category) else ""
