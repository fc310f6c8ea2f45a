"""Pages that come through the stream: drawn once for everybody, again on a change, in the viewer's language."""

import asyncio
import contextlib

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from shuping.core import live, pushed
from shuping.core.pushed import Page, Subject
from shuping.core.streams import Streams
from tests.core.test_streams import Viewer

QUERY = b"page=/wall/3/"


@pytest.fixture(autouse=True)
def walls(monkeypatch):
    """Pages that are there: what each is about. Each look is kept in `looks`."""
    there, looks = {3: Subject(("wall-3",))}, []

    def find(key):
        looks.append(key)
        found = there.get(key)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setitem(pushed._finders, "/wall/", find)
    there["looks"] = looks
    return there


class Site:
    """Draws what it is told to; counts how often, and in which language."""

    def __init__(self, words: str = "one") -> None:
        self.words, self.asked, self.status = words, [], 200

    async def __call__(self, scope, receive, send):
        headers = dict(scope["headers"])
        self.asked.append(headers[b"accept-language"].decode())
        assert b"cookie" not in headers
        assert headers[b"hx-request"] == b"true"
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": f"<p>\n\n{self.words}</p>".encode()})


class Hall:
    """Viewers on one server."""

    def __init__(self, site: Site) -> None:
        self.site, self.app, self.all = site, Streams(site), []

    async def enter(self, language: str = "en", *, query: bytes = QUERY, until: str = "retry: ") -> Viewer:
        viewer = Viewer()
        scope = {"type": "http", "path": "/live/", "query_string": query}
        headers = [(b"accept-language", language.encode())]
        stream = asyncio.create_task(self.app({**scope, "headers": headers}, viewer.receive, viewer.send))
        self.all.append((viewer, stream))
        await viewer.until(until)
        return viewer

    async def empty(self) -> None:
        for viewer, stream in self.all:
            viewer.gone.set()
            await stream
        await asyncio.sleep(0)
        assert self.app.followed == self.app.told == self.app.look_up.asked == {}


async def _quiet(viewer: Viewer) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(viewer.sent.get(), 0.5)
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_many_viewers_cost_one_drawing_and_get_the_same_bytes():
    async def story():
        hall = Hall(Site())
        viewers = [await hall.enter() for _ in range(20)]
        heard = {await viewer.until("\n\n") for viewer in viewers}
        assert heard == {"event: page\ndata: <p>\ndata: one</p>\n\n"}
        drawn = len(hall.site.asked)
        assert drawn <= 2  # once before the signals were read for the first time, and once after
        hall.site.words = "two"
        await sync_to_async(live.announce)("wall-3")
        assert {await viewer.until("\n\n") for viewer in viewers} == {"event: page\ndata: <p>\ndata: two</p>\n\n"}
        assert len(hall.site.asked) == drawn + 1
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_change_that_the_page_does_not_show_sends_nothing():
    async def story():
        hall = Hall(Site())
        viewer = await hall.enter()
        await viewer.until("one")
        drawn = len(hall.site.asked)
        await sync_to_async(live.announce)("wall-3")
        assert await _quiet(viewer)
        assert len(hall.site.asked) > drawn
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_everybody_has_the_page_in_their_own_language():
    async def story():
        hall = Hall(Site())
        for language in ("zh-CN,zh;q=0.9", "en-GB", "fr"):
            await (await hall.enter(language)).until("one")
        assert set(hall.site.asked) == {"zh-hans", "en"}
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_drawn_is_tried_again():
    async def story():
        hall = Hall(Site())
        hall.site.status = 503
        viewer = await hall.enter()
        assert await _quiet(viewer)
        # A tenth of a second, then twice that, and so on: not at each look.
        assert 2 <= len(hall.site.asked) <= 5
        hall.site.status = 200
        await viewer.until("one")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_drawn_is_tried_every_half_minute_in_the_end(walls):
    async def story():
        hall = Hall(Site())
        hall.site.status = 500
        drawn = pushed.Drawn(Page("/wall/", 3, "en"), walls[3], hall.site)
        pauses = []
        for _ in range(12):
            begun = asyncio.get_running_loop().time()
            await drawn._draw((1,))
            pauses.append(round(drawn._not_before - begun, 1))
        drawn.look({"wall-3": 2})
        assert not drawn.busy()
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1]) == (0.1, 30.0)

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_not_there_is_looked_up_once_for_all_and_answered_once(walls):
    async def story():
        hall = Hall(Site())
        viewers = await asyncio.gather(*(hall.enter(query=b"page=/wall/999999/", until="no such page") for _ in "abc"))
        assert [viewer.status for viewer in viewers] == [404] * 3
        await asyncio.sleep(0.5)
        assert (walls["looks"], hall.site.asked) == ([999999], [])
        await hall.empty()

    asyncio.run(story())


def test_while_the_database_is_away_nobody_is_told_that_a_page_is_not_there(walls):
    walls[4] = OperationalError("away")

    async def story():
        hall = Hall(Site())
        viewer = await hall.enter(query=b"page=/wall/4/", until="come back")
        assert (viewer.status, viewer.headers[b"retry-after"]) == (503, b"10")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_so_many_different_pages_are_followed_at_once_and_no_more(walls, monkeypatch):
    monkeypatch.setattr(pushed, "MOST", 2)

    async def story():
        hall = Hall(Site())
        for language in ("en", "zh-CN", "en"):
            await (await hall.enter(language)).until("one")
        walls[4] = Subject(("wall-4",))
        refused = await hall.enter(query=b"page=/wall/4/", until="come back later")
        assert (refused.status, refused.headers[b"retry-after"]) == (503, b"10")
        await hall.empty()
        hall.all.clear()
        await (await hall.enter(query=b"page=/wall/4/")).until("one")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_who_follows_sees_how_it_ended_and_is_told_not_to_come_back(walls):
    async def story():
        hall = Hall(Site())
        viewer = await hall.enter()
        await viewer.until("one")
        hall.site.words, walls[3] = "closed", Subject(("wall-3",), over=True)
        await sync_to_async(live.announce)("wall-3")
        assert await viewer.until("over\ndata: .\n\n") == (
            "event: page\ndata: <p>\ndata: closed</p>\n\nevent: over\ndata: .\n\n"
        )
        later = await hall.enter()
        assert "closed" in await later.until("event: over")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gone", [True, False])
def test_what_ended_by_the_clock_or_was_deleted_ends_at_the_next_beat(walls, monkeypatch, gone):
    monkeypatch.setattr("shuping.core.streams.HEARTBEAT", 0.2)

    async def story():
        hall = Hall(Site())
        viewer = await hall.enter()
        await viewer.until("one")
        walls[3] = None if gone else Subject(("wall-3",), over=True)
        await viewer.until("event: over")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_silent_stream_is_kept_open(monkeypatch):
    monkeypatch.setattr("shuping.core.streams.HEARTBEAT", 0.2)

    async def story():
        hall = Hall(Site())
        viewer = await hall.enter()
        await viewer.until("one")
        assert (await viewer.until(": .")).startswith(": .")
        await hall.empty()

    asyncio.run(story())


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/wall/",
        "/wall/x/",
        "/wall/3",
        "/wall/3/?a=b",
        "//wall/3/",
        "/live/",
        "/cycles/1/",
        "/wall/" + "9" * 19,
    ],
)
def test_no_other_page_is_pushed(path):
    assert Page.asked_for(path, {}) is None


def test_the_language_that_was_set_by_hand_comes_first():
    headers = {b"cookie": b"django_language=zh-hans", b"accept-language": b"en"}

    page = Page.asked_for("/wall/3/", headers)

    assert page is not None
    assert page.language == "zh-hans"
    broken = Page.asked_for("/wall/3/", {**headers, b"cookie": b"\x00=;;;=\xff"})
    assert broken is not None
    assert broken.language == "en"
