"""Every proof of what was received, and putting it into the box: many at once, in an order by chance."""

import hashlib
from collections.abc import Container, Mapping
from functools import lru_cache
from random import SystemRandom

from django.conf import settings
from django.db import transaction

import ballotbox
from shuping.box.models import Link, Listed, Mark, Sealed, State, Strand

AT_ONCE = 20  # ballots that one look takes


def credential_hash(identifier: str, public: str) -> str:
    """Under which a public credential is looked up: the same for a voter's ballot and for the list."""
    return hashlib.sha256(f"{identifier}|{public}".encode()).hexdigest()


class Slips:
    """The credentials of a category, asked one at a time by their hash unless they are among those `known`."""

    def __init__(self, strand: Strand, identifier: str, known: Container[tuple[int, str]] = ()) -> None:
        self.strand = strand
        self.identifier = identifier
        self.known = known

    def __contains__(self, public: object) -> bool:
        digest = credential_hash(self.identifier, str(public))
        if (self.strand.pk, digest) in self.known:
            return True
        return Listed.objects.filter(public_hash=digest, strand=self.strand).exists()


@lru_cache(maxsize=64)
def election(raw: str) -> ballotbox.Election:
    """An election, parsed once per process."""
    return ballotbox.Election.parse(raw.encode())


def received(*, but: Container[int] = ()) -> list[Sealed]:
    """The next ballots that wait to be checked, in the order of arrival, without those that are looked at already."""
    waiting = Sealed.objects.filter(state=State.RECEIVED).order_by("pk").values_list("pk", flat=True)
    wanted = [number for number in waiting if number not in but][:AT_ONCE]
    return list(Sealed.objects.filter(pk__in=wanted).select_related("strand__mark").order_by("pk"))


def fault(row: Sealed) -> str:
    """Why a ballot's proofs do not hold, by name; empty when they do."""
    asked = election(row.strand.election_raw)
    try:
        form = ballotbox.check_form(asked, bytes(row.raw), Slips(row.strand, row.strand.mark.identifier))
        ballotbox.check_proofs(asked, form)
    except ballotbox.BallotboxError as error:
        return error.code
    return ""


def put_in(ballot: int, faults: Mapping[int, str]) -> None:
    """Put the checked ballots of one opened ballot, of all its categories, into the box in one transaction, in an order
    by chance; set aside those with a fault. What somebody else has put in meanwhile stays as it is.
    """
    with transaction.atomic(using=settings.BOX):
        mark = Mark.objects.select_for_update().filter(pk=ballot).first()
        if mark is None:
            return
        waiting = Sealed.objects.filter(pk__in=list(faults), state=State.RECEIVED, strand__mark=mark)
        rows = list(waiting.select_for_update(of=("self",)))
        SystemRandom().shuffle(rows)
        strands = {strand.pk: strand for strand in mark.strands.all()}
        links = [link for row in rows if (link := _settle(row, strands[row.strand_id], faults[row.pk]))]
        Link.objects.bulk_create(links)
        for row in rows:
            row.save(update_fields=["state", "height", "fault"])
        for strand in strands.values():
            strand.save(update_fields=["height", "head"])
        mark.batches += 1
        mark.save(update_fields=["batches"])


def _settle(row: Sealed, strand: Strand, fault: str) -> Link | None:
    if fault:
        row.state, row.fault = State.SET_ASIDE, fault
        return None
    event = ballotbox.Chain(height=strand.height, head=strand.head).append("Ballot", bytes(row.raw))
    strand.height, strand.head = event.height, event.hash
    row.state, row.height = State.IN_BOX, event.height
    return Link(strand=strand, height=event.height, raw=event.raw.decode())


def check_all() -> int:
    """Check and put in everything that waits, at once; returns how many ballots that were. The first failure of a
    check itself, which is no fault of the ballot, is raised when the others are in.
    """
    faults: dict[int, dict[int, str]] = {}
    seen: set[int] = set()
    failures = []
    while rows := received(but=seen):
        for row in rows:
            seen.add(row.pk)
            try:
                faults.setdefault(row.strand.mark_id, {})[row.pk] = fault(row)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next voter's ballot must not wait for it
                failures.append(error)
    for ballot, found in faults.items():
        put_in(ballot, found)
    if failures:
        raise failures[0]
    return len(seen)
