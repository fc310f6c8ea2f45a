"""A page that follows a topic hears of its changes, of no others, and of the end."""

import asyncio
import re

import pytest
from asgiref.sync import sync_to_async
from django.core import signing
from django.db import OperationalError
from django.template import Context, Template

from shuping.core import descriptors, live
from shuping.core.streams import Streams
from tests.builders import make_cycle


class Viewer:
    """A browser on a stream: what it was sent, until it leaves or the answer is complete."""

    def __init__(self) -> None:
        self.sent, self.gone = asyncio.Queue(), asyncio.Event()
        self.status, self.headers = 0, {}

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif not message.get("more_body"):
            self.gone.set()
        await self.sent.put(message)

    async def until(self, words: str) -> str:
        heard = ""
        while words not in heard:
            message = await asyncio.wait_for(self.sent.get(), 5)
            heard += message.get("body", b"").decode()
        return heard


async def _inner(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})


def _scope(*topics: str, query: bytes | None = None, last: str = ""):
    query = live.address(*topics).partition("?")[2].encode() if query is None else query
    headers = [(b"last-event-id", last.encode())] if last else []
    return {"type": "http", "path": "/live/", "query_string": query, "headers": headers}


async def _follow(*topics: str, announced: str, awaited: str) -> str:
    app, viewer = Streams(_inner), Viewer()
    stream = asyncio.create_task(app(_scope(*topics), viewer.receive, viewer.send))
    await viewer.until("retry: ")
    await sync_to_async(live.announce)(announced)
    heard = await viewer.until(awaited)
    viewer.gone.set()
    await stream
    assert app.told == app.followed == {}
    return heard


@pytest.mark.django_db(transaction=True)
def test_an_announced_change_arrives():
    heard = asyncio.run(_follow("hall-3", "cycle-1", announced="hall-3", awaited="data: 1"))

    assert heard == "id: 1.0\nevent: hall-3\ndata: 1\n\n"


@pytest.mark.django_db(transaction=True)
def test_a_change_before_the_page_opened_and_one_after_are_told_apart():
    live.announce("hall-1")
    live.announce("hall-1")

    assert "data: 3" in asyncio.run(_follow("hall-1", announced="hall-1", awaited="data: 3"))


@pytest.mark.django_db(transaction=True)
def test_a_change_between_drawing_a_page_and_its_stream_is_not_missed():
    """Somebody else already follows, so that the change is known before the page connects."""

    async def connect_after_the_change():
        app, first, second = Streams(_inner), Viewer(), Viewer()
        follows = asyncio.create_task(app(_scope("hall-3"), first.receive, first.send))
        await first.until("retry: ")
        await sync_to_async(live.announce)("hall-3")
        await first.until("data: 1")
        connects = asyncio.create_task(app(_scope("hall-3"), second.receive, second.send))
        heard = await second.until("data: 1")
        first.gone.set()
        second.gone.set()
        await asyncio.gather(follows, connects)
        return heard

    assert "event: hall-3" in asyncio.run(connect_after_the_change())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("last", "told"), [("1", True), ("2", False), ("x.y", False), ("1.1", False), ("", False)])
def test_a_browser_that_comes_back_hears_what_it_missed_and_nothing_twice(last, told):
    live.announce("hall-3")
    live.announce("hall-3")

    async def come_back():
        app, viewer = Streams(_inner), Viewer()
        app.known = {"hall-3": 2}
        stream = asyncio.create_task(app(_scope("hall-3", last=last), viewer.receive, viewer.send))
        await viewer.until("retry: ")
        await asyncio.sleep(0.5)
        heard = b"".join(viewer.sent.get_nowait()["body"] for _ in range(viewer.sent.qsize())).decode()
        viewer.gone.set()
        await stream
        return heard

    assert ("event: hall-3\ndata: 2" in asyncio.run(come_back())) is told


def test_every_other_request_goes_to_the_site():
    async def ask():
        viewer = Viewer()
        await Streams(_inner)({"type": "http", "path": "/c/1/", "query_string": b""}, viewer.receive, viewer.send)
        return viewer.status

    assert asyncio.run(ask()) == 204


async def _refused(scope, app=None):
    app, viewer = app or Streams(_inner), Viewer()
    await asyncio.wait_for(app(scope, viewer.receive, viewer.send), 5)
    assert app.followed == {}
    return viewer


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"topic=meeting-3",
        b"topics=meeting-3",
        b"topics=meeting-3:forged",
        b"page=/c/1/",
        b"page=/now/3/../4/",
        b"&".join(b"topics=a" for _ in range(1000)),
        b"topics=\xff\xfe",
    ],
)
def test_there_is_no_stream_on_what_no_page_was_given(query):
    viewer = asyncio.run(_refused(_scope(query=query)))

    assert viewer.status == 404
    assert viewer.headers[b"connection"] == b"close"


def test_what_we_signed_for_another_use_is_no_address_of_a_stream():
    signed = signing.Signer(salt="another use").sign("meeting-3")

    assert live.topics_of(signed) == ()
    assert asyncio.run(_refused(_scope(query=f"topics={signed}".encode()))).status == 404


def test_when_there_are_as_many_streams_as_there_may_be_the_next_is_told_to_come_later(monkeypatch):
    monkeypatch.setattr(live, "versions", dict)
    monkeypatch.setattr(descriptors, "for_streams", lambda: 1)

    async def two():
        app, first = Streams(_inner), Viewer()
        stream = asyncio.create_task(app(_scope("hall-3"), first.receive, first.send))
        await first.until("retry: ")
        second = Viewer()
        await app(_scope("hall-3"), second.receive, second.send)
        first.gone.set()
        await stream
        return first, second

    first, second = asyncio.run(two())

    assert (first.status, second.status, second.headers[b"retry-after"]) == (200, 503, b"10")


@pytest.fixture
def finished(monkeypatch):
    """A kind of topic that ends: the keys of those that are over."""
    keys = set()
    monkeypatch.setitem(live._endings, "wall", keys.__contains__)
    return keys


@pytest.mark.django_db(transaction=True)
def test_who_follows_hears_the_last_change_then_the_end_and_whoever_comes_later_the_end_at_once(finished):
    async def story():
        app, first, second = Streams(_inner), Viewer(), Viewer()
        stream = asyncio.create_task(app(_scope("wall-3"), first.receive, first.send))
        await first.until("retry: ")
        finished.add(3)
        await sync_to_async(live.announce)("wall-3")
        heard = await first.until("event: over")
        await asyncio.wait_for(stream, 5)
        # This one has the last change already.
        await asyncio.wait_for(app(_scope("wall-3", last="1"), second.receive, second.send), 5)
        assert app.told == app.followed == {}
        return heard, await second.until("event: over")

    first, second = asyncio.run(story())

    assert first.endswith("id: 1\nevent: wall-3\ndata: 1\n\nevent: over\ndata: .\n\n")
    assert "event: wall" not in second


@pytest.mark.django_db(transaction=True)
def test_what_ended_by_the_clock_ends_at_the_next_beat(finished, monkeypatch):
    monkeypatch.setattr("shuping.core.streams.HEARTBEAT", 0.2)

    async def story():
        app, viewer = Streams(_inner), Viewer()
        stream = asyncio.create_task(app(_scope("wall-3"), viewer.receive, viewer.send))
        assert "over" not in await viewer.until(": .")
        finished.add(3)
        await viewer.until("event: over")
        await asyncio.wait_for(stream, 5)

    asyncio.run(story())


def test_a_stream_on_two_topics_goes_on_until_both_are_over(finished):
    finished.add(3)

    assert live.over(("wall-3",))
    assert not live.over(("wall-3", "wall-4"))
    assert not live.over(("wall-3", "ledger-1"))
    assert not live.over(("meetings",))


@pytest.mark.django_db(transaction=True)
def test_who_follows_hears_on_when_the_database_was_away_for_a_moment(monkeypatch):
    looks, versions = iter(range(1000)), live.versions

    def away_at_first():
        if next(looks) < 3:
            raise OperationalError("server closed the connection unexpectedly")
        return versions()

    monkeypatch.setattr(live, "versions", away_at_first)

    assert "event: hall-3" in asyncio.run(_follow("hall-3", announced="hall-3", awaited="data: "))
    assert next(looks) > 3


def test_a_server_that_is_asked_to_stop_lets_its_viewers_go(monkeypatch):
    monkeypatch.setattr(live, "versions", dict)

    async def follow():
        app, viewer = Streams(_inner), Viewer()
        stream = asyncio.create_task(app(_scope("hall-3"), viewer.receive, viewer.send))
        await viewer.until("retry: ")
        app.end()
        last = await asyncio.wait_for(viewer.sent.get(), 5)
        await asyncio.wait_for(stream, 5)
        return last, app

    last, app = asyncio.run(follow())

    assert last == {"type": "http.response.body", "body": b"", "more_body": False}
    assert app.told == {}


def test_a_server_without_viewers_has_none_to_let_go():
    Streams(_inner).end()


@pytest.mark.django_db
def test_a_page_says_what_it_follows_and_leaves_out_what_is_not_there():
    cycle = make_cycle().cycle
    drawn = Template('{% load following %}{% follow cycle ballot cycle|topic:"ledger" %}')

    told = drawn.render(Context({"cycle": cycle, "ballot": None}))

    key = cycle.pk
    assert f'hx-trigger="sse:cycle-{key}, sse:ledger-{key}"' in told
    assert 'sse-close="over"' in told
    signed = re.search(r'sse-connect="(.*?)"', told)
    assert signed
    assert signed[1] == live.address(f"cycle-{key}", f"ledger-{key}").replace("&", "&amp;")
