"""The log: a line of each kind a minute, counted, on one line, nothing raw."""

import io
import logging
import time

import pytest
from django.core.exceptions import DisallowedHost

from shuping import settings
from shuping.core import telling


@pytest.fixture
def log(monkeypatch):
    """A logger with two handlers of the site's own kind, and what each wrote."""
    monkeypatch.setattr(telling, "_kinds", {})
    written = [io.StringIO(), io.StringIO()]
    logger = logging.getLogger("tests.telling")
    logger.propagate = False
    formatter = logging.Formatter(settings.LOGGING["formatters"]["plain"]["format"], style="{")
    for stream in written:
        handler = logging.StreamHandler(stream)
        handler.addFilter(telling.OnceAMinute())
        handler.setFormatter(formatter)
        logger.addHandler(handler)
    logger.written = written
    yield logger
    logger.handlers.clear()


def _lines(log):
    first, second = (stream.getvalue() for stream in log.written)
    assert first == second
    return first.splitlines()


def _many(log, number, message="Invalid HTTP request received."):
    for _ in range(number):
        log.warning(message)


def test_every_handler_of_the_site_has_the_filter():
    assert ["once" in handler["filters"] for handler in settings.LOGGING["handlers"].values()] == [True, True]


def test_a_kind_is_told_once_a_minute_with_the_number_of_those_left_out(log, monkeypatch):
    clock = time.monotonic()
    monkeypatch.setattr(telling.time, "monotonic", lambda: clock)
    _many(log, 1000)
    log.error("Something else.")
    assert _lines(log) == [
        "WARNING tests.telling: Invalid HTTP request received.",
        "ERROR tests.telling: Something else.",
    ]

    clock += telling.WINDOW
    _many(log, 3)

    assert _lines(log)[2:] == ["WARNING tests.telling: Invalid HTTP request received. (and 999 more since)"]


def test_when_it_has_stopped_the_number_is_told_all_the_same(log, monkeypatch):
    clock = time.monotonic()
    monkeypatch.setattr(telling.time, "monotonic", lambda: clock)
    _many(log, 50)
    telling.tell_what_was_left_out()
    assert len(_lines(log)) == 1

    clock += telling.WINDOW
    telling.tell_what_was_left_out()
    telling.tell_what_was_left_out()

    assert _lines(log)[1:] == ["WARNING tests.telling: 49 more in a minute: Invalid HTTP request received."]


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("a\nERROR root: forged", "a\\nERROR root: forged"),
        ("\x1b[2Jclear", "\\x1b[2Jclear"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("line\u2028next", "line\\u2028next"),
        ("述评 ok", "述评 ok"),
        ("x" * 5000, "x" * 400 + "… (5000 characters)"),
    ],
)
def test_nothing_is_written_raw_that_a_stranger_sent(log, sent, written):
    log.error("%s", sent)

    assert _lines(log) == [f"ERROR tests.telling: {written}"]


def _fail(log, error, words="It failed."):
    def fail():
        raise error

    try:
        fail()
    except Exception:
        log.exception(words)


def test_what_strangers_bring_about_is_one_line_without_the_places_in_the_program(log):
    _fail(log, DisallowedHost("Invalid HTTP_HOST header: 'evil'."), "Invalid HTTP_HOST header: 'evil'.")
    _fail(log, OSError(24, "Too many open files"), "socket.accept() out of system resource\nsocket: <x>")

    assert _lines(log) == [
        "ERROR tests.telling: Invalid HTTP_HOST header: 'evil'.",
        "ERROR tests.telling: socket.accept() out of system resource\\nsocket: <x>: [Errno 24] Too many open files",
    ]


def test_a_fault_of_the_program_keeps_its_places_and_forges_no_line(log):
    _fail(log, ValueError("bad\nERROR root: forged"))

    lines = _lines(log)

    assert lines[0] == "ERROR tests.telling: It failed."
    assert any("test_telling.py" in line for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])


def test_two_faults_on_one_line_of_the_log_are_two_kinds(log):
    for error in (ValueError("a"), KeyError("b"), ValueError("c")):
        _fail(log, error)

    assert sum(line == "ERROR tests.telling: It failed." for line in _lines(log)) == 2


def test_a_traceback_is_bounded(log):
    def deeper(level):
        return deeper(level - 1) if level else 1 / 0

    try:
        deeper(300)
    except ZeroDivisionError:
        log.exception("Deep.")

    assert len(_lines(log)) <= telling.LINES + 1
