"""Strangers on the wire: real connections to the real protocol, with shorter times."""

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
import uvicorn
from uvicorn.server import ServerState

from shuping.core import connections, descriptors, saying_no
from shuping.core.bodies import Bodies
from shuping.core.connections import Connection, Phase, Waiting

LARGE = b"x" * 12_000_000  # more than the system itself keeps


@pytest.fixture(autouse=True)
def _short_lingering(monkeypatch):
    monkeypatch.setattr(saying_no, "LINGER", 0.3)


class Site:
    """What stands behind the wire: counts requests, answers with the length of their bodies."""

    def __init__(self):
        self.seen, self.let_go = [], asyncio.Event()

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.seen.append((scope["method"], scope["path"], len(body)))
        if scope["path"] == "/slow":
            await self.let_go.wait()
        answer = LARGE if scope["path"] == "/large" else f"{len(body)}".encode()
        headers = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


class Wire:
    """A server on a free port, swept often."""

    def __init__(self, site, server, waiting):
        self.site, self.waiting = site, waiting
        self.port, self.opened = server.sockets[0].getsockname()[1], []

    async def open(self, words=b""):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.opened.append(writer)
        writer.write(words)
        return reader, writer

    async def ask(self, words, seconds=5):
        """Everything that is answered until the other side closes, or throws the rest away."""
        reader, writer = await self.open()
        answered = b""
        with suppress(ConnectionError):
            writer.write(words)
            while piece := await asyncio.wait_for(reader.read(65536), seconds):
                answered += piece
        return answered

    def phases(self):
        return {phase.name: len(found) for phase, found in self.waiting.phases.items()}


@asynccontextmanager
async def wire():
    site, waiting = Site(), Waiting()
    config = uvicorn.Config(Bodies(site), access_log=False, log_config=None, ws="none", lifespan="off")
    config.load()
    make = partial(Connection, waiting, config=config, server_state=ServerState(), app_state={})
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0)

    async def sweep():
        while True:
            await asyncio.sleep(0.05)
            waiting.sweep(loop.time())

    sweeping = asyncio.create_task(sweep())
    line = Wire(site, server, waiting)
    try:
        yield line
    finally:
        sweeping.cancel()
        site.let_go.set()
        server.close()
        for writer in line.opened:
            writer.transport.abort()
        await asyncio.sleep(0.1)


GET = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def post(body, *headers, path=b"/page"):
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_who_says_nothing_is_let_go_and_who_says_half_is_told_so(monkeypatch):
    monkeypatch.setattr(connections, "HEAD", 0.3)

    async def story():
        async with wire() as line:
            nothing, half = await asyncio.gather(line.ask(b""), line.ask(b"GET /page HTTP/1.1\r\nHo"))
            assert line.phases() == {"IDLE": 0, "HEAD": 0, "BODY": 0}
            return nothing, half, line.site.seen

    nothing, half, seen = asyncio.run(story())

    assert (nothing, half.splitlines()[0], seen) == (b"", b"HTTP/1.1 408 Request Timeout", [])


def test_a_head_that_drips_is_not_awaited_longer_for_it(monkeypatch):
    monkeypatch.setattr(connections, "HEAD", 0.5)

    async def story():
        async with wire() as line:
            reader, writer = await line.open()
            begun = asyncio.get_running_loop().time()
            answered = asyncio.create_task(reader.read())
            for sign in LAST:
                writer.write(bytes([sign]))
                await asyncio.sleep(0.1)
                if answered.done():
                    break
            return asyncio.get_running_loop().time() - begun, line.site.seen

    took, seen = asyncio.run(story())

    assert took < 2
    assert seen == []


def test_after_an_answer_the_next_head_has_its_time_from_its_first_byte(monkeypatch):
    monkeypatch.setattr(connections, "HEAD", 0.5)

    async def story():
        async with wire() as line:
            reader, writer = await line.open(GET)
            await reader.readuntil(b"\r\n\r\n0")
            assert line.phases() == {"IDLE": 1, "HEAD": 0, "BODY": 0}
            await asyncio.sleep(1)
            writer.write(GET[:10])
            await asyncio.sleep(0.2)
            assert line.phases() == {"IDLE": 0, "HEAD": 1, "BODY": 0}
            writer.write(GET[10:])
            await reader.readuntil(b"\r\n\r\n0")
            writer.write(GET[:10])
            return await asyncio.wait_for(reader.read(), 5), line.site.seen

    late, seen = asyncio.run(story())

    assert late.startswith(b"HTTP/1.1 408 ")
    assert len(seen) == 2


def test_when_it_is_crowded_the_oldest_without_a_request_goes_and_those_between_two_before(monkeypatch):
    async def story():
        async with wire() as line:
            slow = await line.open(post(b"", path=b"/slow"))
            body = await line.open(post(b"12", b"Content-Length: 5"))
            head = await line.open(GET[:10])
            kept = await line.open(GET)
            await kept[0].readuntil(b"\r\n\r\n0")
            assert line.phases() == {"IDLE": 1, "HEAD": 1, "BODY": 1}
            monkeypatch.setattr(descriptors, "crowded", lambda: line.waiting.others + 5)
            gone = []
            for _ in range(4):
                await line.open(GET[:5])
                await asyncio.sleep(0.1)
                gone.append([one[0].at_eof() for one in (kept, body, head, slow)])
            line.site.let_go.set()
            return gone, await asyncio.wait_for(slow[0].read(), 5)

    gone, answered = asyncio.run(story())

    assert gone == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, False],
    ]
    assert answered.startswith(b"HTTP/1.1 200 ")


def test_who_does_not_fetch_the_answer_is_let_go_and_who_fetches_slowly_gets_all_of_it(monkeypatch):
    monkeypatch.setattr(connections, "WITHIN", 0.5)

    monkeypatch.setattr(connections, "FETCHED", 4096)

    async def story():
        async with wire() as line:
            never, slowly = await _narrow(line.port), await _narrow(line.port)
            fetched = 0
            while piece := await _piece(slowly):
                fetched += len(piece)
                await asyncio.sleep(0.005)
            left = 0
            while piece := await _piece(never):
                left += len(piece)
            return fetched, left

    fetched, left = asyncio.run(asyncio.wait_for(story(), 60))

    assert fetched > len(LARGE)
    assert left < len(LARGE)


async def _piece(line):
    """What comes next; nothing when the other side has closed."""
    try:
        piece = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(line, 50_000), 5)
    except ConnectionResetError:
        piece = b""
    if not piece:
        line.close()
    return piece


async def _narrow(port):
    """A connection that asked for something large and takes little at a time."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, ("127.0.0.1", port))
    await loop.sock_sendall(line, b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return line


UPGRADE = (
    b"GET /page HTTP/1.1\r\nHost: x\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked"


def chunks(body, length):
    pieces = [body[begin : begin + length] for begin in range(0, len(body), length)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("words", "status", "seen"),
    [
        (LAST, b"200", [("GET", "/page", 0)]),
        (b"GET /page HTTP/1.0\r\n\r\n", b"200", [("GET", "/page", 0)]),
        (post(b"12345", b"Content-Length: 5"), b"200", [("POST", "/page", 5)]),
        (post(chunks(b"12345", 2), CHUNKED), b"200", [("POST", "/page", 5)]),
        (post(b"12345", b"Content-Length: 5", b"Expect: 100-continue"), b"200", [("POST", "/page", 5)]),
        (post(chunks(b"1" * 40_000, 1), CHUNKED), b"400", []),
        (post(b"3;" + b"x" * 100_000 + b"\r\n123\r\n0\r\n\r\n", CHUNKED), b"400", []),
        (post(chunks(LAST, 9), CHUNKED, b"Content-Length: 5"), b"400", []),
        (post(b"12345", b"Content-Length: 5", b"Content-Length: 6"), b"400", []),
        (post(b"12345", b"Content-Length: +5"), b"400", []),
        (post(b"12345", b"Content-Length: -5"), b"400", []),
        (post(b"12345", b"Content-Length: " + b"9" * 5000), b"400", []),
        (post(b"12345", b"Content-Length : 5"), b"400", []),
        (post(b"0\r\n\r\n", b"Transfer-Encoding: chunked, chunked"), b"400", []),
        (post(b"0\r\n\r\n", b"Transfer-Encoding: gzip, chunked"), b"400", []),
        (post(b"0\r\n\r\n", b"Transfer-Encoding: \x0bchunked"), b"400", []),
        (b"GET /page HTTP/1.1\r\nConnection: close\r\n\r\n", b"400", []),
        (b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n", b"400", []),
        (b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"400", []),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10_000 + b"\r\n", b"400", []),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 200_000 + b"\r\n\r\n", b"400", []),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, b"400", []),
        (UPGRADE, b"200", [("GET", "/page", 0)]),
    ],
)
def test_every_shape_of_request_is_taken_once_or_refused(words, status, seen):
    async def story():
        async with wire() as line:
            answered = await line.ask(words)
            again = await line.ask(LAST)
            assert again.startswith(b"HTTP/1.1 200 ")
            return answered, line.site.seen[:-1]

    answered, found = asyncio.run(story())
    final = answered.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")

    assert found == seen
    # What is refused in the middle of a large piece may be lost with the connection.
    assert final[9:12] in {status, b""} if len(words) > 60_000 else final[9:12] == status
    assert final.count(b"HTTP/1.1 ") <= 1


def test_who_expects_to_be_asked_for_the_body_is_asked():
    async def story():
        async with wire() as line:
            reader, writer = await line.open(post(b"", b"Content-Length: 5", b"Expect: 100-continue"))
            asked = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"12345")
            return asked, await reader.read()

    asked, answered = asyncio.run(story())

    assert asked.startswith(b"HTTP/1.1 100 ")
    assert answered.endswith(b"\r\n\r\n5")


def test_who_expects_to_be_asked_for_far_too_much_is_refused_before():
    words = post(b"", b"Content-Length: 999999999", b"Expect: 100-continue")

    async def story():
        async with wire() as line:
            return await line.ask(words)

    assert asyncio.run(story()).startswith(b"HTTP/1.1 413 ")


def test_a_thousand_requests_at_once_on_one_connection_are_answered_one_after_the_other():
    async def story():
        async with wire() as line:
            answered = await line.ask(GET * 999 + LAST, 30)
            return answered.count(b"HTTP/1.1 200 "), len(line.site.seen)

    assert asyncio.run(story()) == (1000, 1000)


def test_rubbish_in_the_middle_of_an_answer_ends_the_connection_and_nothing_else(caplog):
    async def story():
        async with wire() as line:
            reader, writer = await line.open(b"POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            await asyncio.sleep(0.1)
            writer.write(b"rubbish\r\n")
            refused = await asyncio.wait_for(reader.read(), 5)
            assert (await line.ask(LAST)).startswith(b"HTTP/1.1 200 ")
            return refused

    assert asyncio.run(story()).startswith(b"HTTP/1.1 400 ")
    assert [record.getMessage() for record in caplog.records] == ["Invalid HTTP request received."]


def test_a_connection_that_left_is_forgotten():
    async def story():
        async with wire() as line:
            for words in (b"", GET[:5], GET, post(b"1", b"Content-Length: 2")):
                _, writer = await line.open(words)
                await asyncio.sleep(0.05)
                writer.close()
            await asyncio.sleep(0.2)
            return line.phases()

    assert asyncio.run(story()) == dict.fromkeys(("IDLE", "HEAD", "BODY"), 0)


def test_what_the_site_itself_uses_counts_as_well(monkeypatch):
    async def story():
        async with wire() as line:
            quiet = [await line.open() for _ in range(3)]
            await asyncio.sleep(0.1)
            line.waiting.count()
            assert line.waiting.others + 3 == descriptors.in_use()
            # The database wants more: two of those who say nothing go, without anybody else coming.
            monkeypatch.setattr(descriptors, "crowded", lambda: line.waiting.others + 2)
            await asyncio.sleep(0.2)
            return [one[0].at_eof() for one in quiet]

    assert asyncio.run(story()) == [True, True, False]


def test_when_not_even_the_question_can_be_asked_it_is_crowded(monkeypatch):
    class Full:
        def is_dir(self):
            return True

        def iterdir(self):
            raise OSError(24, "Too many open files")

    monkeypatch.setattr(descriptors, "LISTS", (Full(),))

    assert descriptors.in_use() == descriptors.limit() > descriptors.crowded() > descriptors.for_streams()
    monkeypatch.setattr(descriptors, "LISTS", ())
    assert descriptors.in_use() == descriptors.OWN


def test_every_wait_has_its_place():
    assert set(Waiting().phases) == set(Phase) - {Phase.ANSWER}
