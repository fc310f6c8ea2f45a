"""Field checks: what was seen on the spot about a claim of a report (R22)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, live
from shuping.core.refusals import ensure, refuse
from shuping.cycles.models import Cycle, Entry
from shuping.reports import field_rules, queries
from shuping.reports.models import FieldCheck, Revision

Outcome = FieldCheck.Outcome


@transaction.atomic
def plan_check(entry: Entry, *, claim: str, by: Any, now: datetime) -> FieldCheck:
    """Take a claim of the newest report, word for word, as one to be checked on the spot."""
    ensure(field_rules.may_check(by, entry))
    revision = queries.newest(queries.report_of(entry))
    section = _section_of(revision, claim) if revision else None
    if revision is None or section is None:
        raise refuse(
            "claim_unknown", _("This claim does not stand in the report as it was last handed in: copy it from there.")
        )
    check, _made = FieldCheck.objects.get_or_create(
        revision=revision, claim=claim, defaults={"section": section, "by": by}
    )
    _note("plan_check", check, entry, by=by, now=now)
    return check


def _section_of(revision: Revision, claim: str) -> str | None:
    return next((part["code"] or "" for part in revision.sections if claim in part["text"]), None)


@transaction.atomic
def record_check(
    check: FieldCheck,
    *,
    outcome: str,
    found: str = "",
    place: str = "",
    seen_on: date | None = None,
    by: Any,
    now: datetime,
) -> FieldCheck:
    """Record what was found: a claim that is confirmed or contradicted needs what was seen and on which day."""
    entry = check.revision.report.entry
    ensure(field_rules.may_check(by, entry))
    if outcome != Outcome.UNCHECKED and not (found.strip() and seen_on):
        raise refuse("nothing_seen", _("Write down what was seen and on which day: that is what the finding rests on."))
    if seen_on and seen_on > now.date():
        raise refuse("seen_later", _("The day of the visit lies ahead: put the day on which it was seen."))
    check.outcome, check.found, check.place, check.seen_on, check.by = outcome, found, place, seen_on, by
    check.save()
    _note("record_check", check, entry, by=by, now=now, outcome=outcome)
    return check


def _note(verb: str, check: FieldCheck, entry: Entry, *, by: Any, now: datetime, **details: Any) -> None:
    about: dict[str, Any] = {"cycle": entry.cycle_id, "details": {"entry": entry.number, **details}}
    acts.record(verb, check, by=by, now=now, decides={"field_check": [check]}, **about)
    live.announce(f"cycle-{entry.cycle_id}")


def checks_of(entry: Entry) -> list[FieldCheck]:
    """The field checks of an entry, in the order in which they were planned."""
    found = FieldCheck.objects.filter(revision__report__entry=entry)
    return list(found.select_related("revision__report__entry__cycle", "by").order_by("id"))


def checks_of_year(cycle: Cycle) -> list[FieldCheck]:
    """The field checks of a year by entry."""
    found = FieldCheck.objects.filter(revision__report__entry__cycle=cycle)
    return list(found.select_related("revision__report__entry").order_by("revision__report__entry__number", "id"))
