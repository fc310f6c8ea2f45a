"""What a request brings along is awaited here, where waiting costs no thread: a few telephones on a bad network, each
in the middle of sending, would otherwise hold every thread of the site. For how long, and how much of it lies here at
once, is bounded; where it is too much, the body that has been on its way for longest goes.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from shuping.core.saying_no import Refusal, answer
from shuping.core.wire import App, Message, Receive, Scope, Send

LARGEST = 25_000_000  # bytes; above the largest upload of any room, which refuses its own in words
TOGETHER = 100_000_000  # bytes of all bodies of one purse that lie here at once
IN_MEMORY = 500_000  # bytes; a ballot never touches the disk before it is in the database
PIECE = 64 * 1024
SILENCE = 60.0  # seconds without a byte
GRACE, RATE = 60.0, 20_000  # seconds that every body has, and the bytes a second that it has to bring beyond them
LATER = 5  # seconds

TOO_LARGE = "这个文件太大。 / This file is too large."
INTERRUPTED = "网络中断，请重新发送。 / The network was interrupted; please send it again."
CROWDED = "同时发送的内容太多，请稍后重新发送。 / Too much is being sent just now; please send it again in a moment."
TWO_LENGTHS = "请求的长度自相矛盾。 / The request contradicts itself about its length."


@dataclass
class Purse:
    """What the bodies of one kind may take: each of them, and all that are here at once."""

    largest: int = LARGEST
    together: int = TOGETHER
    held: int = 0
    coming: "dict[Body, None]" = field(default_factory=dict)  # those on their way, the oldest first

    def pay(self, body: "Body", number: int) -> None:
        """So many bytes more of a body are here; the oldest on their way make room for it. Raises Refusal when it is
        the oldest itself.
        """
        body.size, self.held = body.size + number, self.held + number
        while self.held > self.together:
            oldest = next(iter(self.coming))
            self.release(oldest)
            if oldest is body:
                raise Refusal(503, CROWDED, again_after=LATER)
            oldest.make_room()

    def release(self, body: "Body") -> None:
        """A body takes nothing any more."""
        self.coming.pop(body, None)
        self.held, body.size = self.held - body.size, 0


class Body:
    """One body on its way."""

    def __init__(self, purse: Purse, file: IO[bytes]) -> None:
        self.purse, self.file = purse, file
        self.size, self.begun = 0, asyncio.get_running_loop().time()
        self.limit = asyncio.timeout(None)
        self.must_go = self.whole = False

    async def fill(self, announced: int, receive: Receive) -> bool:
        """Await all of it; False when the sender has left. Raises Refusal."""
        if announced > self.purse.largest:
            raise Refusal(413, TOO_LARGE)
        self.purse.coming[self] = None
        while True:
            message = await self._next(receive)
            if message["type"] == "http.disconnect":
                return False
            self.whole = not message.get("more_body")
            self._take(message.get("body", b""))
            if self.whole:
                self.purse.coming.pop(self)
                self.file.seek(0)
                return True

    async def _next(self, receive: Receive) -> Message:
        now = asyncio.get_running_loop().time()
        until = min(now + SILENCE, self.begun + GRACE + self.size / RATE)
        self.limit = asyncio.timeout_at(now if self.must_go else until)
        try:
            async with self.limit:
                return await receive()
        except TimeoutError:
            raise Refusal(503, CROWDED, again_after=LATER) if self.must_go else Refusal(408, INTERRUPTED) from None

    def _take(self, piece: bytes) -> None:
        if self.file.tell() + len(piece) > self.purse.largest:
            raise Refusal(413, TOO_LARGE)
        self.purse.pay(self, len(piece))
        self.file.write(piece)

    def make_room(self) -> None:
        """Await it no longer: it has been on its way for longest, and others need the room."""
        self.must_go = True
        self.limit.reschedule(asyncio.get_running_loop().time())


class Bodies:
    """Hands a request to `inner` only when all of its body is there. `purses` says what is awaited at addresses that
    begin so; all others share one.
    """

    def __init__(self, inner: App, purses: Mapping[str, Purse] | None = None) -> None:
        self.inner, self.purses, self.usual = inner, purses or {}, Purse()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            body = Body(self._purse(scope["path"]), file)
            try:
                if await body.fill(_length(scope), receive):
                    await self.inner(_with_length(scope, body.size), _from(file, receive), send)
            except Refusal as refusal:
                body.purse.release(body)
                await answer(send, refusal, None if body.whole else receive)
            finally:
                body.purse.release(body)

    def _purse(self, path: str) -> Purse:
        return next((purse for prefix, purse in self.purses.items() if path.startswith(prefix)), self.usual)


def _length(scope: Scope) -> int:
    """How many bytes are announced; 0 when that is not said. Raises Refusal when it is said twice: whoever stands
    between may read the other one, and take what follows for another request.
    """
    headers = dict(scope["headers"])
    if b"content-length" in headers and b"transfer-encoding" in headers:
        raise Refusal(400, TWO_LENGTHS)
    told = headers.get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


def _with_length(scope: Scope, size: int) -> Scope:
    """The site reads as many bytes as are announced: of what came in pieces, the length is known now."""
    if b"transfer-encoding" not in dict(scope["headers"]):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"transfer-encoding"]
    return {**scope, "headers": [*kept, (b"content-length", str(size).encode())]}


def _from(body: IO[bytes], receive: Receive) -> Receive:
    """What `inner` receives: the body in pieces, then whatever comes after it."""
    ended = False

    async def give() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        piece = body.read(PIECE)
        ended = len(piece) < PIECE
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return give
