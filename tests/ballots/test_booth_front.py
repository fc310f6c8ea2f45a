"""What a booth loads is made once and handed out from memory, with Django's own headers, in threads of its own."""

import asyncio

import pytest
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.urls import reverse

from shuping.ballots.booth_front import MOST, BoothFront
from tests.ballots.halls import open_hall
from tests.ballots.test_slot import Asked

SCRIPT = "/static/built/booth.js"


class Site:
    """An application that counts what it is asked."""

    def __init__(self, status=200, headers=()):
        self.asked = []
        self.status, self.headers = status, list(headers)

    async def __call__(self, scope, _receive, send):
        self.asked.append(scope["path"])
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"first, ", "more_body": True})
        await send({"type": "http.response.body", "body": b"second"})


def _ask(front, *requests):
    async def one_after_the_other():
        for asked in requests:
            await front(asked.scope, asked.receive, asked.send)

    asyncio.run(one_after_the_other())


def _get(path, query=b"", **headers):
    asked = Asked(path, b"", method="GET")
    asked.scope["headers"] = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asked.scope["query_string"] = query
    return asked


def _said(asked) -> bytes:
    return b"".join(message.get("body", b"") for message in asked.sent)


def test_the_same_for_everybody_is_made_once():
    inner, own = Site(), Site(headers=[(b"x", b"y")])
    asked = [_get("/v/abc", accept_language=language) for language in ("en", "zh-CN", "en;q=0.9", "de")]
    asked += [_get(SCRIPT), _get(SCRIPT), _get(SCRIPT, accept_encoding="gzip, br")]

    _ask(BoothFront(inner, own), *asked)

    assert own.asked == ["/v/abc", "/v/abc", SCRIPT, SCRIPT]  # two languages; plain and packed
    assert inner.asked == []
    assert {_said(one) for one in asked} == {b"first, second"}
    assert {(one.status, one.headers[b"x"]) for one in asked} == {(200, b"y")}


@pytest.mark.parametrize(
    "asked",
    [
        _get(SCRIPT, range="bytes=0-1"),
        _get(SCRIPT, if_none_match='"x"'),
        _get(SCRIPT, if_modified_since="Sat, 28 Nov 2026 13:00:00 GMT"),
        _get("/v/abc", query=b"a=b"),
        Asked("/v/abc", b"", method="HEAD"),
        Asked("/v/abc/which", b"{}"),
    ],
)
def test_what_is_not_the_same_for_everybody_is_asked_each_time_and_in_its_own_threads(asked):
    inner, own = Site(), Site()
    front = BoothFront(inner, own)

    _ask(front, asked)
    _ask(front, asked)

    assert len(own.asked) == 2
    assert (inner.asked, front.kept) == ([], {})


@pytest.mark.parametrize(("status", "headers"), [(404, []), (500, []), (200, [(b"set-cookie", b"a=b")])])
def test_an_answer_that_is_for_one_alone_is_not_kept(status, headers):
    front = BoothFront(Site(), Site(status, headers))

    _ask(front, _get("/v/abc"))

    assert not front.kept


def test_no_more_is_kept_than_so_much():
    front = BoothFront(Site(), Site())

    _ask(front, *(_get(f"/v/{number}") for number in range(MOST + 5)))

    assert len(front.kept) == MOST


@pytest.mark.parametrize("path", ["/", "/v/a/cast", "/v/a/tokens", "/b/a/", "/static/built/trustee.js", "/v/a%00"])
def test_everything_else_goes_its_usual_way(path):
    inner, own = Site(), Site()

    _ask(BoothFront(inner, own), _get(path))

    assert (inner.asked, own.asked) == ([path], [])


def test_what_is_handed_out_is_what_django_says(file_database):
    hall = open_hall()
    address = reverse("booth", args=[hall.ballot.identifier])
    own = WSGIMiddleware(get_wsgi_application(), workers=1)
    front = BoothFront(Site(), own)
    asked = [_get(address, host="127.0.0.1", accept_language="en") for _ in range(2)]
    for one in asked:
        one.scope |= {"http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}

    _ask(front, *asked)
    own.executor.submit(connections.close_all).result()
    plain = Client().get(address, headers={"accept-language": "en"})

    assert _said(asked[0]) == _said(asked[1]) == plain.content
    assert len(front.kept) == 1
    for name in ("content-security-policy", "referrer-policy", "x-frame-options", "vary", "content-language"):
        assert asked[1].headers[name.encode()].decode() == plain.headers[name]


def test_which_election_a_slip_belongs_to_is_read_of_the_site_once(file_database, django_assert_num_queries):
    hall = open_hall()
    first = hall.which(slip=0).json()

    with django_assert_num_queries(0, using="default"):
        assert hall.which(slip=1).json() == first
