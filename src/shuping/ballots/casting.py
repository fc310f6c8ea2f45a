"""Casting in two steps (ballot.md): at once cheap checks and a durable row; within seconds, in the worker, every
proof, and the ballot enters the chain. Nothing of a request is kept but the sealed ballot itself.
"""

import re
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django_tasks.signals import task_finished

import ballotbox
from shuping.ballots import queries, rules
from shuping.ballots.models import Ballot, CastBallot, Category, Event
from shuping.core import later, live
from shuping.core.refusals import ensure, refuse

UUID = re.compile(rb'^\{"election_uuid":"([1-9A-HJ-NP-Za-km-z]{14,20})"')
AT_ONCE = 20  # ballots that one look of the worker takes
RUSH, LOOK, PATIENCE = 50, 0.25, 20.0  # ballots a second that make a rush; seconds between looks; seconds for all looks
# Threads that wait for SQLite's write lock poll for it, ever more seldom; those that wait here are woken in turn.
ONE_WRITER = threading.Lock()


@dataclass(frozen=True)
class Receipt:
    """What a voter gets: the tracker, and whether this is a new ballot or one that was there already."""

    tracker: str
    new: bool


def cast(ballot: Ballot, raw: bytes) -> Receipt:
    """Take a sealed ballot: refused by name, or durable when this returns. Raises Refused or BallotboxError."""
    ensure(rules.may_cast(ballot))
    category = _category(ballot, raw)
    election = queries.election_of(category)
    form = ballotbox.check_form(election, raw, queries.CredentialsOf(category, ballot.identifier))
    digest = queries.credential_hash(ballot.identifier, str(form.credential))
    with ONE_WRITER:
        receipt = _store(ballot, category, digest, raw, form.tracker)
        if receipt.new:
            wake_worker()
    return receipt


def _category(ballot: Ballot, raw: bytes) -> Category:
    found = UUID.match(raw[:100])
    if found is None:
        raise ballotbox.NotCanonical("the ballot does not begin with its election", where="ballot")
    try:
        category = _opened(found[1].decode())
    except Category.DoesNotExist:
        category = None
    if category is None or category.ballot_id != ballot.pk:
        raise ballotbox.WrongElection("the ballot is for another election", where="election_uuid")
    return category


@lru_cache(maxsize=64)
def _opened(uuid: str) -> Category:
    # What an election is does not change once it is open: every voter asks for the same few. Only that is used of it.
    return Category.objects.exclude(election_raw="").get(uuid=uuid)


@transaction.atomic
def _store(ballot: Ballot, category: Category, digest: str, raw: bytes, tracker: str) -> Receipt:
    # Locked, so that nothing enters a box that is being closed, and two ballots of one slip come one after the other.
    ensure(rules.may_cast(Ballot.objects.select_for_update().get(pk=ballot.pk)))
    of_this_slip = category.cast.filter(credential_hash=digest).values_list("tracker", flat=True)
    if tracker in of_this_slip:
        return Receipt(tracker, new=False)
    if of_this_slip and not queries.scheme_of(ballot).ballot.revote:
        raise refuse("voted", _("A ballot was cast with this slip already; this ballot does not allow another."))
    CastBallot.objects.create(category=category, credential_hash=digest, raw=raw, tracker=tracker)
    return Receipt(tracker, new=True)


def wake_worker() -> None:
    """Ask the worker to look into the box, unless it is asked already: no row of the task table belongs to a ballot."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - its table exists once Django is set up

    if not DBTaskResult.objects.filter(status="READY", task_path=check_pending.module_path).exists():
        check_pending.enqueue()


@later.task()
def check_pending() -> int:
    """Check every received ballot and put it into the box, in the order of arrival; returns how many were looked at.

    A ballot on which the check itself fails stays received, and holds up none that came after it; the failure is
    raised when the others are in the box.
    """
    number, last, failures = 0, 0, []
    patience = PATIENCE
    while waiting := _received(after=last):
        if len(waiting) == AT_ONCE:
            patience = _let_voters_first(patience)
        for row in waiting:
            try:
                _into_the_box(row, _fault(row))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next voter's ballot must not wait for it
                failures.append(error)
        for ballot in {row.category.ballot_id for row in waiting}:
            live.announce(f"ballot-{ballot}")
        number, last = number + len(waiting), waiting[-1].pk
    if failures:
        raise failures[0]
    return number


def _let_voters_first(patience: float) -> float:
    """While ballots pour in, the site has database and processor to itself: here nobody waits for an answer. Returns
    how many seconds of patience are left.
    """
    newest = _newest()
    while patience > 0:
        time.sleep(LOOK)
        patience -= LOOK
        if (now := _newest()) - newest < RUSH * LOOK:
            break
        newest = now
    return patience


def _newest() -> int:
    return CastBallot.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _received(*, after: int) -> list[CastBallot]:
    found = CastBallot.objects.filter(state=CastBallot.State.RECEIVED, pk__gt=after).select_related("category__ballot")
    return list(found.order_by("pk")[:AT_ONCE])


def _fault(row: CastBallot) -> str:
    category = row.category
    election = queries.election_of(category)
    try:
        credentials = queries.CredentialsOf(category, category.ballot.identifier)
        ballotbox.check_proofs(election, ballotbox.check_form(election, bytes(row.raw), credentials))
    except ballotbox.BallotboxError as error:
        return error.code
    return ""


@transaction.atomic
def _into_the_box(row: CastBallot, fault: str) -> None:
    category = Category.objects.select_for_update(of=("self",)).get(pk=row.category_id)
    fresh = CastBallot.objects.select_for_update().get(pk=row.pk)
    if fresh.state != CastBallot.State.RECEIVED:
        return
    if fault:
        fresh.state, fresh.fault = CastBallot.State.SET_ASIDE, fault
    else:
        event = append_event(category, "Ballot", bytes(fresh.raw))
        fresh.state, fresh.height = CastBallot.State.IN_BOX, event.height
    fresh.save(update_fields=["state", "fault", "height"])
    category.save(update_fields=["height", "head"])


def append_event(category: Category, kind: str, payload: bytes | None) -> ballotbox.Event:
    """Add an event to a category's chain; the caller saves the category."""
    chain = ballotbox.Chain(height=category.height, head=category.head or None)
    event = chain.append(kind, payload)
    Event.objects.create(category=category, height=event.height, raw=event.raw.decode())
    category.height, category.head = event.height, event.hash
    return event


@receiver(task_finished)
def forget_finished(**_: Any) -> None:
    """Leave no finished task behind, not even the one that just ended: its times would stand beside the ballots
    (R56). There is one worker: another task that seems to run was cut off.
    """
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - its table exists once Django is set up

    DBTaskResult.objects.filter(task_path=check_pending.module_path).exclude(status="READY").delete()
    _empty_the_log()


def empty_the_log_later() -> None:
    """Once the caller's transaction is durable let the worker look round, which ends with emptying the log: what was
    deleted in it stands there until then.
    """
    later.enqueue_after_commit(check_pending)


def _empty_the_log() -> None:
    """Once nobody votes any more, cut SQLite's write-ahead log to nothing: in it stand the pages of deleted tasks with
    their times, in the order in which ballots came.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    if not Ballot.objects.filter(state=Ballot.State.OPEN).exists():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
