"""What pages follow, each thing once for any number of viewers: news is put together and waiting is done here, so that
a change wakes those whom it concerns and nobody else.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Generic, TypeVar

from django.db import DatabaseError, close_old_connections

from shuping.core import live
from shuping.core.wire import Send

SILENCE = b": .\n\n"
OVER = b"event: over\ndata: .\n\n"  # whoever hears it does not come back (`sse-close` of the page)
State = TypeVar("State")


class Followed(ABC, Generic[State]):
    """Something that viewers follow: how it stands, and whether that is the end of it."""

    def __init__(self, state: State) -> None:
        self.state, self.over, self.followers = state, False, 0
        self._work: asyncio.Task[None] | None = None
        self._woken = asyncio.Event()

    @abstractmethod
    def news(self, seen: State) -> bytes:
        """The events for somebody who has seen an earlier state."""

    @abstractmethod
    def look(self, versions: Mapping[str, int]) -> None:
        """Take notice of the versions of all topics; called often."""

    @abstractmethod
    async def check(self) -> None:
        """Find out how it stands; called now and then."""

    async def follow(self, send: Send, seen: State) -> None:
        """Send how it stands and becomes, and now and then a comment that keeps the stream open; until it is over."""
        while not (self.over and self.state == seen):
            woken = self._woken
            if self.state == seen:
                await woken.wait()
            told, state = self.news(seen), self.state
            await send({"type": "http.response.body", "body": told or SILENCE, "more_body": True})
            seen = state
        await send({"type": "http.response.body", "body": OVER, "more_body": False})

    def wake(self) -> None:
        """Let every follower send what is new, or a comment."""
        # An event of its own each time: whoever waits is woken once, and nobody waits for anybody else.
        self._woken, woken = asyncio.Event(), self._woken
        woken.set()

    def beat(self) -> None:
        """Keep every stream open, and see whether it is over."""
        self.wake()
        self.refresh()

    def refresh(self) -> None:
        """Find out how it stands, one look at a time."""
        if not self.busy():
            self._work = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        before = (self.state, self.over)
        await self.check()
        if (self.state, self.over) != before:
            self.wake()

    def busy(self) -> bool:
        """Whether it is at work on what it noticed last."""
        return self._work is not None and not self._work.done()


class Topics(Followed[tuple[int, ...]]):
    """Some topics, as one page follows them: the state is their versions."""

    def __init__(self, topics: tuple[str, ...], versions: Mapping[str, int]) -> None:
        super().__init__(_stamp(topics, versions))
        self.topics = topics
        self.refresh()

    def news(self, seen: tuple[int, ...]) -> bytes:
        """An event for each topic that changed, and the state: a browser that comes back says it again."""
        changed = [
            f"event: {topic}\ndata: {version}\n\n"
            for topic, version, old in zip(self.topics, self.state, seen, strict=True)
            if version != old
        ]
        return f"id: {mark(self.state)}\n{''.join(changed)}".encode() if changed else b""

    def look(self, versions: Mapping[str, int]) -> None:
        """Wake the followers when a topic changed."""
        if _stamp(self.topics, versions) != self.state:
            self.refresh()

    async def check(self) -> None:
        """Ask the rooms whose topics these are whether it is over, and only then for the last change."""
        with contextlib.suppress(DatabaseError):  # it is away for a moment; the next look tells
            self.over, self.state = await asyncio.to_thread(_standing, self.topics)


def mark(state: tuple[int, ...]) -> str:
    """The versions as the identifier of an event."""
    return ".".join(map(str, state))


def marked(words: str, topics: tuple[str, ...]) -> tuple[int, ...] | None:
    """What `mark` wrote of these topics; None when it is nothing of ours."""
    parts = words.split(".")
    sound = len(parts) == len(topics) and all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts)
    return tuple(map(int, parts)) if sound else None


def _stamp(topics: tuple[str, ...], versions: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(versions.get(topic, 0) for topic in topics)


def _standing(topics: tuple[str, ...]) -> tuple[bool, tuple[int, ...]]:
    close_old_connections()
    over = live.over(topics)
    return over, _stamp(topics, live.versions())
