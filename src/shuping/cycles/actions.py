"""Draft a year, approve it, lead it from stage to stage."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from scoring import load_scheme
from shuping.core import acts, live
from shuping.core.refusals import ensure
from shuping.cycles import carryover, endings, queries, rules
from shuping.cycles.models import CarriedItem, Cycle, Deadline, Duty, Entry, PlanVersion, Role, Theme
from shuping.organisations.models import Organisation, Person, Post

OFFICE_CLOSES = time(18, 0)
DEFAULT_OFFSETS = {
    Deadline.Kind.REPORT: -10,
    Deadline.Kind.REVIEW: -3,
    Deadline.Kind.MARKS: -1,
    Deadline.Kind.MEETING: 0,
    Deadline.Kind.DECISION: 4,
    Deadline.Kind.LETTERS: 7,
    Deadline.Kind.PLANS: 30,
    Deadline.Kind.RECTIFIED: 180,
}


@transaction.atomic
def draft_cycle(
    organiser: Organisation,
    *,
    year: int,
    topic: str,
    title_zh: str,
    title_en: str,
    scheme: bytes,
    meeting_on: date,
    previous: Cycle | None = None,
    offsets: Mapping[Any, int] | None = None,
    by: Any,
    now: datetime,
) -> Cycle:
    """Start the draft of a year with a scheme; `offsets` are days from the meeting by kind of deadline (R12).
    Raises scoring.SchemeError when the scheme is faulty.
    """
    rules_of_year = load_scheme(scheme)
    cycle = Cycle.objects.create(
        organiser=organiser,
        year=year,
        topic=topic,
        title_zh=title_zh,
        title_en=title_en,
        scheme_text=scheme,
        fingerprint=rules_of_year.fingerprint,
        meeting_on=meeting_on,
        previous=previous,
    )
    for position, theme in enumerate(rules_of_year.theme, 1):
        Theme.objects.create(cycle=cycle, code=theme.code, position=position, name_zh=theme.zh, name_en=theme.en)
    set_deadlines(cycle, {**DEFAULT_OFFSETS, **(offsets or {})})
    acts.record("draft_cycle", cycle, by=by, now=now, cycle=cycle.pk)
    return cycle


def set_deadlines(cycle: Cycle, offsets: Mapping[Any, int]) -> None:
    """Count every deadline anew from the day of the meeting; `offsets` are days by kind (part of other acts, R12)."""
    for kind, offset in offsets.items():
        day = datetime.combine(cycle.meeting_on + timedelta(days=offset), OFFICE_CLOSES)
        due = timezone.make_aware(day)
        Deadline.objects.update_or_create(cycle=cycle, kind=kind, defaults={"offset": offset, "due": due})


@transaction.atomic
def assign_role(cycle: Cycle, person: Person, kind: str, *, by: Any, now: datetime) -> Role:
    """Give a person a role in the cycle, behind those who have it already."""
    place = cycle.roles.filter(kind=kind).count() + 1
    role = Role.objects.create(cycle=cycle, person=person, kind=kind, place=place)
    acts.record("assign_role", role, by=by, now=now, cycle=cycle.pk, details={"role": kind}, decides={"roles": [cycle]})
    return role


@transaction.atomic
def add_entry(
    cycle: Cycle,
    post: Post,
    holder: Person,
    *,
    number: str,
    mode: str = Entry.Mode.ORAL,
    capacity: str = Entry.Capacity.HEAD,
    mandatory: bool = True,
    by: Any,
    now: datetime,
) -> Entry:
    """Call a post to account. Number and names become final at approval."""
    ensure(rules.may_add_entry(by, cycle, post, holder, number))
    entry = entry_of(cycle, post, holder, number=number, mode=mode, capacity=capacity, mandatory=mandatory)
    entry.save()
    acts.record("add_entry", entry, by=by, now=now, cycle=cycle.pk)
    return entry


def entry_of(cycle: Cycle, post: Post, holder: Person, **given: Any) -> Entry:
    """An entry that is not stored yet, with the names and the path as they stand in the tree today."""
    unit = post.organisation
    return Entry(
        cycle=cycle,
        unit=unit,
        post=post,
        holder=holder,
        path=unit.path,
        unit_zh=unit.name_zh,
        unit_en=unit.name_en,
        post_zh=post.name_zh,
        post_en=post.name_en,
        **given,
    )


@transaction.atomic
def assign_duty(
    cycle: Cycle, *, theme: Theme, text: str, target: str, entries: list[Entry], by: Any, now: datetime
) -> list[Duty]:
    """Set what posts answer for under a theme, with its target (M1)."""
    ensure(rules.may_assign_duties(by, cycle))
    duties = [Duty.objects.create(entry=entry, theme=theme, text=text, target=target) for entry in entries]
    numbers = [entry.number for entry in entries]
    acts.record("assign_duty", cycle, by=by, now=now, cycle=cycle.pk, details={"theme": theme.code, "entries": numbers})
    return duties


@transaction.atomic
def approve_plan(cycle: Cycle, *, by: Any, now: datetime) -> PlanVersion:
    """Approve and freeze the plan: names, numbers and paths become final, last year's problems are taken over (R4)."""
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    ensure(rules.may_approve_plan(by, locked, now))
    _freeze_names(locked)
    version = write_version(locked, now)
    _carry_over(locked)
    locked.approved_at, locked.stage = now, Cycle.Stage.REPORTING
    locked.save()
    note_plan("approve_plan", locked, version, by=by, now=now)
    live.announce(f"cycle-{locked.pk}")
    cycle.refresh_from_db()
    return version


def note_plan(verb: str, cycle: Cycle, version: PlanVersion, *, by: Any, now: datetime, reason: str = "") -> None:
    """Record that a version of the plan became final, with all that is frozen with it (part of other acts)."""
    details = {"version": version.number, "digest": version.digest}
    decides = {name: [cycle] for name in ("scheme", "entries", "carried", "roles")} | {"plan": [version]}
    about: dict[str, Any] = {"cycle": cycle.pk, "reason": reason, "details": details, "decides": decides}
    acts.record(verb, cycle, by=by, now=now, **about)


def _freeze_names(cycle: Cycle) -> None:
    for entry in queries.entries(cycle):
        entry.path = entry.unit.path
        entry.unit_zh, entry.unit_en = entry.unit.name_zh, entry.unit.name_en
        entry.post_zh, entry.post_en = entry.post.name_zh, entry.post.name_en
        entry.save()


def write_version(cycle: Cycle, now: datetime, reason: str = "") -> PlanVersion:
    """The plan as it stands, as one more version (part of other acts, R5)."""
    content = {
        "year": cycle.year,
        "topic": cycle.topic,
        "scheme": cycle.fingerprint,
        "meeting_on": cycle.meeting_on.isoformat(),
        "entries": [_frozen(entry) for entry in queries.entries(cycle)],
        "deadlines": {d.kind: d.due.astimezone(UTC).isoformat() for d in cycle.deadlines.all()},
    }
    number = cycle.versions.count() + 1
    version = PlanVersion(cycle=cycle, number=number, content=content, reason=reason, made_at=now)
    version.digest = version.fingerprint
    version.save()
    return version


def _frozen(entry: Entry) -> dict[str, Any]:
    fields = ("number", "path", "unit_zh", "post_zh", "mode", "capacity", "mandatory", "not_graded_because")
    names = {"holder_zh": entry.holder.name_zh, "holder_en": entry.holder.name_en}
    # A year without groups keeps the fingerprint that it had before there were any.
    grouped = {"group": entry.group} if entry.group else {}
    return {field: getattr(entry, field) for field in fields} | names | grouped


def _carry_over(cycle: Cycle) -> None:
    if cycle.previous is None:
        return
    entries = {entry.post_id: entry for entry in cycle.entries.all()}
    themes = {theme.code: theme for theme in queries.themes(cycle)}
    CarriedItem.objects.bulk_create(
        CarriedItem(
            cycle=cycle,
            entry=entries[item.post_id],
            source=item.source,
            number=item.number,
            statement=item.statement,
            state=item.state,
            closed=item.closed,
            theme=themes.get(item.theme_code),
        )
        for item in carryover.offered(cycle.previous)
        if item.post_id in entries
    )


@transaction.atomic
def advance(cycle: Cycle, stage: str, *, by: Any, now: datetime) -> None:
    """Lead the cycle on to a later stage; asking for the stage it already has changes nothing."""
    order = list(Cycle.Stage)
    if order.index(Cycle.Stage(cycle.stage)) >= order.index(Cycle.Stage(stage)):
        return
    cycle.stage = stage
    cycle.save(update_fields=["stage"])
    if stage == Cycle.Stage.FINISHED:
        endings.end(cycle)
    acts.record("advance", cycle, by=by, now=now, cycle=cycle.pk, details={"stage": str(stage)})
    live.announce(f"cycle-{cycle.pk}")


@transaction.atomic
def open_next_stage(cycle: Cycle, *, by: Any, now: datetime) -> None:
    """The secretariat's step to the stage that follows."""
    ensure(rules.may_advance(by, cycle))
    following = rules.next_stage(cycle)
    assert following is not None
    advance(cycle, following, by=by, now=now)
