"""Casting in two steps (ballot.md): at once cheap checks and a durable row; within seconds, in the worker, every
proof, and the ballot enters the chain. Nothing of a request is kept but the sealed ballot itself.
"""

import re
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.dispatch import receiver
from django_tasks.signals import task_finished

import ballotbox
from shuping.ballots import bounds, queries, rules
from shuping.ballots.models import Ballot, CastBallot, Category, Event
from shuping.core import later, live
from shuping.core.refusals import Refused, ensure

UUID = re.compile(rb'^\{"election_uuid":"([1-9A-HJ-NP-Za-km-z]{14,20})"')
# Whose ballot it seems to be, to look all of them up at once; what this does not find is looked up by itself.
HEAD = re.compile(rb'\{"election_uuid":"\w{14,20}","election_hash":"[^"]{43}","credential":"([0-9a-f]{1,620})"')
AT_ONCE = 20  # ballots that one look of the worker takes
RUSH, LOOK, PATIENCE = 50, 0.25, 20.0  # ballots a second that make a rush; seconds between looks; seconds for all looks


@dataclass(frozen=True)
class Receipt:
    """What a voter gets: the tracker, and whether this is a new ballot or one that was there already."""

    tracker: str
    new: bool


Outcome = Receipt | Refused | ballotbox.BallotboxError


@dataclass(frozen=True)
class _Sound:
    """A ballot that passed the cheap checks."""

    category: Category
    credential_hash: str
    raw: bytes
    tracker: str


def cast(ballot: Ballot, raws: Sequence[bytes]) -> list[Outcome]:
    """Take sealed ballots that came at the same time, in their order: what is a receipt is durable when this returns,
    the others were refused by name. What was taken before gets its first receipt, whatever the ballot's state is now.
    Raises Refused when the ballot was not opened yet.
    """
    closed = rules.may_cast(ballot)
    if ballot.state == Ballot.State.PREPARED:
        ensure(closed)
    listed = queries.listed_credentials(ballot, [found[1].decode() for raw in raws if (found := HEAD.match(raw))])
    checked = [_checked(ballot, raw, listed) for raw in raws]
    sound = [one for one in checked if isinstance(one, _Sound)]
    stored = iter(_store(ballot, sound) if sound else [])
    outcomes = [next(stored) if isinstance(one, _Sound) else Refused(closed) if closed else one for one in checked]
    if any(isinstance(one, Receipt) and one.new for one in outcomes):
        wake_worker()
    return outcomes


def _checked(ballot: Ballot, raw: bytes, listed: Container[tuple[int, str]]) -> _Sound | ballotbox.BallotboxError:
    try:
        category = _category(ballot, raw)
        credentials = queries.CredentialsOf(category, ballot.identifier, listed)
        form = ballotbox.check_form(queries.election_of(category), raw, credentials)
    except ballotbox.BallotboxError as error:
        return error
    return _Sound(category, queries.credential_hash(ballot.identifier, str(form.credential)), raw, form.tracker)


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
def _store(ballot: Ballot, sound: list[_Sound]) -> list[Receipt | Refused]:
    # Locked, so that nothing enters a box that is being closed, and two ballots of one slip come one after the other.
    now = Ballot.objects.select_for_update().get(pk=ballot.pk)
    revote = queries.scheme_of(ballot).ballot.revote
    there = queries.stored_of_slips(one.credential_hash for one in sound)
    outcomes: list[Receipt | Refused] = []
    rows = []
    for one in sound:
        of_this_slip = there[one.category.pk, one.credential_hash]
        outcomes.append(outcome := _outcome(now, one.tracker, of_this_slip, revote=revote))
        if isinstance(outcome, Receipt) and outcome.new:
            of_this_slip.append(bounds.Stored(one.tracker))
            rows.append(_row(one))
    CastBallot.objects.bulk_create(rows)
    return outcomes


def _outcome(ballot: Ballot, tracker: str, earlier: list[bounds.Stored], *, revote: bool) -> Receipt | Refused:
    # The tracker before the state: whoever lost the answer in the last seconds before closing is told the truth.
    if any(one.tracker == tracker for one in earlier):
        return Receipt(tracker, new=False)
    refusal = rules.may_cast(ballot)
    if refusal is None:
        refusal = bounds.may_follow(earlier, revote=revote)
    elif ballot.state != Ballot.State.VOID:
        refusal = bounds.came_late(earlier) or refusal
    return Refused(refusal) if refusal else Receipt(tracker, new=True)


def _row(one: _Sound) -> CastBallot:
    return CastBallot(category=one.category, credential_hash=one.credential_hash, raw=one.raw, tracker=one.tracker)


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
def forget_finished(task_result: Any = None, **_: Any) -> None:
    """Leave no finished task behind, not even the one that just ended: its times would stand beside the ballots
    (R56). There is one worker: another task that seems to run was cut off. Tasks that make papers are none of these.
    """
    if task_result is not None and task_result.task.module_path != check_pending.module_path:
        return
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
