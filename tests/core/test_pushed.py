"""Pages that come through the stream: drawn once for everybody, again on a change, in the viewer's language."""

import asyncio
import contextlib

import pytest
from asgiref.sync import sync_to_async

from shuping.core import live
from shuping.core.pushed import Page
from shuping.core.streams import Streams
from tests.core.test_streams import Viewer

QUERY = b"topic=meeting-3&page=/now/3/"


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

    async def enter(self, language: str = "en", *, query: bytes = QUERY) -> Viewer:
        viewer = Viewer()
        scope = {"type": "http", "path": "/live/", "query_string": query}
        headers = [(b"accept-language", language.encode())]
        stream = asyncio.create_task(self.app({**scope, "headers": headers}, viewer.receive, viewer.send))
        self.all.append((viewer, stream))
        await viewer.until("retry: ")
        return viewer

    async def empty(self) -> None:
        for viewer, stream in self.all:
            viewer.gone.set()
            await stream
        await asyncio.sleep(0)
        assert self.app.pages.followed == {}


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
        await sync_to_async(live.announce)("meeting-3")
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
        await sync_to_async(live.announce)("meeting-3")
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
        hall.site.status = 200
        await viewer.until("one")
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
    "path", ["", "/", "/now/", "/now/x/", "/now/3", "/now/3/?a=b", "//now/3/", "/live/", "/cycles/1/"]
)
def test_no_other_page_is_pushed(path):
    assert Page.asked_for(path, ["meeting-3"], {}) is None


def test_the_language_that_was_set_by_hand_comes_first():
    headers = {b"cookie": b"django_language=zh-hans", b"accept-language": b"en"}

    page = Page.asked_for("/now/3/", [], headers)

    assert page is not None
    assert page.language == "zh-hans"
    broken = Page.asked_for("/now/3/", [], {**headers, b"cookie": b"\x00=;;;=\xff"})
    assert broken is not None
    assert broken.language == "en"
