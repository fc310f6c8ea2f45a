"""Recompute a whole record, from the first byte to the counts, and refuse the first thing that is wrong."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from ballotbox import chain
from ballotbox.archive import EventGroup, RecordReader
from ballotbox.ballot import Ballot, check_form, parse_ballot
from ballotbox.ballot_proofs import check_proofs
from ballotbox.chain import Chain
from ballotbox.credentials import check_credentials
from ballotbox.election import Election
from ballotbox.encoding import JSON, canonical_json, fields, integer, items, strict_json
from ballotbox.errors import (
    BadPoint,
    BadResult,
    BadTally,
    BadTrustees,
    BallotboxError,
    BrokenChain,
    DuplicateBallot,
    Unsupported,
    located,
)
from ballotbox.groups import Element, Group
from ballotbox.tally import EncryptedTally, TallyBuilder, combine
from ballotbox.trustees import Trustees

#: Of each event: how many data records come before it, and which events may come after it.
_GRAMMAR = {
    chain.SETUP: (4, (chain.BALLOT, chain.END_BALLOTS)),
    chain.BALLOT: (1, (chain.BALLOT, chain.END_BALLOTS)),
    chain.END_BALLOTS: (0, (chain.ENCRYPTED_TALLY,)),
    chain.ENCRYPTED_TALLY: (2, (chain.PARTIAL_DECRYPTION,)),
    chain.PARTIAL_DECRYPTION: (2, (chain.PARTIAL_DECRYPTION, chain.RESULT)),
    chain.RESULT: (1, ()),
}


@dataclass(frozen=True)
class Summary:
    """What a sound record says."""

    election: Election
    group: str
    counts: list[list[int]]
    credentials: int  # on the list
    cast: int  # ballots in the record, replaced ones included
    accepted: int  # ballots counted: one for each credential that voted
    total_weight: int
    trustees: int
    partial_decryptions: tuple[int, ...]  # owners, in the order of the record
    trackers: tuple[str, ...]  # of every ballot, in the order of the record
    height: int
    head: str
    timestamp: int


Progress = Callable[[int, int], None]  # bytes read, bytes in all


def verify_record(path: str | PathLike[str], progress: Progress | None = None, *, workers: int = 1) -> Summary:
    """Check everything in a record and return what it says; with `workers` > 1 in as many processes.

    Reads the file as a stream: of a ballot only its tracker and its place are kept. Raises the
    BallotboxError of the first thing wrong, which names its place.
    """
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file, Path(path).open("rb") as again:
        reader = RecordReader(file)
        groups = reader.groups()
        verification = _Verification(_setup(groups), again)
        with _checker(verification.election, workers) as checker:
            try:
                for group in groups:
                    verification.take(group, checker)
                    if progress:
                        progress(reader.position, size)
            except BallotboxError:
                checker.drain()  # a fault further in front is the first one
                raise
        return verification.summary(reader.timestamp)


# --- the order of things ------------------------------------------------------------------------------------------


def _event_type(group: EventGroup, allowed: tuple[str, ...]) -> str:
    where = f"record {group.number}"
    value = strict_json(group.event, where=where, limit=1000)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in ("Shuffle", "EndShuffles"):
        raise Unsupported("Shuffles are not checked by this program.", where=where)
    if kind not in allowed:
        expected = " or ".join(allowed) or "the end of the record"
        raise BrokenChain(f"{expected} is expected here.", where=where)
    if len(group.data) != _GRAMMAR[kind][0]:
        raise BrokenChain(
            f"{len(group.data)} data records before {kind}; there must be {_GRAMMAR[kind][0]}.", where=where
        )
    return str(kind)


def _link(events: Chain, kind: str, group: EventGroup) -> None:
    """Raise BrokenChain unless this is exactly the event that must follow."""
    event = events.append(kind, group.data[-1] if group.data else None)
    if event.raw != group.event:
        raise BrokenChain("This event does not continue the chain.", where=f"record {group.number}")


# --- what is fixed when the ballot opens --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Setup:
    election: Election
    trustees: Trustees
    weights: dict[str, int]  # by credential
    events: Chain


def _setup(groups: Iterator[EventGroup]) -> _Setup:
    group = next(groups, None)
    if group is None:
        raise BrokenChain("The record holds no event.", where="record 1")
    kind = _event_type(group, (chain.SETUP,))
    events = Chain(keep=False)
    _link(events, kind, group)
    election_raw, trustees_raw, credentials_raw, payload = group.data
    if payload != chain.setup_payload(election_raw, trustees_raw, credentials_raw):
        raise BrokenChain("The set-up does not name what stands before it.", where=f"record {group.number}")
    election = Election.parse(election_raw)
    trustees = Trustees.parse(trustees_raw, election.group)
    trustees.verify()
    if trustees.public_key != election.public_key:
        raise BadTrustees("The public key of the election is not the one of these trustees.", where="trustees")
    return _Setup(election, trustees, _credentials(election.group, credentials_raw), events)


def _credentials(g: Group, raw: bytes) -> dict[str, int]:
    where = "public_credentials"
    return check_credentials(g, items(canonical_json(raw, where=where, limit=len(raw)), None, where=where))


# --- what follows -------------------------------------------------------------------------------------------------


class _Verification:
    """Takes the events one after another and keeps what the next ones need."""

    def __init__(self, setup: _Setup, file: BinaryIO) -> None:
        self.election = setup.election
        self._setup = setup
        self._file = file  # to read a replaced ballot again
        self._allowed = _GRAMMAR[chain.SETUP][1]
        self._builder = TallyBuilder(setup.election)
        self._last: dict[Element, tuple[int, int]] = {}  # offset and length of the ballot that counts
        self._trackers: dict[str, None] = {}
        self._tally: EncryptedTally | None = None
        self._partials: dict[int, bytes] = {}
        self._counts: list[list[int]] | None = None

    def take(self, group: EventGroup, checker: "_Checker") -> None:
        kind = _event_type(group, self._allowed)
        _link(self._setup.events, kind, group)
        self._allowed = _GRAMMAR[kind][1]
        place = f"record {group.number}"
        if kind == chain.BALLOT:
            with located(place):
                ballot = check_form(self.election, group.data[0], self._setup.weights)
            checker.check(ballot, place)
            with located(place):
                self._add(ballot, group.offset)
            return
        checker.drain()
        with located(place):
            if kind == chain.END_BALLOTS:
                self._tally = self._builder.finish()
            elif kind == chain.ENCRYPTED_TALLY:
                self._check_tally(*group.data)
            elif kind == chain.PARTIAL_DECRYPTION:
                self._partial(*group.data)
            else:
                self._check_result(group.data[0])

    def _add(self, ballot: Ballot, offset: int) -> None:
        if ballot.tracker in self._trackers:
            raise DuplicateBallot("This ballot is in the record twice.")
        self._trackers[ballot.tracker] = None
        weight = self._setup.weights[ballot.credential]
        try:
            if ballot.credential in self._last:
                self._builder.remove(self._read_again(*self._last[ballot.credential]), weight)
            self._builder.add(ballot, weight)
        except BadPoint:
            check_proofs(self.election, ballot)  # names the point
            raise
        self._last[ballot.credential] = (offset, len(ballot.raw))

    def _read_again(self, offset: int, length: int) -> Ballot:
        self._file.seek(offset)
        return parse_ballot(self.election, self._file.read(length))

    def _check_tally(self, raw: bytes, sized: bytes) -> None:
        assert self._tally is not None
        if raw != self._tally.raw:
            raise BadTally("The encrypted sum is not the sum of the ballots that count.")
        if sized != self._tally.sized():
            raise BadTally("The number of ballots or the total weight is wrong.")

    def _partial(self, raw: bytes, payload: bytes) -> None:
        value: JSON = canonical_json(payload, where="partial_decryption", limit=1000)
        owner = integer(fields(value, ("owner", "payload"), where="partial_decryption")["owner"], where="owner", low=1)
        if payload != chain.owned_payload(owner, raw):
            raise BrokenChain("The partial decryption does not name what stands before it.")
        if owner in self._partials:
            raise BrokenChain(f"Trustee {owner} gave a partial decryption twice.")
        self._partials[owner] = raw

    def _check_result(self, raw: bytes) -> None:
        assert self._tally is not None
        result = combine(self.election, self._setup.trustees, self._tally, self._partials)
        if raw != result.raw:
            raise BadResult("The counts are not what the partial decryptions give.")
        self._counts = result.counts

    def summary(self, timestamp: int) -> Summary:
        events = self._setup.events
        if self._counts is None or self._tally is None or events.head is None:
            raise BrokenChain(f"The record ends before {' or '.join(self._allowed)}.", where="end of the file")
        return Summary(
            election=self.election,
            group=self.election.group.name,
            counts=self._counts,
            credentials=len(self._setup.weights),
            cast=len(self._trackers),
            accepted=self._tally.num_tallied,
            total_weight=self._tally.total_weight,
            trustees=len(self._setup.trustees.owners),
            partial_decryptions=tuple(self._partials),
            trackers=tuple(self._trackers),
            height=events.height,
            head=events.head,
            timestamp=timestamp,
        )


# --- proofs, here or in other processes ---------------------------------------------------------------------------

_BATCH = 16  # ballots that go to another process together


class _Checker:
    """Checks proofs in this process."""

    def __init__(self, election: Election) -> None:
        self._election = election

    def check(self, ballot: Ballot, place: str) -> None:
        """Check this ballot, now or until the next `drain`; a refusal names the place given here."""
        with located(place):
            check_proofs(self._election, ballot)

    def drain(self) -> None:
        """Wait for everything that is still being checked."""


class _PoolChecker(_Checker):
    """Checks proofs in other processes, a few batches ahead; refusals come in the order of the record."""

    def __init__(self, election: Election, pool: ProcessPoolExecutor, ahead: int) -> None:
        super().__init__(election)
        self._pool = pool
        self._ahead = ahead
        self._batch: list[tuple[str, bytes]] = []
        self._running: deque[Future[None]] = deque()

    def check(self, ballot: Ballot, place: str) -> None:
        self._batch.append((place, ballot.raw))
        if len(self._batch) == _BATCH:
            self._submit()
        while len(self._running) > self._ahead:
            self._running.popleft().result()

    def drain(self) -> None:
        self._submit()
        while self._running:
            self._running.popleft().result()

    def _submit(self) -> None:
        self._running.append(self._pool.submit(_check_in_worker, self._batch))
        self._batch = []


@contextmanager
def _checker(election: Election, workers: int) -> Iterator[_Checker]:
    if workers <= 1:
        yield _Checker(election)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(election.raw,)) as pool:
        try:
            yield _PoolChecker(election, pool, ahead=2 * workers)
        finally:
            pool.shutdown(cancel_futures=True)


_elections: list[Election] = []  # in a worker process: the one election it works on


def _start_worker(raw: bytes) -> None:
    _elections.append(Election.parse(raw))


def _check_in_worker(batch: list[tuple[str, bytes]]) -> None:
    for place, raw in batch:
        with located(place):
            check_proofs(_elections[0], parse_ballot(_elections[0], raw))
