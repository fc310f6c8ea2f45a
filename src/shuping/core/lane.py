"""A lane of its own for whoever brings files: reading them takes seconds, and six threads serve the whole site.

One upload at a time for a person and two in all; the others wait here, where waiting costs no thread.
"""

import asyncio
from collections import Counter, defaultdict
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError, close_old_connections

from shuping.core.wire import App, Message, Receive, Scope, Send

TOGETHER = 2  # uploads under way at a time; as many threads has `uploads`
MOST_OF_ONE = 3  # of one person, the one under way included
MOST = 40
BUSY = "/busy/"  # the page that says so
FILES = b"multipart/"  # Django takes files from nothing else


class Lane:
    """Passes a request that brings files to `uploads` when its turn has come, every other one to `inner` at once."""

    def __init__(self, inner: App, uploads: App) -> None:
        self.inner, self.uploads = inner, uploads
        self.here: Counter[str] = Counter()
        self.turn: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.threads = asyncio.Semaphore(TOGETHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _brings_files(scope):
            await self.inner(scope, receive, send)
            return
        person = await asyncio.to_thread(_person, scope)
        if self.here.total() >= MOST or self.here[person] >= MOST_OF_ONE:
            await self.inner(*_refused(scope), send)
            return
        self.here[person] += 1
        try:
            async with self.turn[person], self.threads:
                await self.uploads(scope, receive, send)
        finally:
            self._leave(person)

    def _leave(self, person: str) -> None:
        self.here[person] -= 1
        if not self.here[person]:
            del self.here[person], self.turn[person]


def _brings_files(scope: Scope) -> bool:
    return any(name == b"content-type" and FILES in value.lower() for name, value in scope["headers"])


def _person(scope: Scope) -> str:
    """Who is signed in, in however many browsers; whoever is not waits in one line with all others who are not."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        session = SimpleCookie(cookies.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
        close_old_connections()
        store = import_module(settings.SESSION_ENGINE).SessionStore(session.value if session else None)
        return str(store.get(SESSION_KEY, ""))
    except (CookieError, DatabaseError):
        return ""


def _refused(scope: Scope) -> tuple[Scope, Receive]:
    """The request for the page that says why, in the place of the one that came."""
    kept = [(name, value) for name, value in scope["headers"] if not name.startswith(b"content-")]
    asked = {**scope, "method": "GET", "path": BUSY, "raw_path": BUSY.encode(), "query_string": b"", "headers": kept}

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    return asked, nothing
