"""A page that follows a topic hears of its changes, and of no others."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from shuping.core import live
from shuping.core.streams import Streams


class Viewer:
    """A browser on a stream: what it was sent, until it leaves."""

    def __init__(self) -> None:
        self.sent, self.gone = asyncio.Queue(), asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message) -> None:
        await self.sent.put(message)

    async def until(self, words: str) -> str:
        heard = ""
        while words not in heard:
            message = await asyncio.wait_for(self.sent.get(), 5)
            heard += message.get("body", b"").decode()
        return heard


async def _inner(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})


def _scope(query: bytes):
    return {"type": "http", "path": "/live/", "query_string": query}


async def _follow(query: bytes, *, announced: str, awaited: str) -> str:
    app, viewer = Streams(_inner), Viewer()
    stream = asyncio.create_task(app(_scope(query), viewer.receive, viewer.send))
    await viewer.until("retry: ")
    await sync_to_async(live.announce)(announced)
    heard = await viewer.until(awaited)
    viewer.gone.set()
    await stream
    assert app.told == {}
    return heard


@pytest.mark.django_db(transaction=True)
def test_an_announced_change_arrives():
    heard = asyncio.run(_follow(b"topic=meeting-3&topic=cycle-1", announced="meeting-3", awaited="data: 1"))

    assert heard == "event: meeting-3\ndata: 1\n\n"


@pytest.mark.django_db(transaction=True)
def test_a_change_before_the_page_opened_and_one_after_are_told_apart():
    live.announce("ballot-1")
    live.announce("ballot-1")

    assert "data: 3" in asyncio.run(_follow(b"topic=ballot-1", announced="ballot-1", awaited="data: 3"))


@pytest.mark.django_db(transaction=True)
def test_a_change_between_drawing_a_page_and_its_stream_is_not_missed():
    """Somebody else already follows, so that the change is known before the page connects."""

    async def connect_after_the_change():
        app, first, second = Streams(_inner), Viewer(), Viewer()
        follows = asyncio.create_task(app(_scope(b"topic=meeting-3"), first.receive, first.send))
        await first.until("retry: ")
        await sync_to_async(live.announce)("meeting-3")
        await first.until("data: 1")
        connects = asyncio.create_task(app(_scope(b"topic=meeting-3"), second.receive, second.send))
        heard = await second.until("data: 1")
        first.gone.set()
        second.gone.set()
        await asyncio.gather(follows, connects)
        return heard

    assert "event: meeting-3" in asyncio.run(connect_after_the_change())


def test_every_other_request_goes_to_the_site():
    async def ask():
        viewer = Viewer()
        await Streams(_inner)({"type": "http", "path": "/c/1/", "query_string": b""}, viewer.receive, viewer.send)
        return await viewer.sent.get()

    assert asyncio.run(ask())["status"] == 204


@pytest.mark.django_db(transaction=True)
def test_who_follows_hears_on_when_the_database_was_away_for_a_moment(monkeypatch):
    looks, versions = iter(range(1000)), live.versions

    def away_at_first():
        if next(looks) < 3:
            raise OperationalError("server closed the connection unexpectedly")
        return versions()

    monkeypatch.setattr(live, "versions", away_at_first)

    assert "event: meeting-3" in asyncio.run(_follow(b"topic=meeting-3", announced="meeting-3", awaited="data: "))
    assert next(looks) > 3


def test_a_server_that_is_asked_to_stop_lets_its_viewers_go(monkeypatch):
    monkeypatch.setattr(live, "versions", dict)

    async def follow():
        app, viewer = Streams(_inner), Viewer()
        stream = asyncio.create_task(app(_scope(b"topic=meeting-3"), viewer.receive, viewer.send))
        await viewer.until("retry: ")
        app.end()
        last = await asyncio.wait_for(viewer.sent.get(), 5)
        viewer.gone.set()  # as a server says when the answer is complete
        await asyncio.wait_for(stream, 5)
        return last, app

    last, app = asyncio.run(follow())

    assert last == {"type": "http.response.body", "body": b"", "more_body": False}
    assert app.told == {}


def test_a_server_without_viewers_has_none_to_let_go():
    Streams(_inner).end()
