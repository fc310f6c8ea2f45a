"""Connections on which a request is awaited: for how long, and which of them make room when descriptors run short.

The server beneath has no limit of time before a request is complete. Here the head of a request has ten seconds, and
an answer has to be fetched; a body has its time in `core.bodies`. When it is crowded, whoever has not sent a whole
request goes, the longest wait first: no address is counted, because a hall sits behind one.
"""

import asyncio
from enum import Enum
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from shuping.core import descriptors

HEAD = 10.0  # seconds until the head of a request is there
PIECE = 16 * 1024  # bytes; more than a head may have is never looked at in one go
WASTE = 64 * 1024  # bytes of a request that are no body: of chunks a byte long five sixths are lengths
FETCHED, WITHIN = 32 * 1024, 30.0  # bytes of an answer that have to be fetched within so many seconds
LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Phase(Enum):
    """What a connection waits for."""

    IDLE = "between two requests"
    HEAD = "the head of a request"
    BODY = "the body of a request"
    ANSWER = "the answer"


class Waiting:
    """Every connection, and those on which something is awaited from the other side in the order in which the wait
    began.
    """

    def __init__(self) -> None:
        self.all: set[Connection] = set()
        self.phases: dict[Phase, dict[Connection, float]] = {phase: {} for phase in Phase if phase != Phase.ANSWER}
        self.others = descriptors.OWN  # descriptors that are no connections

    def enter(self, connection: "Connection", phase: Phase, now: float) -> None:
        """A connection begins to wait for something else."""
        self._wait_no_more(connection)
        if phase in self.phases:
            self.phases[phase][connection] = now

    def leave(self, connection: "Connection") -> None:
        """A connection is gone."""
        self.all.discard(connection)
        self._wait_no_more(connection)

    def _wait_no_more(self, connection: "Connection") -> None:
        for connections in self.phases.values():
            connections.pop(connection, None)

    def make_room(self) -> None:
        """While it is crowded, close one after the other."""
        while len(self.all) + self.others >= descriptors.crowded():
            chosen = self._dispensable()
            if chosen is None:
                return
            self.leave(chosen)
            chosen.transport.abort()

    def _dispensable(self) -> "Connection | None":
        """Of those between two requests, else of those without a whole one, the longest wait."""
        idle, *unfinished = (next(iter(found.items()), None) for found in self.phases.values())
        oldest = min(filter(None, unfinished), key=lambda found: found[1], default=None)
        chosen = idle or oldest
        return chosen[0] if chosen else None

    def count(self) -> None:
        """See how many descriptors the site itself uses."""
        self.others = max(0, descriptors.in_use() - len(self.all))

    def sweep(self, now: float) -> None:
        """Close those whose time for a head is over, and whatever has to make room."""
        late = [connection for connection, since in self.phases[Phase.HEAD].items() if now - since > HEAD]
        for connection in late:
            connection.end_waiting()
        self.make_room()


class Connection(H11Protocol):
    """One connection, as the server beneath serves it, within limits of time and waste."""

    def __init__(self, waiting: Waiting, **given: Any) -> None:
        super().__init__(**given)
        self.waiting = waiting
        self.phase: Phase | None = None
        self.wasted = self.unsent = 0
        self.watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a head; when it is crowded, one that waits goes."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self.waiting.all.add(self)
        self._enter(Phase.HEAD)
        self.waiting.make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.waiting.leave(self)
        if self.watch is not None:
            self.watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, a head's length at a time, as long as it leads anywhere."""
        for begin in range(0, len(data), PIECE):
            if self.transport.is_closing():
                return
            self._take(data[begin : begin + PIECE])
        self._settle(came=True)

    def _take(self, piece: bytes) -> None:
        cycle = self.cycle
        before = len(cycle.body) if cycle is not None and cycle.more_body else None
        super().data_received(piece)
        if self.cycle is not cycle:
            self.wasted = 0
        elif before is not None:
            self.wasted += len(piece) - (len(cycle.body) - before)
            if self.wasted > WASTE:
                self.transport.abort()

    def on_response_complete(self) -> None:
        """Wait for the next request, and for the answer to be fetched."""
        super().on_response_complete()
        self._settle(came=False)
        self._watch_fetching()

    def _settle(self, *, came: bool) -> None:
        """Enter the phase in which the connection is now."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._enter(Phase.BODY if self.cycle.more_body else Phase.ANSWER)
        elif self.phase != Phase.HEAD:
            self._enter(Phase.HEAD if came else Phase.IDLE)

    def _enter(self, phase: Phase) -> None:
        if phase != self.phase:
            self.phase = phase
            self.waiting.enter(self, phase, self.loop.time())

    def end_waiting(self) -> None:
        """Close it without a request; whoever had begun one is told that it took too long."""
        self.waiting.leave(self)
        if self.conn.trailing_data[0] and self.conn.our_state is h11.IDLE:
            self.transport.write(LATE)
        self.transport.close()

    def pause_writing(self) -> None:
        """More of the answer waits than the other side has fetched."""
        super().pause_writing()
        self._watch_fetching()

    def _watch_fetching(self) -> None:
        if self.watch is None and self.transport.get_write_buffer_size():
            self.unsent = self.transport.get_write_buffer_size()
            self.watch = self.loop.call_later(WITHIN, self._look_at_fetching)

    def _look_at_fetching(self) -> None:
        self.watch = None
        if self.transport.get_write_buffer_size() > max(0, self.unsent - FETCHED):
            self.transport.abort()
        else:
            self._watch_fetching()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request; in the middle of an answer there is nothing to say any more."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _should_upgrade(self) -> bool:
        return False  # there is nothing here but HTTP; an ordinary answer says so
