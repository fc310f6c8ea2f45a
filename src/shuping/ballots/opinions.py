"""Opinions after closing: opened together by the trustees, read first by a scrutineer, then released (opinions.md)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import ballotbox
from ballotbox import opinions as sealing
from shuping.ballots import boxing, queries, rules
from shuping.ballots.actions import locked, note, unusable
from shuping.ballots.models import Ballot, OpeningShare, Opinion, OpinionBox
from shuping.core.refusals import NotYours, ensure, refuse
from shuping.core.text import unturned

LONGEST_REASON: Final = 300  # characters


@transaction.atomic
def add_opening_share(ballot: Ballot, *, raw: bytes, by: Any, now: datetime) -> bool:
    """Take a trustee's part of opening the opinions, checked; True when they are opened with it."""
    ballot = locked(ballot)
    ensure(rules.may_open_opinions(by, ballot))
    box, owner = queries.need_box(ballot), queries.need_trustee(by, ballot).owner
    election, trustees = queries.election_of_box(box), queries.trustees_of(ballot)
    sealed = queries.sealed_opinions(box)
    try:
        sealing.check_partial_opening(election, trustees, sealed, owner, raw)
    except ballotbox.BallotboxError as error:
        sentence = _("This part does not belong to these opinions and your key: %(why)s")
        raise unusable("bad_opening", sentence, error) from error
    OpeningShare.objects.create(box=box, owner=owner, raw=raw.decode())
    opened = box.shares.count() > queries.shares_needed(ballot)
    if opened:
        _open(ballot, box, sealed)
    note("add_opening_share", ballot, by=by, now=now)
    return opened


def _open(ballot: Ballot, box: OpinionBox, sealed: list[bytes]) -> None:
    """Keep the texts, forget what they came from: what is opened stands beside nothing that was sent."""
    parts = {share.owner: share.raw.encode() for share in box.shares.all()}
    found, box.broken = sealing.open_all(queries.election_of_box(box), queries.trustees_of(ballot), sealed, parts)
    known = queries.open_to_opinions(ballot, sealing.LEAST)
    Opinion.objects.bulk_create(
        Opinion(box=box, entry=one.entry, text=unturned(one.text)) for one in found if one.entry in known
    )
    box.broken += sum(one.entry not in known for one in found)
    box.sealed.all().delete()
    box.shares.all().delete()
    box.state = OpinionBox.State.OPENED
    box.save(update_fields=["state", "broken"])
    boxing.tidy_later()


@transaction.atomic
def remove_opinion(ballot: Ballot, opinion: int, *, reason: str, by: Any, now: datetime) -> None:
    """Keep an opinion from everybody else, with a reason; how many were removed and why is told to all readers."""
    reason = reason.strip()
    if not reason:
        raise refuse("no_reason", _("Say why this opinion is removed: the reason is told, the opinion is not."))
    if len(reason) > LONGEST_REASON:
        raise refuse("reason_too_long", _("A reason has at most %(number)d characters.") % {"number": LONGEST_REASON})
    _judge(ballot, opinion, reason, by=by)
    note("remove_opinion", ballot, by=by, now=now, reason=reason)


@transaction.atomic
def restore_opinion(ballot: Ballot, opinion: int, *, by: Any, now: datetime) -> None:
    """Take a removal back, before the release."""
    _judge(ballot, opinion, "", by=by)
    note("restore_opinion", ballot, by=by, now=now)


def _judge(ballot: Ballot, opinion: int, reason: str, *, by: Any) -> None:
    ballot = locked(ballot)
    ensure(rules.may_moderate(by, ballot))
    if not queries.need_box(ballot).opinions.filter(pk=opinion).update(removed_because=reason):
        raise NotYours


@transaction.atomic
def release_opinions(ballot: Ballot, *, by: Any, now: datetime) -> int:
    """Show what was not removed to those who may see it, and forget the texts that were. Returns how many are shown."""
    ballot = locked(ballot)
    ensure(rules.may_moderate(by, ballot))
    box = queries.need_box(ballot)
    removed = box.opinions.exclude(removed_because="").update(text="")
    box.state = OpinionBox.State.RELEASED
    box.save(update_fields=["state"])
    boxing.tidy_later()
    shown = box.opinions.filter(removed_because="").count()
    decides = {"opening": [box], "opinions": [box]}
    note("release_opinions", ballot, by=by, now=now, decides=decides, shown=shown, removed=removed)
    return shown
