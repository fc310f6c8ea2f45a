"""The record of a category: everything that anybody needs to recount it with a program that is not ours."""

import io
import json
from datetime import UTC, datetime, time
from typing import BinaryIO

import ballotbox
from shuping.ballots import queries
from shuping.ballots.actions import sum_of
from shuping.ballots.models import Category


def record(category: Category) -> bytes:
    """`record-<category>.bel`, byte for byte the same each time; its one time is the day of the meeting."""
    out = io.BytesIO()
    write(category, out)
    return out.getvalue()


def write(category: Category, out: BinaryIO) -> None:
    """The same into a file, a ballot at a time."""
    ballot = category.ballot
    writer = ballotbox.RecordWriter(out, timestamp=_timestamp(category))
    election = queries.election_of(category)
    trustees = ballotbox.Trustees.parse(ballot.trustees_raw.encode(), election.group)
    writer.setup(election, trustees, list(category.credentials.order_by("public").values_list("public", flat=True)))
    for row in queries.cast_ballots(category).iterator(chunk_size=100):
        writer.ballot(bytes(row.raw))
    writer.end_ballots()
    writer.encrypted_tally(sum_of(category))
    for share in category.shares.order_by("pk"):
        writer.partial_decryption(share.owner, share.raw.encode())
    writer.result(ballotbox.Result(category.result_raw.encode(), json.loads(category.result_raw)["result"]))


def _timestamp(category: Category) -> int:
    day = datetime.combine(category.ballot.cycle.meeting_on, time(), tzinfo=UTC)
    return int(day.timestamp())
