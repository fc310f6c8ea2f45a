"""The verbs of a key ceremony in the trustees' browsers. The server relays and checks what is public; it never learns
a private half (ballot.md, section 0: who holds what).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ballotbox
from ballotbox import exchange
from shuping.ballots import halves, queries, rules
from shuping.ballots.actions import UNREADABLE, locked, note, take_public_keys, unusable
from shuping.ballots.models import Ballot, Ceremony, Seat
from shuping.core.refusals import ensure, refuse
from shuping.cycles import queries as cycles
from shuping.cycles.models import Role

FIELDS = ("first", "second", "third")
SENTENCES = {
    exchange.ForeignMessage.code: _("This message belongs to another ceremony, another step or another trustee."),
    exchange.NotYet.code: _("It is not this step's turn yet: others have to finish the one before."),
}


@transaction.atomic
def start_ceremony(ballot: Ballot, *, threshold: int, by: Any, now: datetime) -> Ceremony:
    """Begin: the trustees named in the plan, in their order, of whom `threshold` will suffice."""
    ballot = locked(ballot)
    ensure(rules.may_hold_ceremony(by, ballot, threshold))
    started = _begin(ballot, threshold)
    note("start_ceremony", ballot, by=by, now=now, ceremony=started.identifier, threshold=threshold)
    return started


def _begin(ballot: Ballot, threshold: int) -> Ceremony:
    identifier = ballotbox.new_identifier()
    started = Ceremony.objects.create(ballot=ballot, identifier=identifier, threshold=threshold)
    people = cycles.people_with(ballot.cycle, Role.Kind.TRUSTEE)
    Seat.objects.bulk_create(
        Seat(ceremony=started, index=index, person=person) for index, person in enumerate(people, start=1)
    )
    return started


@transaction.atomic
def start_over(ballot: Ballot, *, threshold: int, reason: str, by: Any, now: datetime) -> Ceremony:
    """Throw the whole ceremony away, with a reason, and begin anew; keys that it gave are no longer the ballot's."""
    ballot = locked(ballot)
    ensure(rules.may_start_over(by, ballot))
    if not reason.strip():
        raise refuse("no_reason", _("Say why the ceremony is started over: the reason is kept."))
    ballot.ceremonies.exclude(state=Ceremony.State.ABANDONED).update(state=Ceremony.State.ABANDONED, reason=reason)
    ensure(rules.may_hold_ceremony(by, ballot, threshold))
    ballot.trustees.all().delete()
    ballot.trustees_raw = ""
    ballot.save(update_fields=["trustees_raw"])
    started = _begin(ballot, threshold)
    note("start_ceremony_over", ballot, by=by, now=now, reason=reason, ceremony=started.identifier)
    return started


@transaction.atomic
def send_message(ballot: Ballot, *, raw: bytes, by: Any, now: datetime) -> int:
    """Take a trustee's message, checked before it is kept, and return its step. The same bytes again change nothing.

    With the last message of the last step the ballot has its trustees.
    """
    ballot = locked(ballot)
    ensure(rules.may_send_message(by, ballot))
    ensure(halves.no_private_key(raw))
    ceremony = queries.running_ceremony(ballot)
    assert ceremony is not None
    ceremony.ballot = ballot
    seat = ceremony.seats.get(person=by)
    step = _checked(ceremony, seat, raw)
    if not seat.messages[step - 1]:
        setattr(seat, FIELDS[step - 1], raw.decode())
        seat.save(update_fields=[FIELDS[step - 1]])
        note("send_key_message", ballot, by=by, now=now, step=step, place=seat.index)
        _finish(ceremony, by=by, now=now)
    return step


def _checked(ceremony: Ceremony, seat: Seat, raw: bytes) -> int:
    """The step of a message that belongs here. Raises Refused."""
    known = queries.as_file(ceremony)
    try:
        step, _index, _raw = exchange.address_of(known.setting, raw)
        exchange.check_message(known, seat.index, step, raw)
    except UNREADABLE as error:
        code = getattr(error, "code", "bad_message")
        if code in SENTENCES:
            raise refuse(code, SENTENCES[code]) from error
        raise unusable("bad_message", _("This is not what the ceremony waits for: %(why)s"), error) from error
    kept = seat.messages[step - 1]
    if kept and kept.encode() != raw:
        words = {"step": step}
        raise refuse("message_twice", _("Your message for step %(step)d is there already; it is not replaced.") % words)
    return step


def _finish(ceremony: Ceremony, *, by: Any, now: datetime) -> None:
    """When every message is there, the ballot has its trustees."""
    whole = queries.as_file(ceremony)
    if not whole.complete(3):
        return
    people = cycles.people_with(ceremony.ballot.cycle, Role.Kind.TRUSTEE)
    if [seat.person for seat in queries.seats(ceremony)] != people:
        raise refuse(
            "plan_changed", _("The plan names other trustees than when the ceremony began: start the ceremony over.")
        )
    take_public_keys(ceremony.ballot, exchange.gather(whole))
    ceremony.state = Ceremony.State.FINISHED
    ceremony.save(update_fields=["state"])
    note("finish_ceremony", ceremony.ballot, by=by, now=now, ceremony=ceremony.identifier)
