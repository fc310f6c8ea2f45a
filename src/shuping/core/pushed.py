"""Pages that are pushed to whoever follows them: drawn once per change and language, as somebody without an account
would get them, and sent to every viewer as the same bytes. Two thousand phones do not ask two thousand times.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Self

from django.conf import settings
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from shuping.core.wire import App, Message, Send

PAGES = re.compile(r"/now/[0-9]{1,18}/")  # those that have a part of their own for pushing
SILENCE = b": .\n\n"


@dataclass(frozen=True)
class Page:
    """A page in a language, and the topics on whose change it is drawn again."""

    path: str
    language: str
    topics: tuple[str, ...]

    @classmethod
    def asked_for(cls, path: str, topics: list[str], headers: Mapping[bytes, bytes]) -> Self | None:
        """The page of an address in the viewer's language; None when pages at this address are not pushed."""
        return cls(path, language_of(headers), tuple(topics)) if PAGES.fullmatch(path) else None


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


class Followed:
    """One page that somebody follows: its newest drawing, as the bytes of an event."""

    def __init__(self, page: Page, site: App) -> None:
        self.page, self.site = page, site
        self.event = b""
        self.followers = 0
        self._stamp: tuple[int, ...] | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    async def follow(self, send: Send) -> None:
        """Send the page as it is and as it becomes, and now and then a comment that keeps the stream open."""
        last = b""
        while True:
            woken = self._woken
            if self.event == last:
                await woken.wait()
            what = SILENCE if self.event == last else self.event
            last = self.event
            await send({"type": "http.response.body", "body": what, "more_body": True})

    def look(self, versions: Mapping[str, int]) -> None:
        """Draw the page again when a topic has another version than the last drawing; one drawing at a time."""
        stamp = tuple(versions.get(topic, 0) for topic in self.page.topics)
        if stamp != self._stamp and (self._drawing is None or self._drawing.done()):
            self._drawing = asyncio.create_task(self._draw(stamp))

    def wake(self) -> None:
        """Let every follower send what is new, or a comment."""
        # An event of its own each time: whoever waits is woken once, and nobody waits for anybody else.
        self._woken, woken = asyncio.Event(), self._woken
        woken.set()

    async def _draw(self, stamp: tuple[int, ...]) -> None:
        status, body = await _ask(self.site, self.page)
        if status != 200:
            return  # the next look tries again
        self._stamp = stamp
        lines = [f"data: {line}\n" for line in body.decode().splitlines() if line.strip()]
        drawn = f"event: page\n{''.join(lines)}\n".encode()
        if drawn != self.event:
            self.event = drawn
            self.wake()


class Pages:
    """Every page that is followed at the moment."""

    def __init__(self, site: App) -> None:
        self.site = site
        self.followed: dict[Page, Followed] = {}

    async def follow(self, page: Page, versions: Mapping[str, int], send: Send) -> None:
        """Follow a page until cancelled; the last viewer who leaves takes it away."""
        followed = self.followed.setdefault(page, Followed(page, self.site))
        followed.followers += 1
        try:
            followed.look(versions)
            await followed.follow(send)
        finally:
            followed.followers -= 1
            if not followed.followers and self.followed.get(page) is followed:
                del self.followed[page]

    def look(self, versions: Mapping[str, int]) -> None:
        """Draw again what has changed."""
        for followed in self.followed.values():
            followed.look(versions)

    def wake(self) -> None:
        """Keep every stream open."""
        for followed in self.followed.values():
            followed.wake()


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
