"""What in the draft of a plan does not go together: a sentence for every fault, with its place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from shuping.core.text import unmarked
from shuping.cycles.models import Deadline, Entry, Role
from shuping.organisations.models import Person

# Whoever counts, watches the count or holds a key does not report (R117).
COUNTING = (Role.Kind.TELLER, Role.Kind.SCRUTINEER, Role.Kind.TRUSTEE)
NUMBER = re.compile(r"0[1-9]|[1-9][0-9]", re.ASCII)
FARTHEST = 730  # days from the meeting
LONGEST_GROUP = 40
IN_ORDER = (
    Deadline.Kind.REPORT,
    Deadline.Kind.REVIEW,
    Deadline.Kind.MEETING,
    Deadline.Kind.DECISION,
    Deadline.Kind.LETTERS,
    Deadline.Kind.PLANS,
    Deadline.Kind.RECTIFIED,
)


@dataclass(frozen=True)
class Row:
    """An entry as it shall be; `removed` takes it out of the plan. `holder` is None where nobody was chosen."""

    entry: Entry
    number: str
    mode: str
    capacity: str
    holder: Person | None
    mandatory: bool
    not_graded_because: str
    removed: bool = False
    group: str = ""


def row_faults(rows: Sequence[Row], counting: Mapping[int, str]) -> list[str]:
    """What is wrong in the list of those who report. `counting`: who counts (key of the person) and as what."""
    kept = [row for row in rows if not row.removed]
    alone = [fault for row in kept for fault in _faults_of(row, counting)]
    return alone + list(_twice(kept))


def _faults_of(row: Row, counting: Mapping[int, str]) -> Iterator[str]:
    place = {"unit": row.entry.unit_name, "number": row.number}
    if not NUMBER.fullmatch(row.number):
        yield _("%(unit)s: “%(number)s” is no number; give two digits from 01 to 99.") % place
    if row.holder is None:
        yield _("%(unit)s: choose who reports.") % place
    elif row.holder.pk in counting:
        words = place | {"person": row.holder.name, "role": counting[row.holder.pk]}
        yield _("%(unit)s: %(person)s is %(role)s and cannot report; choose another or change the role.") % words
    if row.mode not in Entry.Mode.values or row.capacity not in Entry.Capacity.values:
        yield _("%(unit)s: choose mode and capacity.") % place
    if len(row.group) > LONGEST_GROUP:
        yield _("%(unit)s: the name of a group has at most %(most)d characters.") % (place | {"most": LONGEST_GROUP})


def _twice(rows: Sequence[Row]) -> Iterator[str]:
    for number, times in Counter(row.number for row in rows).items():
        if times > 1 and number:
            units = ", ".join(row.entry.unit_name for row in rows if row.number == number)
            yield _("The number %(number)s stands more than once: %(units)s.") % {"number": number, "units": units}


def offset_faults(offsets: Mapping[str, int]) -> list[str]:
    """What is wrong in the calendar: days from the meeting by kind of deadline."""
    far = [
        _("%(kind)s: at most %(days)d days before or after the meeting.")
        % {"kind": Deadline.Kind(kind).label, "days": FARTHEST}
        for kind, offset in offsets.items()
        if abs(offset) > FARTHEST
    ]
    return far + [
        _("%(later)s: this cannot come before “%(earlier)s”.") % {"later": later.label, "earlier": earlier.label}
        for earlier, later in pairwise(kind for kind in IN_ORDER if kind in offsets)
        if offsets[later] < offsets[earlier]
    ]


def role_faults(chosen: Mapping[str, Sequence[Person]], reporters: Mapping[int, Entry], by: Any) -> list[str]:
    """What is wrong in who does what. `reporters`: the entry of whoever reports, by the key of the person."""
    faults = []
    if not chosen.get(Role.Kind.CHAIR):
        faults.append(_("Presiding officer: choose who presides."))
    if by not in chosen.get(Role.Kind.SECRETARIAT, ()):
        faults.append(_("Secretariat: keep yourself in it; another member can take you out later."))
    return faults + [
        _("%(role)s: %(person)s reports as %(entry)s and cannot count, watch the count or hold a key.")
        % {"role": Role.Kind(kind).label, "person": person.name, "entry": reporters[person.pk]}
        for kind in COUNTING
        for person in chosen.get(kind, ())
        if person.pk in reporters
    ]


def sentence(faults: Iterable[str]) -> str:
    """All faults in one line."""
    return " ".join(faults)


def unseen_fault(scheme: bytes) -> str:
    """A sentence when a scheme's file has signs that nobody sees; empty when not. Its names stand on every ballot, and
    its bytes are frozen: they are not taken out for anybody.
    """
    lines = scheme.decode("utf-8-sig", errors="replace").split("\n")
    found = [number for number, line in enumerate(lines, 1) if unmarked(line) != line]
    if not found:
        return ""
    sentence = _("The scheme has signs that nobody sees, in line %(line)d: take them out, then choose the file again.")
    return sentence % {"line": found[0]}
