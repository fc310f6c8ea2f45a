"""Set a new year up from the year before, and draft its plan."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuping.core import acts, live
from shuping.core.refusals import Refusal, ensure
from shuping.cycles import actions, checks, queries, rules
from shuping.cycles.models import Cycle, Deadline, Entry, Role
from shuping.organisations.models import Organisation, Person


@transaction.atomic
def start_year(
    previous: Cycle,
    *,
    topic: str,
    title_zh: str,
    title_en: str,
    scheme: bytes,
    meeting_on: date,
    by: Any,
    now: datetime,
) -> Cycle:
    """Draft the year after `previous`, with its entries, roles and offsets (R2, R3, R6, R9, R12).
    Raises Refused, and scoring.SchemeError when the scheme is faulty; then nothing is stored.
    """
    ensure(rules.may_start_year(by, previous, topic=topic, meeting_on=meeting_on, now=now))
    cycle = actions.draft_cycle(
        previous.organiser,
        year=previous.year + 1,
        topic=topic,
        title_zh=title_zh,
        title_en=title_en,
        scheme=scheme,
        meeting_on=meeting_on,
        previous=previous,
        offsets={deadline.kind: deadline.offset for deadline in queries.deadlines(previous)},
        by=by,
        now=now,
    )
    roles, entries = _take_roles(cycle, previous), _take_entries(cycle, previous, timezone.localdate(now))
    details = {"from": previous.pk, "roles": roles, "entries": entries}
    about: dict[str, Any] = {"cycle": cycle.pk, "details": details, "decides": {"roles": [cycle]}}
    acts.record("take_over_year", cycle, by=by, now=now, **about)
    live.announce(f"cycle-{previous.pk}")
    return cycle


@transaction.atomic
def found_year(
    organiser: Organisation,
    secretary: Person,
    *,
    topic: str,
    title_zh: str,
    title_en: str,
    scheme: bytes,
    meeting_on: date,
    now: datetime,
) -> Cycle:
    """Draft an organiser's very first year, on the machine itself: somebody is its secretariat and does the rest on
    the site. Raises Refused, and scoring.SchemeError when the scheme is faulty.
    """
    ensure(rules.may_found_year(organiser, meeting_on, now))
    cycle = actions.draft_cycle(
        organiser,
        year=meeting_on.year,
        topic=topic,
        title_zh=title_zh,
        title_en=title_en,
        scheme=scheme,
        meeting_on=meeting_on,
        by=None,
        now=now,
    )
    actions.assign_role(cycle, secretary, Role.Kind.SECRETARIAT, by=None, now=now)
    return cycle


@transaction.atomic
def call_heads(cycle: Cycle, *, by: Any, now: datetime) -> int:
    """Call the heads of all units directly below the organiser that are not called yet, under the next numbers; a
    post that nobody holds is left out. Returns how many were called.
    """
    draft = _draft(cycle, by)
    ensure(rules.may_call_heads(by, draft))
    posts = list(queries.heads_to_call(draft).select_related("organisation"))
    holders = queries.holders([post.pk for post in posts], timezone.localdate(now))
    called = 0
    for post in posts:
        number, holder = queries.next_number(draft), holders.get(post.pk)
        if number and holder is not None:
            actions.entry_of(draft, post, holder, number=number).save()
            called += 1
    _note("call_heads", draft, {"called": called}, by=by, now=now)
    return called


def _take_roles(cycle: Cycle, previous: Cycle) -> int:
    """Everybody keeps the role and the place in it, except for closed accounts."""
    kept = previous.roles.filter(person__is_active=True)
    roles = [Role(cycle=cycle, person_id=role.person_id, kind=role.kind, place=role.place) for role in kept]
    return len(Role.objects.bulk_create(roles))


def _take_entries(cycle: Cycle, previous: Cycle, day: date) -> int:
    """The same posts under the same numbers, with whoever holds them now."""
    before = list(queries.entries(previous).select_related("post__organisation"))
    holders = queries.holders([entry.post_id for entry in before], day)
    return len(Entry.objects.bulk_create(_next_entry(cycle, entry, holders) for entry in before))


def _next_entry(cycle: Cycle, before: Entry, holders: dict[int, Any]) -> Entry:
    holder = holders.get(before.post_id, before.holder)
    # A capacity belongs to the person: whoever took the post over reports as its head.
    capacity = before.capacity if holder == before.holder else Entry.Capacity.HEAD
    return actions.entry_of(
        cycle,
        before.post,
        holder,
        number=before.number,
        mode=before.mode,
        capacity=capacity,
        mandatory=before.mandatory,
        group=before.group,
    )


def _draft(cycle: Cycle, by: Any) -> Cycle:
    """The year as it stands now, locked: what the page was made from may have been approved since."""
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    ensure(rules.may_change_plan(by, locked))
    return locked


def _ensure_none(code: str, faults: Sequence[str]) -> None:
    ensure(Refusal(code, checks.sentence(faults)) if faults else None)


def _note(verb: str, cycle: Cycle, details: dict[str, Any], *, by: Any, now: datetime, **decides: list[Any]) -> None:
    acts.record(verb, cycle, by=by, now=now, cycle=cycle.pk, details=details, decides=decides)
    live.announce(f"cycle-{cycle.pk}")


@transaction.atomic
def edit_entries(cycle: Cycle, rows: Sequence[checks.Row], *, by: Any, now: datetime) -> None:
    """Set number, mode, capacity, holder and the rest of some entries, or take them out of the plan (R9, R117)."""
    draft = _draft(cycle, by)
    listed = {row.entry.pk for row in rows}
    others = [row_of(entry) for entry in queries.entries(draft) if entry.pk not in listed]
    _ensure_none("entries", checks.row_faults([*rows, *others], queries.counting(draft, checks.COUNTING)))
    removed = [row.entry for row in rows if row.removed]
    changed = [row for row in rows if not row.removed and row != row_of(row.entry)]
    details = {"changed": [row.entry.number for row in changed], "removed": [entry.number for entry in removed]}
    Entry.objects.filter(cycle=draft, pk__in=[entry.pk for entry in removed]).delete()
    _renumber(changed)
    for row in changed:
        store_row(row)
    _note("edit_entries", draft, details, by=by, now=now)


def row_of(entry: Entry) -> checks.Row:
    """An entry as it is stored."""
    fields = ("number", "mode", "capacity", "holder", "mandatory", "not_graded_because", "group")
    return checks.Row(entry, **{field: getattr(entry, field) for field in fields})


def _renumber(rows: Sequence[checks.Row]) -> None:
    # Two entries may change places, and a number is never given twice, not even for a moment.
    for place, row in enumerate(rows):
        Entry.objects.filter(pk=row.entry.pk).update(number=chr(ord("一") + place))


def store_row(row: checks.Row) -> None:
    """Store an entry as a row says, which has a holder (part of other acts)."""
    entry, holder = row.entry, row.holder
    assert holder is not None
    entry.number, entry.mode, entry.capacity, entry.holder = row.number, row.mode, row.capacity, holder
    entry.mandatory, entry.not_graded_because, entry.group = row.mandatory, row.not_graded_because, row.group
    entry.save()


@transaction.atomic
def set_calendar(cycle: Cycle, *, meeting_on: date, offsets: Mapping[str, int], by: Any, now: datetime) -> None:
    """Set the day of the meeting and what is due how many days before or after it, by kind (R12)."""
    draft = _draft(cycle, by)
    ensure(rules.may_meet_on(meeting_on, now))
    counted = {**offsets, Deadline.Kind.MEETING: 0}
    _ensure_none("offsets", checks.offset_faults(counted))
    draft.meeting_on = meeting_on
    draft.save(update_fields=["meeting_on"])
    actions.set_deadlines(draft, counted)
    details = {"meeting_on": meeting_on.isoformat(), "offsets": {str(kind): days for kind, days in counted.items()}}
    _note("set_calendar", draft, details, by=by, now=now)


@transaction.atomic
def set_roles(cycle: Cycle, chosen: Mapping[str, Sequence[Person]], *, by: Any, now: datetime) -> None:
    """Set who has each role; whoever had it before keeps the place in its order (R117)."""
    draft = _draft(cycle, by)
    _ensure_none("roles", checks.role_faults(chosen, queries.reporters(draft), by))
    before = queries.people_by_role(draft)
    for kind in Role.Kind.values:
        stay = [person for person in before[kind] if person in chosen.get(kind, ())]
        new = [person for person in chosen.get(kind, ()) if person not in stay]
        _seat(draft, kind, [*stay, *new])
    details = {kind: [person.pk for person in people] for kind, people in chosen.items()}
    _note("set_roles", draft, details, by=by, now=now, roles=[draft])


def _seat(cycle: Cycle, kind: str, people: Sequence[Person]) -> None:
    cycle.roles.filter(kind=kind).exclude(person__in=people).delete()
    for place, person in enumerate(people, 1):
        Role.objects.update_or_create(cycle=cycle, kind=kind, person=person, defaults={"place": place})
