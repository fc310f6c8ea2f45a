"""Pages that are pushed to whoever follows them: drawn once per change and language, as somebody without an account
would get them, and sent to every viewer as the same bytes. Two thousand phones do not ask two thousand times.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Self

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from shuping.core.following import Followed
from shuping.core.saying_no import Refusal
from shuping.core.wire import App, Message

ADDRESS = re.compile(r"(/[a-z]+/)([0-9]{1,18})/")
MOST = 200  # different pages that are followed at once; each is drawn for itself
SOON, LATEST = 0.1, 30.0  # seconds until a page whose drawing failed is drawn again: at first, and at most
LATER = 10  # seconds
NOT_THERE = "没有这个页面。 / There is no such page."
CROWDED = "同时关注的页面太多，请稍后再来。 / Too many different pages are followed just now; please come back later."


@dataclass(frozen=True)
class Subject:
    """What a page is about: the topics on whose change it is drawn again, and whether nothing more will happen."""

    topics: tuple[str, ...]
    over: bool = False


Find = Callable[[int], Subject | None]
_finders: dict[str, Find] = {}


def register(prefix: str, find: Find) -> None:
    """Let pages be pushed whose address is the prefix and a key (`/now/3/`). `find` tells what the page with the key
    is about, None when there is none. It is asked in a thread.
    """
    _finders[prefix] = find


@dataclass(frozen=True)
class Page:
    """A page in a language."""

    prefix: str
    key: int
    language: str

    @property
    def path(self) -> str:
        """Its address."""
        return f"{self.prefix}{self.key}/"

    @classmethod
    def asked_for(cls, path: str, headers: Mapping[bytes, bytes]) -> Self | None:
        """The page of an address in the viewer's language; None when pages at this address are not pushed."""
        found = ADDRESS.fullmatch(path)
        return cls(found[1], int(found[2]), language_of(headers)) if found and found[1] in _finders else None

    async def find(self) -> Subject | None:
        """What it is about; None when it is not there."""
        return await asyncio.to_thread(_find, self)


def _find(page: Page) -> Subject | None:
    close_old_connections()
    return _finders[page.prefix](page.key)


def language_of(headers: Mapping[bytes, bytes]) -> str:
    """As the site itself chooses: what was set by hand, else the first language of the browser that the site has."""
    try:
        chosen = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(settings.LANGUAGE_COOKIE_NAME)
    except CookieError:
        chosen = None
    asked = [chosen.value] if chosen else []
    asked += [
        code for code, _weight in parse_accept_lang_header(headers.get(b"accept-language", b"").decode("latin-1"))
    ]
    for code in asked:
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


class Drawn(Followed[bytes]):
    """One page that somebody follows: the state is its newest drawing, as the bytes of an event."""

    def __init__(self, page: Page, subject: Subject, site: App) -> None:
        super().__init__(b"")
        self.page, self.subject, self.site = page, subject, site
        self._stamp: tuple[int, ...] | None = None
        self._pause, self._not_before = 0.0, 0.0

    def news(self, seen: bytes) -> bytes:
        """The page itself, when it looks different."""
        return b"" if self.state == seen else self.state

    def look(self, versions: Mapping[str, int]) -> None:
        """Draw the page again when a topic has another version than the last drawing; one drawing at a time, and after
        one that failed not at once.
        """
        stamp = tuple(versions.get(topic, 0) for topic in self.subject.topics)
        if stamp != self._stamp and not self.busy() and asyncio.get_running_loop().time() >= self._not_before:
            self._work = asyncio.create_task(self._draw(stamp))

    async def check(self) -> None:
        """When it is over, draw it for the last time."""
        with contextlib.suppress(DatabaseError):
            subject = await self.page.find()
            if subject is None or subject.over:
                await self._draw(self._stamp)

    async def _draw(self, stamp: tuple[int, ...] | None) -> None:
        try:
            subject = await self.page.find()
            status, body = await _ask(self.site, self.page)
        except DatabaseError:
            subject, status, body = self.subject, 503, b""
        if status == 200 and subject:
            self.subject, self._stamp, self._pause = subject, stamp, 0.0
            self._show(body, over=subject.over)
        elif status == 404 or subject is None:
            self._show(b"", over=True)
        else:
            self._pause = min(LATEST, self._pause * 2 or SOON)
            self._not_before = asyncio.get_running_loop().time() + self._pause

    def _show(self, body: bytes, *, over: bool) -> None:
        lines = [f"data: {line}\n" for line in body.decode().splitlines() if line.strip()]
        drawn = f"event: page\n{''.join(lines)}\n".encode() if lines else self.state
        if drawn != self.state or over:
            self.state, self.over = drawn, over
            self.wake()


class LookUp:
    """Whether pages are there: asked once for all who want to know at the same time."""

    def __init__(self) -> None:
        self.asked: dict[Page, asyncio.Task[Subject | None]] = {}

    async def __call__(self, page: Page) -> Subject:
        """What the page is about. Raises Refusal when it is not there."""
        if page not in self.asked:
            self.asked[page] = asyncio.create_task(page.find())
        try:
            subject = await asyncio.shield(self.asked[page])
        except DatabaseError:
            raise Refusal(503, CROWDED, again_after=LATER) from None
        finally:
            self.asked.pop(page, None)
        if subject is None:
            raise Refusal(404, NOT_THERE)
        return subject


async def _ask(site: App, page: Page) -> tuple[int, bytes]:
    """Ask the site for the part of the page that changes, without any cookie."""
    scheme, _, host = settings.ADDRESS.partition("://")
    headers = [(b"host", host.encode()), (b"accept-language", page.language.encode()), (b"hx-request", b"true")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": scheme,
        "path": page.path,
        "raw_path": page.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    answer = _Answer()
    await site(scope, answer.receive, answer.send)
    return answer.status, bytes(answer.body)


class _Answer:
    """Collects what the site answers."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 0, bytearray(), False

    async def receive(self) -> Message:
        if self.asked:
            await asyncio.Event().wait()
        self.asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")
