"""Uploads wait for their turn without a thread: one at a time for a person, two in all, and pages go on."""

import asyncio

import pytest
from django.conf import settings
from django.test import Client

from shuping.core import lane
from tests.builders import client_for, make_cycle

pytestmark = pytest.mark.django_db


class Site:
    """Both ways into the site: pages are answered at once, uploads when the test says so."""

    def __init__(self, monkeypatch) -> None:
        self.pages, self.begun, self.go_on = [], [], asyncio.Event()
        self.lane = lane.Lane(self._page, self._upload)
        # Who it is stands in the cookie itself here; what the real question answers is tested below.
        monkeypatch.setattr(lane, "_person", lambda scope: dict(scope["headers"])[b"cookie"].decode())

    async def _page(self, scope, _receive, _send):
        self.pages.append(scope["path"])

    async def _upload(self, scope, _receive, _send):
        self.begun.append(dict(scope["headers"])[b"cookie"].decode())
        await self.go_on.wait()

    def send(self, person, path="/c/1/", content=b"multipart/form-data; boundary=x"):
        headers = [(b"content-type", content), (b"content-length", b"9"), (b"cookie", person.encode())]
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
        return asyncio.ensure_future(self.lane(scope, None, None))


async def _settle():
    for _ in range(50):
        await asyncio.sleep(0.001)


def test_one_at_a_time_for_a_person_and_two_in_all(monkeypatch):
    async def play():
        site = Site(monkeypatch)
        sent = [site.send(person) for person in ("lin", "lin", "wei", "chen")]
        await _settle()
        begun = list(site.begun)
        site.go_on.set()
        await asyncio.gather(*sent)
        return begun, site

    begun, site = asyncio.run(play())

    assert begun == ["lin", "wei"]
    assert sorted(site.begun) == ["chen", "lin", "lin", "wei"]
    assert (site.pages, site.lane.here, dict(site.lane.turn)) == ([], {}, {})


def test_pages_do_not_wait_for_uploads(monkeypatch):
    async def play():
        site = Site(monkeypatch)
        sent = [site.send(person) for person in ("lin", "wei", "chen")]
        await _settle()
        await site.send("ada", "/sign-in/", content=b"application/x-www-form-urlencoded")
        site.go_on.set()
        await asyncio.gather(*sent)
        return site.pages

    assert asyncio.run(play()) == ["/sign-in/"]


@pytest.mark.parametrize(
    ("people", "refused"),
    [(["lin"] * (lane.MOST_OF_ONE + 2), 2), ([str(one) for one in range(lane.MOST + 5)], 5)],
    ids=["of one person", "in all"],
)
def test_where_there_is_no_room_a_page_says_so(monkeypatch, people, refused):
    async def play():
        site = Site(monkeypatch)
        sent = [site.send(person) for person in people]
        await _settle()
        site.go_on.set()
        await asyncio.gather(*sent)
        return site

    site = asyncio.run(play())

    assert site.pages == [lane.BUSY] * refused
    assert len(site.begun) == len(people) - refused


def test_an_upload_that_fails_gives_its_place_back(monkeypatch):
    async def play():
        site = Site(monkeypatch)
        site.lane.uploads = None
        sent = [site.send("lin") for _ in range(lane.MOST_OF_ONE)]
        failed = await asyncio.gather(*sent, return_exceptions=True)
        return [type(error) for error in failed], site.lane.here

    assert asyncio.run(play()) == ([TypeError] * lane.MOST_OF_ONE, {})


def test_a_person_is_known_in_every_browser():
    world = make_cycle("reporting")
    first, second = (
        {"headers": [(b"cookie", f"x=1; {settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}".encode())]}
        for client in (client_for(world.lin), client_for(world.lin))
    )

    assert lane._person(first) == lane._person(second) == str(world.lin.pk)


@pytest.mark.parametrize("cookie", [b"", b"sessionid=invented", b"a=b; ,,;=", b"sessionid=\xff"])
def test_whoever_is_not_signed_in_waits_in_one_line(cookie):
    assert lane._person({"headers": [(b"cookie", cookie)]}) == ""


def test_the_page_says_what_to_do():
    answer = Client().get(lane.BUSY)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert "Send it again" in answer.content.decode()


def test_only_forms_that_bring_files_say_so():
    world = make_cycle("reporting")
    page = client_for(world.lin).get(f"/c/{world.cycle.pk}/reports/01/").content.decode()
    form = page[page.index('id="form-submit-report"') :]

    assert "multipart/form-data" in form[: form.index(">")]
    assert "multipart" not in Client().get("/sign-in/").content.decode()
