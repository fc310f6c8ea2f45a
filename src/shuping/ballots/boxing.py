"""A ballot on its way into the box and out of it. Each way crosses two databases, so each has an order in which a crash
at any point leaves something that the next start, or the next press, finishes:

- opening: first the site's tables say that it is open, then the box is laid, then they say that it is `boxed`;
- closing: first the box's own mark, which decides what arrived in time, then the site's tables;
- adding up: the site's tables take everything over in the transaction that adds it up, then the box is emptied.
"""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction

from shuping.ballots import queries
from shuping.ballots.models import Ballot, CastBallot, Category, Credential, Event, SealedOpinion, TokenBatch
from shuping.box import checking, waking
from shuping.box.models import Link, Listed, Mark, Note, Sealed, State, Strand, Tokens

AT_ONCE = 100  # rows with a ballot in each


class BoxMissing(Exception):
    """What was cast is in a box that is not here, or the box is another site's, with the sentence that says so."""


def lay(ballot: Ballot) -> None:
    """Let an open ballot take ballots: copy into the box what casting needs, and what an older version has taken
    already. Does nothing when that is done, or has no place any more.
    """
    with transaction.atomic(using=settings.BOX):
        fresh = Ballot.objects.select_for_update().get(pk=ballot.pk)
        if not fresh.boxed and belongs(fresh) and not Mark.objects.filter(ballot=fresh.pk).exists():
            _lay_out(fresh)
    if not fresh.boxed and belongs(fresh):
        _bring(fresh)
        with transaction.atomic():
            _refuse_to_lose(fresh, into=Sealed)
            CastBallot.objects.filter(category__ballot=fresh).delete()
            for table in (TokenBatch, SealedOpinion):
                table.objects.filter(box__ballot=fresh).delete()
            Ballot.objects.filter(pk=fresh.pk).update(boxed=True)
        fresh.boxed = True
    ballot.boxed = fresh.boxed


def belongs(ballot: Ballot) -> bool:
    """Whether a ballot's place is the box: it was opened, and is not added up."""
    if ballot.state == Ballot.State.OPEN:
        return True
    return ballot.state == Ballot.State.CLOSED and not added_up(ballot)


def added_up(ballot: Ballot) -> bool:
    """Whether the sums are made, or withheld."""
    return any(part.tally_raw or part.withheld for part in ballot.categories.all() if part.electorate)


def _lay_out(ballot: Ballot) -> None:
    revote, still = queries.scheme_of(ballot).ballot.revote, ballot.state == Ballot.State.OPEN
    mark = Mark.objects.create(ballot=ballot.pk, identifier=ballot.identifier, revote=revote, open=still)
    for part in ballot.categories.exclude(election_raw=""):
        strand = Strand.objects.create(
            mark=mark,
            category=part.pk,
            uuid=part.uuid,
            election_raw=part.election_raw,
            height=part.height,
            head=part.head,
        )
        hashes = Credential.objects.filter(category=part).order_by("public_hash").values_list("public_hash", flat=True)
        Listed.objects.bulk_create(Listed(strand=strand, public_hash=digest) for digest in hashes)


def _bring(ballot: Ballot) -> None:
    """Copy what an older version has taken. It bounded no slip: of those that wait, the next of a slip comes when the
    one before it is in the box.
    """
    strands = {strand.category: strand for strand in Strand.objects.filter(mark=ballot.pk)}
    there = set(Sealed.objects.filter(strand__mark=ballot.pk).values_list("tracker", flat=True))
    for number, rows in enumerate(_rounds(ballot, there)):
        if number > 1:
            checking.check_all()
        for some in _pieces(rows):
            found = CastBallot.objects.filter(pk__in=some).order_by("pk")
            Sealed.objects.bulk_create(_copied(row, Sealed, strand=strands[row.category_id]) for row in found)
    _bring_opinions(ballot, Tokens, TokenBatch)
    _bring_opinions(ballot, Note, SealedOpinion)


def _bring_opinions(ballot: Ballot, table: Any, before: Any) -> None:
    names = [field.name for field in table._meta.concrete_fields if field.name != "mark"]
    rows = (dict(zip(names, row, strict=True)) for row in before.objects.filter(box__ballot=ballot).values_list(*names))
    table.objects.bulk_create((table(mark_id=ballot.pk, **row) for row in rows), ignore_conflicts=True)


def _rounds(ballot: Ballot, there: set[str]) -> Iterator[list[int]]:
    """The rows that are not there yet: first those that are settled, then the first of each slip, the second …"""
    cast = CastBallot.objects.filter(category__ballot=ballot).exclude(tracker__in=there).order_by("pk")
    yield list(cast.exclude(state=State.RECEIVED).values_list("pk", flat=True))
    turns: dict[str, int] = {}
    waiting = []
    for row, digest in cast.filter(state=State.RECEIVED).values_list("pk", "credential_hash"):
        turns[digest] = turns.get(digest, 0) + 1
        waiting.append((turns[digest], row))
    for _turn, rows in groupby(sorted(waiting), key=lambda one: one[0]):
        yield [row for _turn, row in rows]


def _pieces(rows: list[int]) -> Iterator[list[int]]:
    yield from (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))


COLUMNS = ("credential_hash", "raw", "tracker", "state", "height", "fault")


def _copied(row: Any, model: Any, **more: Any) -> Any:
    return model(**more, **{name: getattr(row, name) for name in COLUMNS})


def shut(ballot: Ballot) -> None:
    """Take no more ballots: what is in the box now has arrived in time."""
    with transaction.atomic(using=settings.BOX):
        Mark.objects.select_for_update().filter(ballot=ballot.pk).update(open=False)


def take_over(ballot: Ballot) -> None:
    """Put what the box holds into the site's tables, in the order of the chains; the box is emptied when the caller's
    transaction is durable.
    """
    if not ballot.boxed:
        return
    for strand in Strand.objects.filter(mark=ballot.pk):
        _take_ballots(strand)
        links = strand.links.order_by("height")
        Event.objects.bulk_create(
            Event(category_id=strand.category, height=link.height, raw=link.raw) for link in links
        )
        Category.objects.filter(pk=strand.category).update(height=strand.height, head=strand.head)
    Ballot.objects.filter(pk=ballot.pk).update(boxed=False)
    ballot.boxed = False
    transaction.on_commit(partial(empty, ballot), robust=True)


def _take_ballots(strand: Strand) -> None:
    # What is not in the chain has no order of its own: that of its letters, not that in which it came.
    keys = strand.sealed.values_list("pk", "height", "tracker")
    ordered = sorted(keys, key=lambda one: (one[1] is None, one[1] or 0, one[2]))
    for some in _pieces([pk for pk, _height, _tracker in ordered]):
        found = strand.sealed.in_bulk(some)
        CastBallot.objects.bulk_create(_copied(found[pk], CastBallot, category_id=strand.category) for pk in some)


def empty(ballot: Ballot) -> None:
    """Remove a ballot from the box once the site's tables hold all of it. Raises BoxMissing when they do not."""
    with transaction.atomic(using=settings.BOX):
        if Mark.objects.select_for_update().filter(ballot=ballot.pk).first() is None:
            return
        _refuse_to_lose(ballot, into=CastBallot)
        every: tuple[tuple[Any, str], ...] = (
            *((table, "strand__mark") for table in (Link, Sealed, Listed)),
            *((table, "mark") for table in (Tokens, Note, Strand)),
        )
        for table, way in every:
            table.objects.filter(**{way: ballot.pk}).delete()
        Mark.objects.filter(ballot=ballot.pk).delete()
    waking.ring(waking.AGAIN)


def _refuse_to_lose(ballot: Ballot, *, into: Any) -> None:
    """Raise BoxMissing unless everything that is about to be deleted stands where it was copied `into`."""
    boxed = set(Sealed.objects.filter(strand__mark=ballot.pk).values_list("tracker", flat=True))
    taken = set(CastBallot.objects.filter(category__ballot=ballot.pk).values_list("tracker", flat=True))
    lost = boxed - taken if into is CastBallot else taken - boxed
    if lost:
        raise BoxMissing(
            f"{len(lost)} ballots of the ballot {ballot.identifier} stand in only one of database and box. "
            "Both belong to one folder: put back the one that was exchanged, or restore the last backup."
        )


def tidy_later() -> None:
    """Once the caller's transaction is durable let the worker cut the logs, in which stands what was deleted."""
    transaction.on_commit(partial(waking.ring, waking.AGAIN))


def settle() -> None:
    """At every start: finish what a crash cut off, and take in the ballots of an older version. Raises BoxMissing."""
    open_or_closed = Ballot.objects.filter(state__in=(Ballot.State.OPEN, Ballot.State.CLOSED))
    marks = {mark.ballot: mark for mark in Mark.objects.all()}
    for ballot in open_or_closed:
        if ballot.boxed and ballot.pk not in marks:
            raise BoxMissing(
                f"The box of the ballot {ballot.identifier} is not here: what was cast is in another box. "
                "Put it back into the folder, or restore the last backup."
            )
        if belongs(ballot):
            lay(ballot)
    for number, mark in marks.items():
        _settle_one(mark, Ballot.objects.filter(pk=number, identifier=mark.identifier).first())


def _settle_one(mark: Mark, ballot: Ballot | None) -> None:
    if ballot is None or ballot.state == Ballot.State.PREPARED:
        raise BoxMissing(
            f"The box holds the ballot {mark.identifier}, which this database never opened. Both belong to one folder: "
            "put back the one that was exchanged, or restore the last backup."
        )
    if not ballot.boxed:
        empty(ballot)
