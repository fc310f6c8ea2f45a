"""Strangers who hold connections open, drip, and send what is no request: it goes on for everybody else."""

import re
import socket
import time
from contextlib import ExitStack, closing, suppress

import httpx
import pytest

from shuping.rehearsal.site import free_port
from tests.faults import halls

FEW = 256  # descriptors that the machine lets the server have
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from shuping import cli
sys.exit(cli.main(["serve", "--new"]))
"""
GET = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def _site(folder, soft, hard):
    site = halls.Site(folder / "data", free_port())
    site.program = ["-c", LIMITED.format(soft=soft, hard=hard)]
    site.start()
    return site


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A server that may have few descriptors, and no more."""
    site = _site(tmp_path_factory.mktemp("crowded"), 100, FEW)
    yield site
    site.stop()


class Strangers:
    """Connections that are held open until the end of a test."""

    def __init__(self, site):
        self.port, self.stack = site.port, ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.stack.close()

    def come(self, number, words=b"", address="127.0.0.1"):
        return [self._one(words, address) for _ in range(number)]

    def _one(self, words, address):
        line = socket.socket()
        self.stack.enter_context(closing(line))
        line.settimeout(20)
        line.bind((address, 0))
        line.connect(("127.0.0.1", self.port))
        with suppress(ConnectionError):
            line.sendall(words)
        return line


def _gone(lines):
    """How many of them the other side has closed."""
    number = 0
    for line in lines:
        line.setblocking(False)
        try:
            number += line.recv(10_000) == b"" or line.recv(10_000) == b""
        except BlockingIOError:
            pass
        except ConnectionError:
            number += 1
    return number


def _asked(site, path="/sign-in/"):
    """The status of a page over a connection of its own, and how long it took."""
    begun = time.monotonic()
    answer = httpx.get(f"http://127.0.0.1:{site.port}{path}", trust_env=False, timeout=20)
    return answer.status_code, time.monotonic() - begun


def test_the_server_takes_as_many_descriptors_as_the_machine_lets_it_have(crowded):
    with open(f"/proc/{crowded.process.pid}/limits", encoding="ascii") as limits:  # noqa: PTH123
        found = re.search(r"Max open files\s+(\d+)\s+(\d+)", limits.read())

    assert found
    assert found.groups() == (str(FEW), str(FEW))


def test_three_hundred_who_say_nothing_hold_up_nobody(crowded):
    """More than the server has descriptors for, from the address of everybody else and from another."""
    page = httpx.get(f"http://127.0.0.1:{crowded.port}/now/", trust_env=False, timeout=20).text
    followed = re.search(r'sse-connect="(.*?)"', page)
    assert followed
    watch = f"GET {followed[1]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with Strangers(crowded) as strangers:
        watching = strangers.come(20, watch)
        for line in watching:
            assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
        kept = strangers.come(10, GET)
        lines = [
            *strangers.come(150),
            *strangers.come(75, b"GET / HT", address="127.0.0.2"),
            *strangers.come(75, b"POST /v/x/cast HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n1"),
        ]
        answers = [_asked(crowded) for _ in range(20)]
        assert {status for status, _ in answers} == {200}
        assert max(took for _, took in answers) < 5
        assert _gone(watching) == 0
        # Who was answered once and says nothing more went first, then the oldest of the others.
        assert _gone(kept) == len(kept)
        assert 0 < _gone(lines[:150]) < len(lines)
    assert "Too many open files" not in crowded.log.read_text("utf-8")


def test_when_streams_take_their_share_the_next_is_told_to_come_later_and_pages_go_on(crowded):
    page = httpx.get(f"http://127.0.0.1:{crowded.port}/now/", trust_env=False, timeout=20).text
    followed = re.search(r'sse-connect="(.*?)"', page)
    assert followed
    watch = f"GET {followed[1]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    with Strangers(crowded) as strangers:
        lines = strangers.come(FEW * 7 // 10, watch)
        told = [line.recv(2000) for line in lines]
        refused = [one for one in told if one.startswith(b"HTTP/1.1 503 ")]
        assert {one[9:12] for one in told} == {b"200", b"503"}
        assert len(told) - len(refused) == (FEW - 64) * 7 // 10
        assert all(b"retry-after: 10" in one for one in refused)
        assert _asked(crowded)[0] == 200


def test_whoever_says_nothing_is_let_go_after_ten_seconds(crowded):
    with Strangers(crowded) as strangers:
        nothing, half = strangers.come(1), strangers.come(1, b"GET / HT")
        begun = time.monotonic()
        assert nothing[0].recv(1000) == b""
        assert half[0].recv(1000).startswith(b"HTTP/1.1 408 ")
        took = time.monotonic() - begun

    assert 5 < took < 20


def test_fonts_and_whatever_is_not_a_page_s_are_not_handed_out(crowded):
    assert _asked(crowded, "/static/built/pico.css")[0] == 200
    assert _asked(crowded, "/static/built/fonts/NotoSansSC_400Regular.ttf")[0] == 404
    answer = httpx.get(f"http://127.0.0.1:{crowded.port}/static/built/pico.css", trust_env=False)
    assert "access-control-allow-origin" not in answer.headers


def test_who_fetches_slowly_holds_no_thread(crowded):
    """Twice as many as there are threads ask for the largest file of all pages and take none of it."""
    ask = b"GET /static/django_htmx/htmax-4.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with Strangers(crowded) as strangers:
        for line in strangers.come(12):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(ask)
        time.sleep(0.5)
        status, took = _asked(crowded)

    assert status == 200
    assert took < 5


HOSTILE = [
    b"GET /sign-in/ HTTP/1.1\r\nHost: evil\x1b[2J.example\r\nConnection: close\r\n\r\n",
    b"GET /sign-in/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    b"GET /sign-in/%0aERROR%20root:%20forged HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n",
    b"POST /sign-in/%0aforged%1b[2J HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
    b"rubbish\r\n\r\n",
    b"GET /live/?page=/now/999999/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
]


def test_what_strangers_write_into_the_log_is_a_few_lines_and_none_of_it_raw(crowded):
    before = len(crowded.log.read_text("utf-8"))
    with Strangers(crowded) as strangers:
        for _ in range(40):
            for words in HOSTILE:
                (line,) = strangers.come(1, words)
                with suppress(ConnectionError):
                    while line.recv(10_000):
                        pass
                line.close()
    written = crowded.log.read_text("utf-8")[before:]

    assert 1 <= len(written.splitlines()) <= 12
    assert len(written) < 5000
    assert "\x1b" not in written
    assert "forged" not in "".join(line for line in written.splitlines() if not re.match(r"(WARNING|ERROR) \w", line))
    assert "127.0.0.1:" not in written
    assert "Traceback" not in written
