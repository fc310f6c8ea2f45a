"""While the ballot is open: two worlds in which the same people voted differently look the same to everybody."""

import json
import logging
import re

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuping.ballots import held
from shuping.box import checking
from shuping.documents import kinds
from tests.ballots.halls import CODES, GOOD, POOR, open_hall, undone
from tests.builders import client_for
from tests.results.crawling import everything, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2022-12-29T09:00:00+08:00", tick=False)]

ROLES = ("wei", "committee", "scrutineer", "teller", "ada", "auditor", "observer", "lin", "zhou")
VOTERS = {"A": 6, "B": 4}
# What may differ between the two worlds, and why: hashes of sealed ballots, their order in a batch, which is drawn by
# chance, and what is drawn anew for each page.
MAY_DIFFER = (
    # A workbook is written in a process of its own, by the real clock.
    (re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*"), r"\1"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\b[0-9a-f]{16}…"), "HASH"),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])"), "TRACKER"),
    (re.compile(r"at height \d+"), "at height N"),
    (re.compile(r'(csrfmiddlewaretoken" value="|csrf-token" content="|"X-CSRFToken": ")\w+'), r"\1TOKEN"),
)


def _plain(text: str) -> str:
    for pattern, word in MAY_DIFFER:
        text = pattern.sub(word, text)
    return text


def _world(hall, browsers, vote, log) -> dict[str, object]:
    """Let the voters vote so; everything that anybody then gets, and what it took; afterwards nothing has happened."""
    seen: dict[str, object] = {}
    log.clear()
    # A paper that an earlier test printed at another hour may say the very same words.
    kinds._body.cache_clear()
    try:
        with undone():
            trackers = [hall.vote(vote(code, slip), code, slip) for code in VOTERS for slip in range(VOTERS[code])]
            with CaptureQueriesContext(connections[settings.BOX]) as queries:
                checking.check_all()
            seen["statements of the worker"] = [_statement(query["sql"]) for query in queries]
            for name, browser in browsers.items():
                seen |= {f"{name}: {address}": answer for address, answer in _walk(hall, browser).items()}
            seen |= _asked(hall, trackers[0])
    finally:
        seen["log"] = sorted(_plain(record.getMessage()) for record in log.records)
        hall.ballot.refresh_from_db()
        hall.cast.clear()
    return seen


def _statement(sql: str) -> str:
    return re.sub(r"'[^']*'|x'[^']*'|s\d+_x\d+|\b\d+\b", "?", re.sub(r"0x[0-9A-Fa-f]+", "?", sql))[:60]


def _walk(hall, browser) -> dict[str, tuple[int, str]]:
    year = hall.world.cycle.pk
    starts = [
        reverse("home"),
        *(reverse(name, args=[year]) for name in ("cycle", "ballot", "results", "letters", "meeting", "results-json")),
        *(reverse(name, args=[year]) for name in ("counts-json", "results-summary")),
        *(reverse(name, args=[hall.ballot.identifier]) for name in ("board", "booth", "trustee", "trustee-tasks")),
        *(reverse("record", args=[year, code]) for code in VOTERS),
        *(reverse("paper-totals", args=[year, code]) for code in VOTERS),
        *(reverse("score", args=[year, entry.number]) for entry in hall.world.entries),
    ]
    got = everything(browser, *starts, skip=_not_looked_at)
    assert not [address for address, (status, _body) in got.items() if status >= 500]
    return {_plain(address): (status, _plain(text_of(body))) for address, (status, body) in got.items()}


def _not_looked_at(address: str) -> bool:
    """Pages about the own account, and what the press makes of a paper that is compared as docx."""
    return address.endswith(".pdf") or address.startswith(("/account", "/sign-in", "/own", "/styleguide"))


def _asked(hall, tracker: str) -> dict[str, object]:
    """What a booth and somebody who looks a tracker up are answered."""
    board = reverse("board", args=[hall.ballot.identifier])
    found = Client().post(board, {"tracker": tracker}).content.decode()
    assert "This ballot is in the box" in found
    return {
        "which": hall.which().json(),
        "found": _plain(found),
        "refused": hall.post("cast", b"{}").json(),
        "not found": _plain(Client().post(board, {"tracker": "x" * 43}).content.decode()),
        "health": Client().get("/health").content,
    }


def _where(first: object, second: object) -> tuple[str, str]:
    """The first place at which two answers differ."""
    one, other = str(first), str(second)
    pairs = enumerate(zip(one, other, strict=False))
    place = next((number for number, (left, right) in pairs if left != right), min(len(one), len(other)))
    return one[max(0, place - 60) : place + 60], other[max(0, place - 60) : place + 60]


def _all_good(_code: str, _slip: int) -> list[int]:
    return [GOOD, GOOD]


def _mixed(code: str, slip: int) -> list[int]:
    return [POOR if code == "A" else slip % len(CODES), (slip + 1) % len(CODES)]


def test_two_worlds_that_voted_differently_look_the_same(caplog):
    caplog.set_level(logging.INFO)
    hall = open_hall(text=None)
    browsers = {name: client_for(hall.world.people[name]) for name in ROLES} | {"nobody": Client()}

    first, second = (_world(hall, browsers, vote, caplog) for vote in (_all_good, _mixed))

    assert len(first) > 150
    assert first.keys() == second.keys()
    assert {what: _where(first[what], second[what]) for what in first if first[what] != second[what]} == {}


def test_the_comparison_sees_a_difference_when_there_is_one(caplog):
    hall = open_hall()
    browsers = {"nobody": Client()}
    first = _world(hall, browsers, _all_good, caplog)
    hall.vote([GOOD, GOOD], "A", 9)  # one voter more

    second = _world(hall, browsers, _all_good, caplog)

    assert [what for what in first if first[what] != second.get(what)] != []


def test_nothing_of_a_sealed_ballot_is_on_any_page():
    """Not even the sealed ballots are handed out while voting goes on; nor can a trustee ask for a sum."""
    hall = open_hall()
    hall.votes("A", 3)
    checking.check_all()
    sealed = [json.loads(bytes(row.raw))["signature"]["hash"] for row in held.sealed(hall.part())]

    for name in ROLES:
        got = _walk(hall, client_for(hall.world.people[name]))
        assert not [address for address, (_status, text) in got.items() if any(mark in text for mark in sealed)]
        assert not [address for address, (status, _text) in got.items() if ".bel" in address and status == 200]
    assert hall.tasks()["categories"] == []
