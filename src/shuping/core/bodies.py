"""What a request brings along is awaited here, where waiting costs no thread: a few telephones on a bad network, each
in the middle of sending, would otherwise hold every thread of the site.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from typing import IO

from shuping.core.wire import App, Message, Receive, Scope, Send

LARGEST = 25_000_000  # bytes; above the largest upload of any room, which refuses its own in words
IN_MEMORY = 500_000  # bytes; a ballot never touches the disk before it is in the database
PIECE = 64 * 1024
SILENCE = 60.0  # seconds without a byte


class Refusal(Exception):
    """The body is not awaited any longer: the status, and a sentence in both languages of the site."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Bodies:
    """Hands a request to `inner` only when all of its body is there. `largest` says in bytes what is awaited at
    addresses that begin so; elsewhere LARGEST holds.
    """

    def __init__(self, inner: App, largest: Mapping[str, int] | None = None) -> None:
        self.inner, self.largest = inner, largest or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            try:
                whole = await _fill(body, _length(scope), receive, self._most(scope["path"]))
            except Refusal as refusal:
                await _answer(send, refusal)
                return
            if whole:
                await self.inner(scope, _from(body, receive), send)

    def _most(self, path: str) -> int:
        return next((most for prefix, most in self.largest.items() if path.startswith(prefix)), LARGEST)


def _length(scope: Scope) -> int:
    """How many bytes are announced; 0 when that is not said."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    return int(told) if told.isdigit() else 0


async def _fill(body: IO[bytes], announced: int, receive: Receive, most: int) -> bool:
    """Await the whole body; False when the sender has left. Raises Refusal."""
    if announced > most:
        raise Refusal(413, "这个文件太大。 / This file is too large.")
    while True:
        try:
            async with asyncio.timeout(SILENCE):
                message = await receive()
        except TimeoutError:
            raise Refusal(408, "网络中断，请重新发送。 / The network was interrupted; please send it again.") from None
        if message["type"] == "http.disconnect":
            return False
        body.write(message.get("body", b""))
        if body.tell() > most:
            raise Refusal(413, "这个文件太大。 / This file is too large.")
        if not message.get("more_body"):
            body.seek(0)
            return True


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


async def _answer(send: Send, refusal: Refusal) -> None:
    # Whoever is refused in mid-body may still be sending: the connection cannot serve another request.
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": str(refusal).encode()})
