"""A request has its turn when all of its body is there, and not before."""

import asyncio

import pytest

from shuping.core import bodies


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

    def go(self, path="/", **largest):
        scope = {"type": "http", "path": path, "headers": self.headers}
        asyncio.run(bodies.Bodies(self.inner, largest)(scope, self.receive, self.send))
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
    limits = {"/v/": 10}

    assert Sender(b"1" * 11, announced=11).go(path, **limits) == status
    assert Sender(b"1" * 10, announced=10).go(path, **limits) == 204
