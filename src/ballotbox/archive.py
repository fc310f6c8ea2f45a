"""The archive of an election, version 1: an append-only tar of data and events, the same bytes for the same election.

Every record is named by the SHA-256 of its body; an event comes directly after what it is about. There is no
end-of-archive mark, and the header has no ustar magic.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ballotbox.chain import (
    BALLOT,
    ENCRYPTED_TALLY,
    END_BALLOTS,
    PARTIAL_DECRYPTION,
    RESULT,
    SETUP,
    Chain,
    credential_list,
    owned_payload,
    setup_payload,
)
from ballotbox.election import Election
from ballotbox.encoding import canonical, canonical_json, fields, sha256_hex, string
from ballotbox.errors import BadRecord, DuplicateBallot
from ballotbox.tally import EncryptedTally, Result, require_enough
from ballotbox.trustees import Trustees

BLOCK = 512
LARGEST_BODY = 64 * 2**20  # bytes of one record; far above any ballot or list of credentials
_FIRST = "BELENIOS"


# --- writing ------------------------------------------------------------------------------------------------------


class RecordWriter:
    """Writes a record step by step, in the order of the methods; the chain gives height and head at any time.

    `timestamp` (seconds since 1970) is the same for the whole record and says nothing about a ballot.
    """

    def __init__(self, file: BinaryIO, *, timestamp: int) -> None:
        self.chain = Chain()
        self._file = file
        self._timestamp = timestamp
        self._ballots: set[str] = set()
        self._write(_FIRST, canonical({"version": 1, "timestamp": str(timestamp)}))

    def setup(self, election: Election, trustees: Trustees, credentials: Sequence[str]) -> None:
        """What is fixed when the ballot opens; credentials are "ELEMENT" or "ELEMENT,weight"."""
        listed = credential_list(list(credentials))
        parts = (election.raw, trustees.raw, listed)
        self._event(SETUP, *parts, setup_payload(*parts))

    def ballot(self, raw: bytes) -> None:
        """The next ballot. Raises DuplicateBallot for the same bytes again."""
        digest = sha256_hex(raw)
        if digest in self._ballots:
            raise DuplicateBallot("This ballot is in the record already.")
        self._ballots.add(digest)
        self._event(BALLOT, raw)

    def end_ballots(self) -> None:
        self._event(END_BALLOTS)

    def encrypted_tally(self, tally: EncryptedTally) -> None:
        self._event(ENCRYPTED_TALLY, tally.raw, tally.sized())

    def partial_decryption(self, owner: int, raw: bytes) -> None:
        self._event(PARTIAL_DECRYPTION, raw, owned_payload(owner, raw))

    def result(self, result: Result) -> None:
        self._event(RESULT, result.raw)

    def _event(self, kind: str, *bodies: bytes) -> None:
        for body in bodies:
            self._write(f"{sha256_hex(body)}.data.json", body)
        event = self.chain.append(kind, bodies[-1] if bodies else None)
        self._write(f"{event.hash}.event.json", event.raw)

    def _write(self, name: str, body: bytes) -> None:
        self._file.write(header(name, len(body), self._timestamp))
        self._file.write(body + bytes(-len(body) % BLOCK))


def write_record(
    target: str | PathLike[str] | BinaryIO,
    *,
    election: Election,
    trustees: Trustees,
    credentials: Sequence[str],
    ballots: Iterable[bytes],
    encrypted_tally: EncryptedTally,
    partials: Mapping[int, bytes],
    result: Result,
    timestamp: int,
) -> Chain:
    """Write a whole record; ballots in chain order, partial decryptions by owner. Returns the chain.

    Raises DuplicateBallot, MissingPartialDecryption.
    """
    require_enough(trustees, partials)
    with _opened(target) as file:
        writer = RecordWriter(file, timestamp=timestamp)
        writer.setup(election, trustees, credentials)
        for ballot in ballots:
            writer.ballot(ballot)
        writer.end_ballots()
        writer.encrypted_tally(encrypted_tally)
        for owner in sorted(partials):
            writer.partial_decryption(owner, partials[owner])
        writer.result(result)
        return writer.chain


@contextmanager
def _opened(target: str | PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(target, (str, PathLike)):
        with Path(target).open("wb") as file:
            yield file
    else:
        yield target


def header(name: str, size: int, timestamp: int) -> bytes:
    """The 512 bytes before a body: an old tar header, checksum taken with spaces in its place."""
    block = bytearray(BLOCK)
    for offset, text in ((0, name), (100, "0000644"), (108, "0000000"), (116, "0000000"), (156, "0")):
        block[offset : offset + len(text)] = text.encode()
    block[124:135] = f"{size:011o}".encode()
    block[136:147] = f"{timestamp:011o}".encode()
    block[148:156] = b" " * 8
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


# --- reading ------------------------------------------------------------------------------------------------------


class EventGroup(NamedTuple):
    """An event with the data records before it, and where the first of them lies in the file."""

    data: list[bytes]
    event: bytes
    number: int  # of the event's record in the file, from 0
    offset: int  # in bytes, of the first data body


class RecordReader:
    """Reads a record from front to back, a few bodies at a time. Raises BadRecord for the first thing wrong."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._number = 0
        self.position = 0
        self.timestamp = 0
        self.timestamp = self._read_first()

    def groups(self) -> Iterator[EventGroup]:
        data: list[bytes] = []
        start = self.position + BLOCK
        while (record := self._read()) is not None:
            name, body = record
            if name == f"{sha256_hex(body)}.event.json":
                yield EventGroup(data, body, self._number - 1, start)
                data, start = [], self.position + BLOCK
            elif name == f"{sha256_hex(body)}.data.json":
                data.append(body)
                if len(data) > 4:
                    raise BadRecord("Too many data records before an event.", where=f"record {self._number - 1}")
            else:
                raise BadRecord("The name of this record is not the hash of its body.", where=self._where())
        if data:
            raise BadRecord("The record ends with data that no event is about.", where=self._where())

    def _where(self) -> str:
        return f"record {self._number - 1}"

    def _read_first(self) -> int:
        where = "record 0"
        block = self._file.read(BLOCK)
        if not block.startswith(_FIRST.encode() + b"\0") or len(block) < BLOCK:
            raise BadRecord("This file does not begin as a record of version 1 does.", where=where)
        self._number = 1
        body = self._body(block, where)
        first = fields(canonical_json(body, where=where, limit=1000), ("version", "timestamp"), where=where)
        stamp = string(first["timestamp"], where=where)
        if first["version"] != 1 or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10):
            raise BadRecord("Only records of version 1 are known.", where=where)
        if block != header(_FIRST, len(body), int(stamp)):
            raise BadRecord("The header of this record is not written as it must be.", where=where)
        return int(stamp)

    def _read(self) -> tuple[str, bytes] | None:
        block = self._file.read(BLOCK)
        if not block:
            return None
        where = f"record {self._number}"
        self._number += 1
        if len(block) < BLOCK:
            raise BadRecord("The file ends in the middle of a record.", where=where)
        body = self._body(block, where)
        name = block[:100].rstrip(b"\0").decode("ascii", "replace")
        if len(name) > 80 or block != header(name, len(body), self.timestamp):
            raise BadRecord("The header of this record is not written as it must be.", where=where)
        return name, body

    def _body(self, block: bytes, where: str) -> bytes:
        digits = block[124:135]
        if not digits.isdigit() or int(digits) > 10**10 or any(digit not in b"01234567" for digit in digits):
            raise BadRecord("The size of this record cannot be read.", where=where)
        size = int(digits, 8)
        if size > LARGEST_BODY:
            raise BadRecord(f"A body of {size} bytes is larger than any that a record holds.", where=where)
        padded = self._file.read(size + -size % BLOCK)
        if len(padded) < size + -size % BLOCK:
            raise BadRecord("The file ends in the middle of a record.", where=where)
        if any(padded[size:]):
            raise BadRecord("There is something in the padding after this record.", where=where)
        self.position += BLOCK + len(padded)
        return padded[:size]
