"""A request has its turn when all of its body is there, and not before."""

import asyncio

import pytest

from shuping.core import bodies, saying_no
from shuping.core.bodies import Purse


@pytest.fixture(autouse=True)
def _no_lingering(monkeypatch):
    monkeypatch.setattr(saying_no, "LINGER", 0.05)


class Sender:
    """A browser that sends pieces; after the last one it falls silent."""

    def __init__(self, *pieces, announced=None, last=True):
        self.messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        if last:
            self.messages[-1]["more_body"] = False
        self.headers = [(b"content-length", str(announced).encode())] if announced is not None else []
        self.sent, self.seen = [], []

    async def receive(self):
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def send(self, message):
        self.sent.append(message)

    async def inner(self, _scope, receive, send):
        whole, more = b"", True
        while more:
            message = await receive()
            whole, more = whole + message["body"], message["more_body"]
        self.seen.append(whole)
        await send({"type": "http.response.start", "status": 204, "headers": []})

    def go(self, path="/", purses=None):
        scope = {"type": "http", "path": path, "headers": self.headers}
        asyncio.run(bodies.Bodies(self.inner, purses)(scope, self.receive, self.send))
        return self.sent[0]["status"] if self.sent else None


@pytest.mark.parametrize(
    "pieces",
    [(b"",), (b"one",), (b"one", b"two"), (b"x" * bodies.PIECE,), (b"x" * bodies.IN_MEMORY, b"y" * 7)],
    ids=["none", "one", "two", "a whole piece", "more than stays in memory"],
)
def test_the_whole_body_is_handed_on(pieces):
    sender = Sender(*pieces)

    assert sender.go() == 204
    assert sender.seen == [b"".join(pieces)]


@pytest.mark.parametrize(("announced", "size"), [(bodies.LARGEST + 1, 1), (None, bodies.LARGEST + 1)])
def test_what_is_too_large_is_refused_and_handed_to_nobody(announced, size):
    sender = Sender(b"x" * size, announced=announced)

    assert sender.go() == 413
    assert "too large" in sender.sent[1]["body"].decode()
    assert sender.seen == []


def test_who_falls_silent_in_mid_body_is_told_to_send_again(monkeypatch):
    monkeypatch.setattr(bodies, "SILENCE", 0.01)
    sender = Sender(b"half", last=False)

    assert sender.go() == 408
    assert "send it again" in sender.sent[1]["body"].decode()
    assert sender.seen == []


def test_who_leaves_in_mid_body_is_forgotten():
    sender = Sender(b"half", last=False)
    sender.messages.append({"type": "http.disconnect"})

    assert sender.go() is None
    assert sender.seen == []


@pytest.mark.parametrize(("path", "status"), [("/v/x/cast", 413), ("/reports/", 204)])
def test_what_is_too_large_for_its_address_is_not_awaited(path, status):
    limits = {"/v/": Purse(largest=10)}

    assert Sender(b"1" * 11, announced=11).go(path, limits) == status
    assert Sender(b"1" * 10, announced=10).go(path, limits) == 204


class Drip(Sender):
    """One that sends a piece every so often, for ever."""

    def __init__(self, piece, pause):
        super().__init__(last=False)
        self.piece, self.pause, self.received = piece, pause, 0

    async def receive(self):
        await asyncio.sleep(self.pause)
        self.received += 1
        return {"type": "http.request", "body": self.piece, "more_body": True}


def test_who_drips_has_a_time_in_all_and_who_brings_enough_has_more(monkeypatch):
    """A byte now and then is never silence; a report on a slow line comes all the same."""
    monkeypatch.setattr(bodies, "GRACE", 0.5)
    drip = Drip(b"x", 0.05)

    assert drip.go() == 408
    assert 5 <= drip.received <= 30

    slow, many = Drip(b"x" * 20_000, 0.05), 30
    messages = slow.receive

    async def receive():
        message = await messages()
        return message | {"more_body": slow.received < many}

    slow.receive = receive
    assert slow.go() == 204
    assert len(slow.seen[0]) == many * 20_000


def test_a_length_that_is_said_in_two_ways_is_refused():
    sender = Sender(b"0\r\n\r\n", announced=5)
    sender.headers.append((b"transfer-encoding", b"chunked"))

    assert sender.go() == 400
    assert sender.seen == []


def test_the_site_is_told_the_length_of_what_came_in_pieces():
    sender, told = Sender(b"one", b"two"), []
    sender.headers.append((b"transfer-encoding", b"chunked"))
    inner = sender.inner

    async def listen(scope, receive, send):
        told.extend(scope["headers"])
        await inner(scope, receive, send)

    sender.inner = listen
    assert sender.go() == 204
    assert told == [(b"content-length", b"6")]


class Crowd:
    """Senders at the same time."""

    def __init__(self, together, **more):
        self.purses = {"/v/": Purse(largest=100, together=together, **more)}
        self.app = bodies.Bodies(self._inner, self.purses)
        self.taken, self.let_go = [], asyncio.Event()

    async def _inner(self, scope, receive, send):
        self.taken.append((await receive())["body"])
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def enter(self, sender, path="/v/x/cast"):
        scope = {"type": "http", "path": path, "headers": []}
        task = asyncio.create_task(self.app(scope, sender.receive, sender.send))
        await asyncio.sleep(0.02)
        return task


def test_when_too_much_is_on_its_way_the_oldest_makes_room_and_may_come_again():
    async def story():
        crowd = Crowd(together=100)
        half = [Sender(b"x" * 40, last=False) for _ in range(2)]
        waiting = [await crowd.enter(sender) for sender in half]
        honest = Sender(b"y" * 50)
        answered = await crowd.enter(honest)
        await asyncio.wait_for(waiting[0], 5)
        assert crowd.purses["/v/"].held == 90
        crowd.let_go.set()
        await answered
        waiting[1].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return crowd, half[0].sent, half[1].sent, honest.sent

    crowd, oldest, second, honest = asyncio.run(story())

    headers = dict(oldest[0]["headers"])
    assert (oldest[0]["status"], headers[b"retry-after"]) == (503, b"5")
    assert "send it again" in oldest[1]["body"].decode()
    assert second == []
    assert honest[0]["status"] == 204
    assert crowd.taken == [b"y" * 50]
    assert (crowd.purses["/v/"].held, crowd.purses["/v/"].coming) == (0, {})


def test_what_is_whole_is_never_thrown_away_for_something_new():
    async def story():
        crowd = Crowd(together=100)
        first, second = Sender(b"x" * 80), Sender(b"y" * 30)
        taken = await crowd.enter(first)
        await asyncio.wait_for(await crowd.enter(second), 5)
        crowd.let_go.set()
        await taken
        return first.sent[0]["status"], second.sent[0]["status"]

    assert asyncio.run(story()) == (204, 503)


def test_uploads_never_take_the_room_of_ballots():
    async def story():
        crowd = Crowd(together=100)
        crowd.app.usual = Purse(together=100)
        upload, ballot = Sender(b"x" * 100, last=False), Sender(b"y" * 100)
        sending = await crowd.enter(upload, "/c/1/units/02/")
        voting = await crowd.enter(ballot)
        crowd.let_go.set()
        await voting
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        return upload.sent, ballot.sent[0]["status"]

    assert asyncio.run(story()) == ([], 204)


def test_ballots_of_two_thousand_phones_have_room_at_once():
    """What the front of the site allows, not what a test does."""
    from shuping.asgi import application  # noqa: PLC0415 - needs Django set up

    bodies = application.inner.inner
    purse = bodies.purses["/v/"]
    assert purse.together + bodies.usual.together <= 200_000_000
    assert purse.largest >= 400_000
    assert purse.together >= 1900 * 51_000
