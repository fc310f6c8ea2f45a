"""The walk of the ballots: each category's chain, the box beside it, the record, and the counts that came of it.

Ballots and events are read by `held` and `queries` alone, wherever they are held.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ballotbox
from ballotbox.encoding import sha256_hex
from scoring import FaultyInput
from shuping.ballots import counting, held, queries, records
from shuping.ballots.actions import sum_of
from shuping.ballots.models import Ballot, Category, Count
from shuping.core.walks import Finding, Tell, fault

MANY = 200  # ballots from which recomputing a record takes a while
UNREADABLE = (ballotbox.BallotboxError, FaultyInput, ValueError, KeyError, TypeError, AttributeError, AssertionError)


@dataclass(frozen=True)
class Link:
    """An event as it is read: its type and the hash of what it is about."""

    height: int
    type: str
    payload: str | None


def walk(tell: Tell) -> Iterator[Finding]:
    """Every ballot, category by category."""
    for ballot in Ballot.objects.select_related("cycle").order_by("pk"):
        for part in queries.categories(ballot):
            part.ballot = ballot
            yield from _category(part, tell)


def _category(part: Category, tell: Tell) -> Iterator[Finding]:
    name = f"Ballot of {part.ballot.cycle.year} ({part.ballot.identifier}), category {part.code}"
    faults = 0
    for sentence in _faults(part, tell):
        faults += 1
        yield fault(f"{name}: {sentence}")
    if part.election_raw and not faults:
        counted = ", counts recomputed" if part.ballot.state == Ballot.State.COUNTED else ""
        end = held.ends(part.ballot)[part.pk]
        yield Finding(f"{name}: chain whole ({end.height}, {end.head[:16]}…){counted}.")


def _faults(part: Category, tell: Tell) -> Iterator[str]:
    links: list[Link] = []
    for walked in (_chain(part, links), _box(part, links), _ends(part, links), _record(part, tell), _counts(part)):
        try:
            yield from walked
        except UNREADABLE as error:
            yield f"it cannot be recomputed from what is stored ({type(error).__name__}: {str(error)[:200]})."


def _chain(part: Category, links: list[Link]) -> Iterator[str]:
    """Parents and heights of the events, and whether they lead to the height and head that are kept."""
    height, head = -1, None
    for place, text in held.events(part):
        raw = text.encode()
        link = _read(raw, place)
        if link is None:
            yield f"event {place} cannot be read."
            continue
        links.append(link)
        if place != height + 1:
            yield f"the events from {height + 1} to {place - 1} are missing."
        elif raw != ballotbox.build_event(head, place, link.type, link.payload):
            yield f"event {place} does not continue the chain."
        height, head = place, sha256_hex(raw)
    end = held.ends(part.ballot)[part.pk]
    if end != (height, head or ""):
        kept, found = f"{end.height}, {end.head or '-'}", f"{height}, {head or '-'}"
        yield f"height and head are kept as {kept}, but its events end with {found}."


def _read(raw: bytes, height: int) -> Link | None:
    try:
        event = json.loads(raw)
        return Link(height, str(event["type"]), event.get("payload"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _box(part: Category, links: list[Link]) -> Iterator[str]:
    """Every ballot of the chain is in the box, every ballot in the box is in the chain, as it was sent."""
    chained = {link.height: link.payload for link in links if link.type == "Ballot"}
    for row in queries.cast_ballots(part).iterator(chunk_size=100):
        raw = bytes(row.raw)
        if row.tracker != ballotbox.tracker(raw):
            yield f"the ballot at {row.height} is not the one of its tracker {row.tracker}."
        if row.height not in chained:
            yield f"the ballot {row.tracker} is in the box at {row.height}, and not in the chain."
        elif chained.pop(row.height) != sha256_hex(raw):
            yield f"the ballot at {row.height} is not the one of the chain."
    if chained:
        heights = ", ".join(map(str, sorted(chained)[:20])) + (", …" if len(chained) > 20 else "")
        yield f"{len(chained)} ballots of the chain are not in the box (at {heights})."


def _ends(part: Category, links: list[Link]) -> Iterator[str]:
    """What the chain begins with, and what follows the ballots."""
    if not part.election_raw:
        return
    setup = ("Setup", sha256_hex(_setup(part)))
    if [(link.type, link.payload) for link in links[:1]] != [setup]:
        yield "the chain does not begin with the election, trustees and slips that are stored."
    ending = [(link.type, link.payload) for link in links if link.type not in ("Setup", "Ballot")]
    if ending != list(_ending(part)):
        yield "what follows the ballots in the chain is not the sum, the parts and the result that are stored."


def _setup(part: Category) -> bytes:
    listed = list(part.credentials.order_by("public").values_list("public", flat=True))
    trustees = part.ballot.trustees_raw.encode()
    return ballotbox.setup_payload(part.election_raw.encode(), trustees, ballotbox.credential_list(listed))


def _ending(part: Category) -> Iterator[tuple[str, str | None]]:
    if part.withheld or part.tally_raw:
        yield "EndBallots", None
    if part.tally_raw:
        yield "EncryptedTally", sha256_hex(sum_of(part).sized())
        for share in part.shares.order_by("pk"):
            yield "PartialDecryption", sha256_hex(ballotbox.owned_payload(share.owner, share.raw.encode()))
    if part.result_raw:
        yield "Result", sha256_hex(part.result_raw.encode())


def _record(part: Category, tell: Tell) -> Iterator[str]:
    """The record, as it is handed out, verified from the first byte to the counts."""
    if not part.result_raw:
        return
    number = queries.cast_ballots(part).count()
    if number >= MANY:
        tell(f"Category {part.code}: every proof of {number} ballots is computed again.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.bel"
        with file.open("wb") as out:
            records.write(part, out)
        try:
            ballotbox.verify_record(file)
        except ballotbox.BallotboxError as error:
            yield f"the record is not sound ({error.code}). {error}"


def _counts(part: Category) -> Iterator[str]:
    """Electronic and paper and their sum, computed again; before the count there is none."""
    kept = {row.source: row for row in part.counts.all()}
    if part.ballot.state != Ballot.State.COUNTED:
        yield from (f"it is not counted, and there is a count ({source})." for source in kept)
        return
    for source, cast, rows in counting.counts_of(part):
        row = kept.pop(source, None)
        if row is None:
            yield f"the count ({source}) is missing."
        elif (row.cast, row.rows) != (cast, rows):
            yield f"the count ({source}) is not what the result and the paper give: {_difference(row, cast, rows)}."


def _difference(row: Count, cast: int, rows: Any) -> str:
    if row.cast != cast:
        return f"{row.cast} ballots are kept, {cast} were counted"
    entries = sorted({*(row.rows or {}), *(rows or {})})
    return "entry " + ", ".join(entry for entry in entries if (row.rows or {}).get(entry) != (rows or {}).get(entry))
