"""Casting in two steps (ballot.md): at once cheap checks and a durable row; within seconds, in the worker, every
proof, and the ballot enters the chain (`shuping.box`). Nothing of a request is kept but the sealed ballot itself.
Of the site's tables nothing is written here: no import and no backup stops a vote.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction

import ballotbox
from shuping.ballots import bounds, boxing, held, queries, rules
from shuping.ballots.models import Ballot, CastBallot, Category
from shuping.box import checking, waking
from shuping.box.models import Listed, Mark, Sealed, Strand
from shuping.core.refusals import Refused, ensure

UUID = re.compile(rb'^\{"election_uuid":"([1-9A-HJ-NP-Za-km-z]{14,20})"')
# Whose ballot it seems to be, to look all of them up at once; what this does not find is looked up by itself.
HEAD = re.compile(rb'\{"election_uuid":"\w{14,20}","election_hash":"[^"]{43}","credential":"([0-9a-f]{1,620})"')


@dataclass(frozen=True)
class Receipt:
    """What a voter gets: the tracker, and whether this is a new ballot or one that was there already."""

    tracker: str
    new: bool


Outcome = Receipt | Refused | ballotbox.BallotboxError


class NotInTheBox(Exception):
    """The ballot takes nothing: it was not opened yet, or is added up."""


@dataclass(frozen=True)
class _Sound:
    """A ballot that passed the cheap checks."""

    strand: int
    credential_hash: str
    raw: bytes
    tracker: str


def cast(identifier: str, raws: Sequence[bytes]) -> list[Outcome]:
    """Take sealed ballots that came at the same time, in their order: what is a receipt is durable when this returns,
    the others were refused by name. What was taken before gets its first receipt, whatever the ballot's state is now.
    Raises NotYours when there is no such ballot, Refused when it was not opened yet.
    """
    try:
        return _cast(identifier, raws)
    except NotInTheBox:
        ballot = queries.public_ballot(identifier)
    if ballot.state == Ballot.State.OPEN and not ballot.boxed:  # the server was cut off while it opened it
        boxing.lay(ballot)
        return _cast(identifier, raws)
    return [_afterwards(ballot, raw) for raw in raws]


def _cast(identifier: str, raws: Sequence[bytes]) -> list[Outcome]:
    mark = Mark.objects.filter(identifier=identifier).first()
    if mark is None:
        raise NotInTheBox
    listed = _listed(mark, raws)
    checked = [_checked(mark, raw, listed) for raw in raws]
    sound = [one for one in checked if isinstance(one, _Sound)]
    stored = iter(_store(mark, sound) if sound else [])
    late = None if mark.open else Refused(rules.CLOSED)
    outcomes = [next(stored) if isinstance(one, _Sound) else late or one for one in checked]
    if any(isinstance(one, Receipt) and one.new for one in outcomes):
        waking.ring()
    return outcomes


def _listed(mark: Mark, raws: Sequence[bytes]) -> set[tuple[int, str]]:
    """Which of the credentials that these ballots seem to bear are on the lists: strand and hash."""
    publics = [found[1].decode() for raw in raws if (found := HEAD.match(raw))]
    hashes = [checking.credential_hash(mark.identifier, public) for public in publics]
    on_the_list = Listed.objects.filter(public_hash__in=hashes, strand__mark=mark)
    return set(on_the_list.values_list("strand", "public_hash"))


def _checked(mark: Mark, raw: bytes, listed: Container[tuple[int, str]]) -> _Sound | ballotbox.BallotboxError:
    try:
        strand = _strand(mark, raw)
        slips = checking.Slips(strand, mark.identifier, listed)
        form = ballotbox.check_form(checking.election(strand.election_raw), raw, slips)
    except ballotbox.BallotboxError as error:
        return error
    return _Sound(strand.pk, checking.credential_hash(mark.identifier, str(form.credential)), raw, form.tracker)


def _strand(mark: Mark, raw: bytes) -> Strand:
    found = UUID.match(raw[:100])
    if found is None:
        raise ballotbox.NotCanonical("the ballot does not begin with its election", where="ballot")
    try:
        strand = _opened(found[1].decode())
    except Strand.DoesNotExist:
        strand = None
    if strand is None or strand.mark_id != mark.pk:
        raise ballotbox.WrongElection("the ballot is for another election", where="election_uuid")
    return strand


@lru_cache(maxsize=64)
def _opened(uuid: str) -> Strand:
    # What an election is does not change once it is open: every voter asks for the same few. Only that is used of it.
    return Strand.objects.get(uuid=uuid)


def _store(mark: Mark, sound: list[_Sound]) -> list[Receipt | Refused]:
    with transaction.atomic(using=settings.BOX):
        # Locked, so that nothing enters a box that is being closed, and two of one slip come one after the other.
        now = Mark.objects.select_for_update().filter(pk=mark.pk).first()
        if now is None:
            raise NotInTheBox
        there = held.of_slips(one.credential_hash for one in sound)
        outcomes: list[Receipt | Refused] = []
        rows = []
        for one in sound:
            of_this_slip = there[one.strand, one.credential_hash]
            outcomes.append(outcome := _outcome(now, one.tracker, of_this_slip))
            if isinstance(outcome, Receipt) and outcome.new:
                of_this_slip.append(bounds.Stored(one.tracker))
                rows.append(_row(one))
        Sealed.objects.bulk_create(rows)
    return outcomes


def _outcome(mark: Mark, tracker: str, earlier: list[bounds.Stored]) -> Receipt | Refused:
    # The tracker before the state: whoever lost the answer in the last seconds before closing is told the truth.
    if any(one.tracker == tracker for one in earlier):
        return Receipt(tracker, new=False)
    if not mark.open:
        return Refused(bounds.came_late(earlier) or rules.CLOSED)
    refusal = bounds.may_follow(earlier, revote=mark.revote)
    return Refused(refusal) if refusal else Receipt(tracker, new=True)


def _row(one: _Sound) -> Sealed:
    return Sealed(strand_id=one.strand, credential_hash=one.credential_hash, raw=one.raw, tracker=one.tracker)


# --- once it is added up ------------------------------------------------------------------------------------------


def _afterwards(ballot: Ballot, raw: bytes) -> Receipt | Refused:
    ensure(rules.was_opened(ballot))
    tracker = ballotbox.tracker(raw)
    if CastBallot.objects.filter(category__ballot=ballot, tracker=tracker).exists():
        return Receipt(tracker, new=False)
    earlier = [] if ballot.state == Ballot.State.VOID else _of_the_same_slip(ballot, raw)
    return Refused(bounds.came_late(earlier) or rules.CLOSED)


def _of_the_same_slip(ballot: Ballot, raw: bytes) -> list[bounds.Stored]:
    """What was taken from the slip that signed these bytes; nothing where nobody did."""
    found = UUID.match(raw[:100])
    category = Category.objects.filter(ballot=ballot, uuid=found[1].decode()).first() if found else None
    if category is None or not category.election_raw:
        return []
    try:
        credentials = queries.CredentialsOf(category, ballot.identifier)
        form = ballotbox.check_form(queries.election_of(category), raw, credentials)
    except ballotbox.BallotboxError:
        return []
    return held.of_slip(category, queries.credential_hash(ballot.identifier, str(form.credential)))
