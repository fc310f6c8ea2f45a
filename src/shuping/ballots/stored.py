"""What is stored of a vote, in plain words for the voter. A test holds it against the tables: every column of every
table that holds something secret has to be named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping.ballots.models import CastBallot, Event, OpeningShare, Opinion, PaperBatch, SealedOpinion, TokenBatch
from shuping.box.models import Link, Note, Sealed, Tokens


@dataclass(frozen=True)
class Kept:
    """One table: what it is for a voter, and what each of its columns is."""

    model: type[models.Model]
    title: Any
    columns: Mapping[str, Any]


KEPT = (
    Kept(
        Sealed,
        _("Your sealed ballot, from its arrival until the ballots are added up"),
        {
            "id": _("a number, counted up"),
            "strand": _("the category of voters that your slip belongs to"),
            "credential_hash": _("a fingerprint of your slip’s public half; it tells nobody whose slip it is"),
            "raw": _("the encrypted ballot, byte for byte as your phone sent it"),
            "tracker": _("its tracker, which you saw when it was received"),
            "state": _("whether it is being checked, in the box, or set aside"),
            "height": _("its place in the chain of the box"),
            "fault": _("why it was set aside, if it was"),
        },
    ),
    Kept(
        CastBallot,
        _("Your sealed ballot, afterwards"),
        {
            "id": _("a number, counted up in the order of the chain"),
            "category": _("the category of voters that your slip belongs to"),
            "credential_hash": _("a fingerprint of your slip’s public half; it tells nobody whose slip it is"),
            "raw": _("the encrypted ballot, byte for byte as your phone sent it"),
            "tracker": _("its tracker, which you saw when it was received"),
            "state": _("whether it is being checked, in the box, or set aside"),
            "height": _("its place in the chain of the box"),
            "fault": _("why it was set aside, if it was"),
        },
    ),
    Kept(
        Link,
        _("The chain of the box, until the ballots are added up"),
        {
            "id": _("a number, counted up"),
            "strand": _("the category of voters"),
            "height": _("the place in the chain"),
            "raw": _("the fingerprint of a sealed ballot and of the link before it"),
        },
    ),
    Kept(
        Event,
        _("The chain of the box, afterwards"),
        {
            "id": _("a number, counted up"),
            "category": _("the category of voters"),
            "height": _("the place in the chain"),
            "raw": _("the fingerprint of a sealed ballot and of the link before it"),
        },
    ),
    Kept(
        PaperBatch,
        _("The paper ballots of a category, added up"),
        {
            "id": _("a number, counted up"),
            "category": _("the category of voters"),
            "keying": _("whether the first teller, the second or the scrutineer wrote it"),
            "by": _("who added the sheets up; never who marked one"),
            "issued": _("how many sheets were issued"),
            "returned": _("how many came back"),
            "unreturned": _("how many did not"),
            "void": _("how many were void"),
            "rows": _("for every unit how many marks of each grade, as totals of all sheets"),
        },
    ),
    Kept(
        Tokens,
        _("That your slip was given tokens for opinions, until the ballots are added up"),
        {
            "id": _("a number by chance"),
            "mark": _("the ballot"),
            "credential_hash": _("a fingerprint of your slip’s public half; it tells nobody whose slip it is"),
            "request": _("a fingerprint of what your phone asked; the tokens themselves cannot be recognised"),
            "times": _("how often; every phone asks, whether or not anything is written"),
        },
    ),
    Kept(
        TokenBatch,
        _("The same, as versions kept it that had no box; empty since"),
        {
            "id": _("a number by chance"),
            "box": _("the ballot"),
            "credential_hash": _("a fingerprint of your slip’s public half; it tells nobody whose slip it is"),
            "request": _("a fingerprint of what your phone asked; the tokens themselves cannot be recognised"),
            "times": _("how often; every phone asks, whether or not anything is written"),
        },
    ),
    Kept(
        Note,
        _("A sealed opinion, until the ballots are added up"),
        {
            "id": _("a number by chance"),
            "mark": _("the ballot"),
            "digest": _("its fingerprint"),
            "token": _("a fingerprint of its token, which shows no slip"),
            "raw": _("the encrypted opinion, all of the same size"),
        },
    ),
    Kept(
        SealedOpinion,
        _("A sealed opinion, afterwards, until all are opened together"),
        {
            "id": _("a number by chance"),
            "box": _("the ballot"),
            "digest": _("its fingerprint"),
            "token": _("a fingerprint of its token, which shows no slip"),
            "raw": _("the encrypted opinion, all of the same size"),
        },
    ),
    Kept(
        OpeningShare,
        _("What a trustee gave to open the opinions, until they are opened"),
        {
            "id": _("a number, counted up"),
            "box": _("the ballot"),
            "owner": _("which trustee"),
            "raw": _("the part of the key that opens all opinions at once"),
        },
    ),
    Kept(
        Opinion,
        _("An opened opinion"),
        {
            "id": _("a number by chance"),
            "box": _("the ballot"),
            "entry": _("the unit that it is about"),
            "text": _("what was written; deleted when it was removed"),
            "removed_because": _("why it was removed, if it was"),
        },
    ),
)
