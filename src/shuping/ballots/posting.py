"""Opinions on their way in: tokens for whoever holds a slip, sealed opinions for whoever shows a token. Like casting,
neither is an act, and nothing of a request is kept but what stands in the tables (docs/spec/opinions.md).
"""

import base64
import json
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

import ballotbox
from ballotbox import blind, tokens
from ballotbox import opinions as sealing
from shuping.ballots import boxing, queries, rules
from shuping.ballots.models import Ballot, Category, OpeningShare, OpinionBox, SealedOpinion
from shuping.box.models import Mark, Note, Tokens
from shuping.core import datafolder
from shuping.core.refusals import Refused, ensure, refuse

BATCHES: Final = 3  # how often a slip is given tokens: a page may be closed or reloaded
SERVER: Final = 1


def make_box(ballot: Ballot, election: ballotbox.Election) -> OpinionBox:
    """The box of a ballot that opens; `election` holds the key and is none in which anybody votes, so that an opinion
    does not show the category of who wrote it.
    """
    issuer_key(ballot)
    return OpinionBox.objects.create(ballot=ballot, election_raw=election.raw.decode())


def issuer_key(ballot: Ballot) -> blind.IssuerKey:
    """The key that signs the tokens of this ballot and of no other; made on first use, mode 0600."""

    def make() -> str:
        key = blind.make_issuer_key()
        return json.dumps({"p": str(key.p), "q": str(key.q)})

    read = json.loads(datafolder.secret_file(settings.DATA / "keys" / f"{ballot.identifier}-tokens.json", make))
    return blind.IssuerKey(int(read["p"]), int(read["q"]))


def tokens_of(ballot: Ballot, category: Category | None) -> int:
    """How many tokens a slip is given at a time: one for every entry that it votes on."""
    return (queries.rows_of(category) if category else queries.rows(ballot.cycle)).count()


def credential_in(body: bytes) -> str:
    """The public credential that a request bears; empty when the body holds none."""
    try:
        public = json.loads(body)["credential"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return public if isinstance(public, str) and public.isascii() else ""


def offer(ballot: Ballot) -> dict[str, Any] | None:
    """What a booth has to know to take part; None when the ballot takes no opinions."""
    box = queries.box_of(ballot)
    if box is None:
        return None
    modulus = issuer_key(ballot).public.n
    return {"election": box.election_raw, "modulus": f"{modulus:x}", "longest": sealing.LONGEST}


# --- tokens -------------------------------------------------------------------------------------------------------


def give_tokens(ballot: Ballot, raw: bytes) -> list[str]:
    """Blind signatures in Base64 for a slip; the same request gets the same ones. Raises Refused, BallotboxError."""
    ensure(rules.may_post_opinion(ballot))
    key = issuer_key(ballot)
    group = ballotbox.group(ballot.group)
    category = queries.category_of_credential(ballot, credential_in(raw))
    number = tokens_of(ballot, category)
    asked = tokens.parse_request(group, ballot.identifier, key.public, raw, number=number)
    if category is None:
        raise ballotbox.UnknownCredential("this slip is not on the list", where="credential")
    _note_batch(ballot, queries.credential_hash(ballot.identifier, str(asked.credential)), asked.digest)
    return [base64.b64encode(blind.blind_sign(key, blinded)).decode() for blinded in asked.blinded]


def _note_batch(ballot: Ballot, digest: str, request: str) -> None:
    with transaction.atomic(using=settings.BOX):
        mark = _open_mark(ballot)
        given = mark.tokens.filter(credential_hash=digest).first()
        if given is None:
            Tokens.objects.create(mark=mark, credential_hash=digest, request=request)
        elif given.request != request:
            if given.times >= BATCHES:
                raise refuse("no_more_tokens", _("No more opinions can be written with this slip."))
            given.times, given.request = given.times + 1, request
            given.save(update_fields=["times", "request"])


def _open_mark(ballot: Ballot) -> Mark:
    """The ballot's mark in the box, locked: nothing enters one that is being closed."""
    mark = Mark.objects.select_for_update().filter(ballot=ballot.pk, open=True).first()
    if mark is None:
        raise Refused(rules.OPINIONS_LATE)
    return mark


# --- opinions -----------------------------------------------------------------------------------------------------


def take_opinion(ballot: Ballot, raw: bytes) -> bool:
    """Keep a sealed opinion; False when it is there already. Raises Refused, BallotboxError."""
    ensure(rules.may_post_opinion(ballot))
    token, opinion = tokens.parse_post(issuer_key(ballot).public, ballot.identifier, raw)
    sealed = sealing.parse(queries.election_of_box(queries.need_box(ballot)), opinion)
    return _keep(ballot, token, sealed)


def _keep(ballot: Ballot, token: str, sealed: sealing.SealedOpinion) -> bool:
    with transaction.atomic(using=settings.BOX):
        mark = _open_mark(ballot)
        there = mark.notes.filter(token=token).first()
        if there and there.digest == sealed.digest:
            return False
        if there:
            raise refuse("token_used", _("An opinion was sent with this token already; this one was not taken."))
        try:
            with transaction.atomic(using=settings.BOX):
                Note.objects.create(mark=mark, token=token, digest=sealed.digest, raw=sealed.raw)
        except IntegrityError:
            raise refuse("opinion_twice", _("This opinion is in the box already.")) from None
    return True


# --- closing ------------------------------------------------------------------------------------------------------


def close_box(ballot: Ballot, private: int) -> None:
    """When the ballots are added up: take the opinions over in the order of their hashes, so that nothing is left of
    the order in which they came; or, when they are too few, none. With the box goes who was given tokens.
    """
    box = queries.box_of(ballot)
    if box is None:
        return
    slips = Tokens.objects.filter(mark=ballot.pk).count()
    sealed = list(Note.objects.filter(mark=ballot.pk).order_by("digest"))
    box.received = len(sealed)
    if min(slips, box.received) < sealing.LEAST:
        box.state = OpinionBox.State.TOO_FEW
    else:
        SealedOpinion.objects.bulk_create(
            SealedOpinion(box=box, digest=one.digest, token=one.token, raw=bytes(one.raw)) for one in sealed
        )
        share = sealing.partial_opening(queries.election_of_box(box), [bytes(one.raw) for one in sealed], private)
        OpeningShare.objects.create(box=box, owner=SERVER, raw=share.decode())
    box.save(update_fields=["state", "received"])


def forget(ballot: Ballot) -> None:
    """Delete what was given to a ballot that is void: nobody has a reason to open it any more."""
    OpinionBox.objects.filter(ballot=ballot, state=OpinionBox.State.SEALED).delete()
    boxing.tidy_later()
