"""The slot of the box: sealed ballots are taken here, past the framework's threads, and those that come while others
are being stored are stored together. A whole hall votes within seconds; everything that it does not need is left out.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections
from django.http import HttpResponse

from shuping.ballots import public_views
from shuping.core.wire import App, Receive, Scope, Send

CAST = re.compile(r"/v/([0-9A-Za-z-]+)/cast")
TOGETHER = 25  # ballots of one transaction: a hall's burst in a hundred syncs, and nobody waits for more than these
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
log = logging.getLogger(__name__)


class Slot:
    """Answers `POST /v/BALLOT/cast` and passes every other request to `inner`. One thread stores, in the order of
    arrival: threads that wait for the write lock of one database, and for each other, would only make it slower.
    """

    def __init__(self, inner: App) -> None:
        self.inner = inner
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="slot")
        self.waiting: dict[str, list[tuple[bytes, asyncio.Future[HttpResponse]]]] = {}
        self.teller: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = CAST.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if found is None:
            await self.inner(scope, receive, send)
        else:
            await _send(send, await self._answer(found[1], await _body(receive)))

    def _answer(self, identifier: str, raw: bytes) -> "asyncio.Future[HttpResponse]":
        answer: asyncio.Future[HttpResponse] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(identifier, []).append((raw, answer))
        if self.teller is None or self.teller.done():
            self.teller = asyncio.create_task(self._serve())
        return answer

    async def _serve(self) -> None:
        while self.waiting:
            identifier, queue = next(iter(self.waiting.items()))
            together, self.waiting[identifier] = queue[:TOGETHER], queue[TOGETHER:]
            if not self.waiting[identifier]:
                del self.waiting[identifier]
            raws = [raw for raw, _ in together]
            answers = await asyncio.get_running_loop().run_in_executor(self.thread, _answers, identifier, raws)
            for (_, waits), answer in zip(together, answers, strict=True):
                if not waits.done():
                    waits.set_result(answer)


def _answers(identifier: str, raws: Sequence[bytes]) -> list[HttpResponse]:
    """One after the other where storing them together fails: no ballot is refused because of another one."""
    close_old_connections()
    try:
        return list(public_views.answers(identifier, raws))
    except Exception:
        if len(raws) > 1:
            return [answer for raw in raws for answer in _answers(identifier, [raw])]
        log.exception("A ballot could not be answered.")
        return [public_views.busy()]


async def _body(receive: Receive) -> bytes:
    """The whole body; it lies there already, and is bounded (`core.bodies`)."""
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _send(send: Send, answer: HttpResponse) -> None:
    headers = {**answer.headers, **HEADERS, "Content-Length": str(len(answer.content))}
    told = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
    await send({"type": "http.response.body", "body": answer.content})
