"""Server-sent events for live pages: one reader of the database for any number of viewers.

Django keeps a thread for every open stream; this small ASGI app keeps none. A page that everybody sees alike
(`/live/?page=/now/3/`) comes through the stream itself, drawn once for all of them (`core.pushed`); every other page
follows the topics that were signed for it (`core.live.address`). There is no stream on anything else, and none that
goes on when what it tells of is over.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.db import DatabaseError, close_old_connections

from shuping.core import descriptors, live, pushed
from shuping.core.following import Followed, Topics, mark, marked
from shuping.core.saying_no import Refusal, answer
from shuping.core.wire import App, Receive, Scope, Send

EVERY = 0.1  # seconds between two looks at the table of signals
HEARTBEAT = 20.0  # seconds; keeps proxies from closing a silent stream
FRESH = 10.0  # seconds; a change this young may have come between drawing a page and its stream
LATER = 10  # seconds
MOST_FIELDS = 20  # of a query
FULL = "现在关注的人太多，请稍后刷新。 / Too many pages are open just now; please reload in a moment."

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Streams:
    """Answers `/live/` and passes every other request to `inner`."""

    def __init__(self, inner: App) -> None:
        self.inner = inner
        self.known: dict[str, int] = {}
        self.noticed: dict[str, float] = {}
        self.reader: asyncio.Task[None] | None = None
        self.followed: dict[Any, Followed[Any]] = {}
        self.look_up = pushed.LookUp()
        self.told: dict[asyncio.Task[None], Send] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == live.PATH:
            await self.stream(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send one event per change of a topic that the viewer follows, or the page itself, until the viewer leaves or
        it is over.
        """
        try:
            key, followed = await self._followed(scope)
        except Refusal as refusal:
            await answer(send, refusal)
            return
        followed.followers += 1
        try:
            await self._tell(followed, self._seen(key, scope), receive, send)
        finally:
            followed.followers -= 1
            if not followed.followers and self.followed.get(key) is followed:
                del self.followed[key]

    async def _followed(self, scope: Scope) -> tuple[Any, Followed[Any]]:
        """What is asked for, as all who follow it share it. Raises Refusal."""
        if len(self.told) >= descriptors.for_streams():
            raise Refusal(503, FULL, again_after=LATER)
        page = pushed.Page.asked_for(_asked(scope, "page"), dict(scope.get("headers", [])))
        if page is not None:
            return page, self.followed.get(page) or await self._page(page)
        topics = live.topics_of(_asked(scope, "topics"))
        if not topics:
            raise Refusal(404, pushed.NOT_THERE)
        if topics not in self.followed:
            self.followed[topics] = Topics(topics, self.known)
        return topics, self.followed[topics]

    async def _page(self, page: pushed.Page) -> Followed[Any]:
        subject = await self.look_up(page)
        if page not in self.followed:
            if sum(isinstance(key, pushed.Page) for key in self.followed) >= pushed.MOST:
                raise Refusal(503, pushed.CROWDED, again_after=LATER)
            self.followed[page] = pushed.Drawn(page, subject, self.inner)
            self.followed[page].look(self.known)
        return self.followed[page]

    async def _tell(self, followed: Followed[Any], seen: Any, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        retry = f"retry: {random.randint(1000, 4000)}\n"  # noqa: S311 - spreads reconnections
        begin = f"{retry}id: {mark(seen)}\n\n" if seen else f"{retry}\n"
        await send({"type": "http.response.body", "body": begin.encode(), "more_body": True})
        teller = asyncio.create_task(followed.follow(send, seen))
        self.told[teller], self.loop = send, asyncio.get_running_loop()
        self._start_reader()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            del self.told[teller]
            teller.cancel()

    def _seen(self, key: Any, scope: Scope) -> Any:
        """What the viewer has surely drawn: nothing of a page; of topics the versions that a browser which comes back
        names, else those before the latest change when that is fresh.
        """
        if isinstance(key, pushed.Page):
            return b""
        last = dict(scope.get("headers", [])).get(b"last-event-id", b"").decode("latin-1")
        return marked(last, key) or tuple(self._drawn(topic) for topic in key)

    def _drawn(self, topic: str) -> int:
        age = asyncio.get_running_loop().time() - self.noticed.get(topic, float("-inf"))
        return self.known.get(topic, 0) - (age < FRESH)

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

    def _start_reader(self) -> None:
        if self.reader is None or self.reader.done():
            self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        beat = asyncio.get_running_loop().time()
        while self.told:
            self._notice(await self._look())
            if asyncio.get_running_loop().time() - beat > HEARTBEAT:
                for followed in list(self.followed.values()):
                    followed.beat()
                beat += HEARTBEAT
            await asyncio.sleep(EVERY)

    def _notice(self, found: Mapping[str, int]) -> None:
        now = asyncio.get_running_loop().time()
        self.noticed |= {topic: now for topic in found if found[topic] != self.known.get(topic)}
        self.known = dict(found)
        for followed in list(self.followed.values()):
            followed.look(found)

    async def _look(self) -> dict[str, int]:
        try:
            return await asyncio.to_thread(_versions)
        except DatabaseError:
            # It is away for a moment: whoever is on a stream stays there, and hears of everything once it is back.
            return self.known


def _asked(scope: Scope, name: str) -> str:
    """What the query says under a name; empty when it does not, or is none."""
    try:
        asked = parse_qs(str(scope["query_string"], "latin-1"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return ""
    return asked.get(name, [""])[0]


def _versions() -> dict[str, int]:
    close_old_connections()
    return live.versions()


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
