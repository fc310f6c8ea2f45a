"""Ballots that come at once are stored together at the slot, and each is answered for itself."""

import asyncio
import json

import pytest
from django.conf import settings
from django.db import connections

import ballotbox
from shuping.ballots import casting
from shuping.ballots.slot import TOGETHER, Slot
from shuping.box.models import Sealed
from tests.ballots.halls import open_hall, scheme

LEFT = {"type": "http.disconnect"}


class Asked:
    """A request at the slot: what it was answered."""

    def __init__(self, path: str, *pieces: bytes, method: str = "POST") -> None:
        self.scope = {"type": "http", "method": method, "path": path}
        self.messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        self.messages[-1]["more_body"] = False
        self.sent: list[dict] = []

    async def receive(self):
        return self.messages.pop(0) if self.messages else LEFT

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> dict:
        return json.loads(self.sent[1]["body"])


async def _elsewhere(_scope, _receive, send):
    await send({"type": "http.response.start", "status": 418, "headers": []})


def _ask(*requests: Asked, leaving: Asked | None = None) -> None:
    """All of them at the same time; whoever is `leaving` goes before the answer."""

    async def all_at_once(slot: Slot) -> None:
        def one(asked: Asked):
            return asyncio.ensure_future(slot(asked.scope, asked.receive, asked.send))

        async def leave(asked: Asked) -> None:
            going = one(asked)
            await asyncio.sleep(0)
            going.cancel()

        if leaving:
            await leave(leaving)
        await asyncio.gather(*map(one, requests))

    slot = Slot(_elsewhere)
    asyncio.run(all_at_once(slot))
    slot.thread.submit(connections.close_all).result()
    slot.thread.shutdown()


def _cast(hall, raw: bytes) -> Asked:
    return Asked(f"/v/{hall.ballot.identifier}/cast", raw)


@pytest.fixture
def hall(file_database):
    return open_hall(text=scheme(revote="false"))


def test_each_of_those_that_come_at_once_is_answered_for_itself(hall):
    raw, other = hall.seal([0, 1], slip=0), hall.seal([1, 1], slip=0)
    asked = [
        _cast(hall, raw),
        _cast(hall, raw),
        _cast(hall, other),
        _cast(hall, hall.seal([1, 1], slip=1)),
        _cast(hall, hall.seal([1, 1], slip=2).replace(b'"alpha":"', b'"alpha": "', 1)),
        _cast(hall, hall.seal([1, 1], code="B", election_of="A")),
        _cast(hall, b""),
        Asked("/v/11111111111111/cast", raw),
    ]

    _ask(*asked)

    named = [(one.status, one.body.get("error", {}).get("code", "")) for one in asked]
    assert named == [
        (201, ""),
        (200, ""),
        (409, "voted"),
        (201, ""),
        (400, "not_canonical"),
        (400, "unknown_credential"),
        (400, "not_canonical"),
        (404, "no_ballot"),
    ]
    assert asked[0].body == asked[1].body == {"tracker": ballotbox.tracker(raw), "received": True}
    assert Sealed.objects.count() == 2


def test_a_body_in_pieces_is_one_ballot(hall):
    raw = hall.seal([0, 1])
    asked = Asked(f"/v/{hall.ballot.identifier}/cast", raw[:1000], b"", raw[1000:])

    _ask(asked)

    assert asked.body["tracker"] == ballotbox.tracker(raw)


def test_no_browser_keeps_an_answer_or_takes_it_for_a_page(hall):
    asked = _cast(hall, hall.seal([0, 1]))

    _ask(asked)

    assert set(asked.headers) == {
        b"content-type",
        b"content-length",
        b"cache-control",
        b"content-security-policy",
        b"x-content-type-options",
    }
    assert asked.headers[b"cache-control"] == b"no-store"


def test_what_is_no_ballot_goes_its_usual_way(hall):
    identifier = hall.ballot.identifier
    asked = [
        Asked(f"/v/{identifier}/cast", b"", method="GET"),
        Asked(f"/v/{identifier}/which", b"{}"),
        Asked("/v/a/b/cast", b""),
    ]

    _ask(*asked)

    assert [one.status for one in asked] == [418, 418, 418]


def test_a_hall_is_stored_in_a_few_transactions(hall, monkeypatch):
    sizes, store = [], casting._store

    def counted(mark, sound):
        sizes.append(len(sound))
        return store(mark, sound)

    monkeypatch.setattr(casting, "_store", counted)
    sealed = [hall.seal([0, 0], slip=slip) for slip in range(len(hall.slips["A"]))] * 3
    asked = [_cast(hall, raw) for raw in sealed]

    _ask(*asked)

    assert {one.status for one in asked} == {200, 201}
    assert sum(sizes) == len(asked)
    assert max(sizes) <= TOGETHER
    assert len(sizes) == -(-len(asked) // TOGETHER) == 2


def test_a_ballot_that_cannot_be_stored_keeps_out_no_other(hall, monkeypatch, caplog):
    stuck, fine = hall.seal([0, 0], slip=0), hall.seal([1, 1], slip=1)
    row = casting._row

    def fail_on_the_first(one):
        if one.raw == stuck:
            raise ZeroDivisionError
        return row(one)

    monkeypatch.setattr(casting, "_row", fail_on_the_first)
    asked = [_cast(hall, stuck), _cast(hall, fine)]

    _ask(*asked)

    assert [one.status for one in asked] == [503, 201]
    assert asked[0].headers[b"retry-after"] == b"2"
    assert list(Sealed.objects.values_list("tracker", flat=True)) == [ballotbox.tracker(fine)]
    assert [line.getMessage() for line in caplog.records] == ["A ballot could not be answered."]


def test_whoever_leaves_before_the_answer_holds_up_nobody(hall):
    gone, stays = hall.seal([0, 0], slip=0), hall.seal([1, 1], slip=1)
    asked = _cast(hall, stays)

    _ask(asked, leaving=_cast(hall, gone))

    assert asked.status == 201
    assert ballotbox.tracker(stays) in Sealed.objects.values_list("tracker", flat=True)


def test_together_they_ask_the_database_no_more_often_than_one(hall, django_assert_num_queries):
    one, several = [hall.seal([0, 0], slip=0)], [hall.seal([0, 0], slip=slip) for slip in range(1, 6)]
    identifier = hall.ballot.identifier
    casting.cast(identifier, [hall.seal([0, 0], slip=6)])

    for raws in (one, several):
        with django_assert_num_queries(7, using=settings.BOX, info=f"{len(raws)} ballots"):
            assert all(receipt.new for receipt in casting.cast(identifier, raws))


def test_of_the_site_s_own_tables_casting_asks_nothing(hall, django_assert_num_queries):
    if settings.BOX == "default":
        pytest.skip("on PostgreSQL both are one database")
    raw = hall.seal([0, 0])

    with django_assert_num_queries(0, using="default"):
        assert [outcome.new for outcome in casting.cast(hall.ballot.identifier, [raw, raw])] == [True, False]
