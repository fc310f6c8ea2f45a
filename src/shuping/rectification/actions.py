"""The verbs of the ledger: issue, plan, approve, work, show, declare, verify, close, look back."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from shuping.core import acts, files, handed_on, live
from shuping.core.refusals import ensure
from shuping.cycles import queries as cycles
from shuping.cycles.followups import FollowUp
from shuping.cycles.models import Deadline
from shuping.rectification import queries, rules
from shuping.rectification.models import Evidence, Extension, Item, Recheck, Verification

State = Item.State
DAYS_TO_RECTIFY = 180


def _locked(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("cycle", "owner", "entry").get(pk=item.pk)


def _on_behalf(item: Item, by: Any) -> Any:
    return None if by == item.owner else item.owner


def _note(verb: str, item: Item, *, by: Any, now: datetime, decides: Any = None, **more: Any) -> None:
    details = {"item": item.number, "state": item.state}
    decides = {"item": [item]} | (decides or {})
    acts.record(verb, item, by=by, now=now, cycle=item.cycle_id, details=details, decides=decides, **more)
    live.announce(f"ledger-{item.cycle_id}")


@transaction.atomic
def issue_item(followup: FollowUp, *, by: Any, now: datetime, on_behalf_of: Any = None) -> Item:
    """Make a ledger item of a follow-up, word for word; the same source twice is one item (R35)."""
    found = Item.objects.filter(source=followup.source, entry=followup.entry).first()
    if found:
        return found
    item = Item.objects.create(
        cycle=followup.entry.cycle,
        entry=followup.entry,
        number=queries.next_number(followup.entry.cycle),
        kind=followup.kind,
        source=followup.source,
        source_text=followup.source_text,
        statement=followup.statement,
        theme=followup.theme,
        owner=followup.entry.holder,
        due=followup.due or _usual_due(followup, now),
    )
    _note("issue_item", item, by=by, now=now, on_behalf_of=on_behalf_of)
    return item


def _usual_due(followup: FollowUp, now: datetime) -> date:
    planned = cycles.deadline(followup.entry.cycle, Deadline.Kind.RECTIFIED)
    return planned.date() if planned and planned > now else (now + timedelta(days=DAYS_TO_RECTIFY)).date()


@transaction.atomic
def plan_item(item: Item, *, cause: str, measure: str, target: str, due: date, by: Any, now: datetime) -> Item:
    """The owner's plan: root cause, measure, what shows success, by when."""
    item = _locked(item)
    ensure(rules.may(by, item, "plan"))
    item.cause, item.measure, item.target, item.due, item.state = cause, measure, target, due, State.PLANNED
    item.save()
    _note("plan_item", item, by=by, now=now, on_behalf_of=_on_behalf(item, by))
    return item


def _move(item: Item, step: str, state: str, verb: str, *, by: Any, now: datetime, reason: str = "") -> Item:
    item = _locked(item)
    ensure(rules.may(by, item, step))
    item.state = state
    item.closed_at = now if state == State.CLOSED else None
    item.save(update_fields=["state", "closed_at"])
    owners_step = step in {"start", "declare"}
    _note(verb, item, by=by, now=now, reason=reason, on_behalf_of=_on_behalf(item, by) if owners_step else None)
    return item


@transaction.atomic
def approve_plan(item: Item, *, by: Any, now: datetime) -> Item:
    return _move(item, "approve", State.APPROVED, "approve_item_plan", by=by, now=now)


@transaction.atomic
def start_work(item: Item, *, by: Any, now: datetime) -> Item:
    return _move(item, "start", State.IN_PROGRESS, "start_item", by=by, now=now)


def add_evidence(item: Item, *, text: str, file: tuple[bytes, str] | None = None, by: Any, now: datetime) -> Evidence:
    """Keep what shows that a measure was carried out; `file` is (bytes, name). Raises Refused for an active file."""
    return _keep_evidence(item, text, _looked_into(item, file, by) if file else None, by=by, now=now)


def _looked_into(item: Item, file: tuple[bytes, str], by: Any) -> tuple[bytes, str, str]:
    """The file with its media type. Looking takes its time in a child process: the rule is asked first, and no
    transaction waits.
    """
    item.refresh_from_db()
    ensure(rules.may(by, item, "evidence"))
    return *file, handed_on.mimetype(handed_on.kind_of(*file))


@transaction.atomic
def _keep_evidence(item: Item, text: str, file: tuple[bytes, str, str] | None, *, by: Any, now: datetime) -> Evidence:
    item = _locked(item)
    ensure(rules.may(by, item, "evidence"))
    stored = files.store(*file, now=now) if file else None
    evidence = Evidence.objects.create(item=item, text=text, file=stored, by=by, given_at=now)
    _note("add_evidence", item, by=by, now=now, on_behalf_of=_on_behalf(item, by), decides={"evidence": [evidence]})
    return evidence


@transaction.atomic
def declare_done(item: Item, *, by: Any, now: datetime) -> Item:
    """The owner says it is done; nobody has confirmed it yet. Refused without evidence."""
    return _move(item, "declare", State.DONE, "declare_done", by=by, now=now)


@transaction.atomic
def verify_item(item: Item, *, put_right: bool, opinion: str, by: Any, now: datetime) -> Verification:
    """Somebody else than the owner looked: put right, or returned to the owner (R96)."""
    item = _locked(item)
    ensure(rules.may(by, item, "verify"))
    verification = Verification.objects.create(
        item=item, owner=item.owner, by=by, opinion=opinion, put_right=put_right, verified_at=now
    )
    item.state = State.VERIFIED if put_right else State.RETURNED
    item.save(update_fields=["state"])
    _note("verify_item", item, by=by, now=now, decides={"verification": [verification]})
    return verification


@transaction.atomic
def close_item(item: Item, *, by: Any, now: datetime) -> Item:
    """Strike the item off the ledger (销号): after verification and with evidence only."""
    return _move(item, "close", State.CLOSED, "close_item", by=by, now=now)


@transaction.atomic
def reopen_item(item: Item, *, reason: str, by: Any, now: datetime) -> Item:
    return _move(item, "reopen", State.REOPENED, "reopen_item", by=by, now=now, reason=reason)


@transaction.atomic
def extend_item(item: Item, *, until: date, reason: str, by: Any, now: datetime) -> Extension:
    """Give more time, with a reason (R97)."""
    item = _locked(item)
    ensure(rules.may(by, item, "extend"))
    extension = Extension.objects.create(item=item, until=until, reason=reason, approved_by=by, asked_at=now)
    item.due = until
    item.save(update_fields=["due"])
    _note("extend_item", item, by=by, now=now, reason=reason, decides={"extension": [extension]})
    return extension


@transaction.atomic
def recheck_item(item: Item, *, result: str, reopened: bool, by: Any, now: datetime) -> Recheck:
    """Look back at a closed item (回头看, R101); it may be opened again."""
    item = _locked(item)
    ensure(rules.may(by, item, "recheck"))
    recheck = Recheck.objects.create(item=item, by=by, result=result, reopened=reopened, checked_at=now)
    _note("recheck_item", item, by=by, now=now, decides={"recheck": [recheck]})
    if reopened:
        reopen_item(item, reason=result, by=by, now=now)
    return recheck
