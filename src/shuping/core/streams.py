"""Server-sent events for live pages: one reader of the database for any number of viewers.

Django keeps a thread for every open stream; this small ASGI app keeps none. A page that everybody sees alike
(`/live/?topic=meeting-3&page=/now/3/`) comes through the stream itself, drawn once for all of them (`core.pushed`).
"""

import asyncio
import random
from urllib.parse import parse_qs

from django.db import DatabaseError, close_old_connections

from shuping.core import live, pushed
from shuping.core.wire import App, Receive, Scope, Send

PATH = "/live/"
EVERY = 0.1  # seconds between two looks at the table of signals
HEARTBEAT = 20.0  # seconds; keeps proxies from closing a silent stream
MOST_TOPICS = 8
FRESH = 10.0  # seconds; a change this young may have come between drawing a page and its stream

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Streams:
    """Answers `/live/?topic=a&topic=b` and passes every other request to `inner`."""

    def __init__(self, inner: App) -> None:
        self.inner = inner
        self.known: dict[str, int] = {}
        self.noticed: dict[str, float] = {}
        self.changed = asyncio.Condition()
        self.reader: asyncio.Task[None] | None = None
        self.pages = pushed.Pages(inner)
        self.told: dict[asyncio.Task[None], Send] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await self.stream(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send one event per change of a topic that the viewer follows, or the page itself, until the viewer leaves."""
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        retry = f"retry: {random.randint(1000, 4000)}\n\n"  # noqa: S311 - spreads reconnections
        await send({"type": "http.response.body", "body": retry.encode(), "more_body": True})
        teller = asyncio.create_task(self._follow(scope, send))
        self.told[teller], self.loop = send, asyncio.get_running_loop()
        self._start_reader()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            del self.told[teller]
            teller.cancel()

    async def _follow(self, scope: Scope, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        topics = asked.get("topic", [])[:MOST_TOPICS]
        page = pushed.Page.asked_for(asked.get("page", [""])[0], topics, dict(scope.get("headers", [])))
        if page is not None:
            await self.pages.follow(page, self.known, send)
        else:
            await self._tell(topics, send)

    def end(self) -> None:
        """Let every stream end, so that a server which is asked to stop does not wait for its viewers; they come back
        by themselves. For the handler of a signal.
        """
        if self.loop is not None:
            asyncio.run_coroutine_threadsafe(self._end(), self.loop)

    async def _end(self) -> None:
        for teller, send in list(self.told.items()):
            teller.cancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, topics: list[str], send: Send) -> None:
        seen = {topic: self._seen(topic) for topic in topics}
        while True:
            changed = await self._next_change(seen)
            lines = "".join(f"event: {topic}\ndata: {version}\n\n" for topic, version in changed.items())
            seen.update(changed)
            await send({"type": "http.response.body", "body": (lines or ": .\n\n").encode(), "more_body": True})

    def _seen(self, topic: str) -> int:
        """The version that a page which connects now has surely drawn: one less when the topic has just changed."""
        age = asyncio.get_running_loop().time() - self.noticed.get(topic, float("-inf"))
        return self.known.get(topic, 0) - (age < FRESH)

    async def _next_change(self, seen: dict[str, int]) -> dict[str, int]:
        def news() -> dict[str, int]:
            return {topic: self.known[topic] for topic in seen if self.known.get(topic, 0) != seen[topic]}

        async with self.changed:
            try:
                await asyncio.wait_for(self.changed.wait_for(lambda: bool(news())), HEARTBEAT)
            except TimeoutError:
                return {}
            return news()

    def _start_reader(self) -> None:
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        beat = asyncio.get_running_loop().time()
        while self.told:
            found = await self._look()
            if found != self.known:
                now = asyncio.get_running_loop().time()
                async with self.changed:
                    self.noticed |= {topic: now for topic in found if found[topic] != self.known.get(topic)}
                    self.known = found
                    self.changed.notify_all()
            self.pages.look(self.known)
            if asyncio.get_running_loop().time() - beat > HEARTBEAT:
                self.pages.wake()
                beat += HEARTBEAT
            await asyncio.sleep(EVERY)

    async def _look(self) -> dict[str, int]:
        try:
            return await asyncio.to_thread(_versions)
        except DatabaseError:
            # It is away for a moment: whoever is on a stream stays there, and hears of everything once it is back.
            return self.known


def _versions() -> dict[str, int]:
    close_old_connections()
    return live.versions()


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
