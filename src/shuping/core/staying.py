"""An open live page counts as use: whoever has one stays signed in, and whoever is signed out loses it.

Stands in front of the streams, without a thread of its own: one look at the table for all of them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from shuping.core import knocks, limits, sessions
from shuping.core.live import PATH
from shuping.core.streams import Streams
from shuping.core.wire import Message, Receive, Scope, Send

LOOK = 5.0  # seconds until whoever was signed out elsewhere loses the stream
WRITE = 60.0  # seconds between two times at which uses are written down
TIDY = 300.0  # seconds between two times at which what is over is deleted

Answer = TypeVar("Answer", bool, set[str], None)


class Viewer:
    """A stream of somebody who is signed in; `gone` when that is over."""

    def __init__(self, key: str, receive: Receive) -> None:
        self.key, self._receive = key, receive
        self.gone = asyncio.Event()

    async def receive(self) -> Message:
        """What the viewer sends, or that the viewer has left once the session is over."""
        told, gone = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self.gone.wait())
        try:
            await asyncio.wait({told, gone}, return_when=asyncio.FIRST_COMPLETED)
            return told.result() if told.done() else {"type": "http.disconnect"}
        finally:
            told.cancel()
            gone.cancel()


class Staying:
    """Passes every request on; follows the streams of those who are signed in."""

    def __init__(self, inner: Streams) -> None:
        self.inner = inner
        self.viewers: set[Viewer] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; as long as the server lives, look after its sessions."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        key = _key(scope) if scope["type"] == "http" and scope["path"] == PATH else ""
        if key and await _ask(lambda: bool(sessions.open_among([key])), otherwise=False):
            await self._follow(Viewer(key, receive), scope, send)
        else:
            await self.inner(scope, receive, send)

    def end(self) -> None:
        """Let every stream end (for the handler of a signal)."""
        self.inner.end()

    async def _follow(self, viewer: Viewer, scope: Scope, send: Send) -> None:
        self.viewers.add(viewer)
        try:
            await self.inner(scope, viewer.receive, send)
        finally:
            self.viewers.discard(viewer)
        if viewer.gone.is_set():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        works = ((self.look, LOOK), (self.write, WRITE), (_tidy, TIDY))
        tasks = [asyncio.create_task(_again(work, every)) for work, every in works]
        try:
            await self.inner(scope, receive, send)
        finally:
            for task in tasks:
                task.cancel()

    async def look(self) -> None:
        """End the streams of those whose session is over."""
        keys = {viewer.key for viewer in self.viewers}
        if not keys:
            return
        still = await _ask(lambda: sessions.open_among(keys), otherwise=keys)
        for viewer in self.viewers:
            if viewer.key in keys - still:
                viewer.gone.set()

    async def write(self) -> None:
        """Write down who used the site in the last minute, whoever has a live page open among them."""
        sessions.note({viewer.key for viewer in self.viewers})
        await _ask(sessions.write_noted, otherwise=None)


def _key(scope: Scope) -> str:
    """The digest of the session that a browser holds; empty when it holds none."""
    told = dict(scope.get("headers", [])).get(b"cookie", b"").decode("latin-1")
    try:
        found = SimpleCookie(told).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        found = None
    return sessions.digest(found.value) if found else ""


async def _tidy() -> None:
    for tidy in (sessions.tidy, limits.tidy, knocks.tidy):
        await _ask(tidy, otherwise=None)


async def _again(work: Callable[[], Awaitable[None]], every: float) -> None:
    while True:
        await work()
        await asyncio.sleep(every)


async def _ask(question: Callable[[], Answer], *, otherwise: Answer) -> Answer:
    """Ask the database beside the loop. While it is away, everything stays as it is."""

    def asked() -> Answer:
        close_old_connections()
        return question()

    try:
        return await asyncio.to_thread(asked)
    except DatabaseError:
        return otherwise
