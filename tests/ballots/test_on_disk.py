"""The real server with a ballot: what it answers to hostile requests, and what is on its disk afterwards."""

import base64
import hashlib
import re
import time

import httpx
import pytest
from django.conf import settings
from django.db import connection, connections
from django.urls import reverse

from ballotbox import blind, tokens
from ballotbox.credentials import private_exponent
from shuping.box import checking
from shuping.core import datafolder
from tests.ballots.halls import GOOD, GROUP, POOR, open_hall
from tests.ballots.opining import WITH_OPINIONS, Pen
from tests.ballots.served import everything_kept, served
from tests.builders import client_for

# Tables with something about a single ballot or slip; each is looked at by tests/house/test_schema.py.
ABOUT_BALLOTS = {"shuping_castballot", "shuping_credential", "shuping_event"}
# What a transaction may write that takes a ballot in, or puts it into the box.
WITH_A_BALLOT = {"box_sealed", "box_link", "box_strand", "box_mark"}
WRITES = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


def _signed_in(hall, name: str) -> str:
    return client_for(hall.world.people[name]).cookies[settings.SESSION_COOKIE_NAME].value


def _press(place, hall, form: str, session: str) -> None:
    """Press a button of the desk as a browser does."""
    with httpx.Client(trust_env=False, cookies={settings.SESSION_COOKIE_NAME: session}) as browser:
        page = browser.get(place.address + reverse("ballot", args=[hall.world.cycle.pk])).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        address = place.address + reverse(form, args=[hall.world.cycle.pk])
        answer = browser.post(address, data={"csrfmiddlewaretoken": token}, headers={"Referer": place.address + "/"})
        assert answer.status_code == 302, answer.text[:500]


def _wait(place, sql: str, expected: int) -> None:
    until = time.monotonic() + 30
    while place.rows(sql) != [(expected,)]:
        assert time.monotonic() < until, place.rows(sql)
        time.sleep(0.2)


IN_THE_BOX = "SELECT COUNT(*) FROM box_sealed WHERE state = 'in_box'"
LEFT = "SELECT COUNT(*) FROM box_mark"


WRITTEN = "The light on the stairs has been broken for two years."


def _write(place, pen: Pen, cookies: dict[str, str]) -> str:
    """A slip is given tokens and spends one; returns the mark of its request."""
    raw, wrapped = pen.request()
    signed = [base64.b64decode(one) for one in place.post("tokens", raw, cookies=cookies).json()["signatures"]]
    prepared, inverse = wrapped[0]
    token = blind.finalize(pen.key, prepared, signed[0], inverse)
    body = tokens.post(prepared, token, pen.seal(WRITTEN))
    assert place.post("opinion", body, cookies=cookies).status_code == 201
    return hashlib.sha256(raw).hexdigest()


def test_after_voting_no_file_leads_to_a_person_a_code_or_a_time(file_database, tmp_path, monkeypatch):
    hall = open_hall(text=WITH_OPINIONS)
    session = _signed_in(hall, "scrutineer")
    known = everything_times(hall)
    with served(hall, tmp_path, monkeypatch) as place:
        asked = [_write(place, Pen(hall, "A", slip), {settings.SESSION_COOKIE_NAME: session}) for slip in range(10)]
        for slip in range(10):
            raw = hall.seal([GOOD, POOR], slip=slip)
            assert place.post("cast", raw, cookies={settings.SESSION_COOKIE_NAME: session}).status_code == 201
        _press(place, hall, "close-ballot", session)
        _wait(place, IN_THE_BOX, 10)
        _press(place, hall, "tally", session)
        _wait(place, "SELECT COUNT(*) FROM shuping_sealedopinion", 10)
        _wait(place, LEFT, 0)
        until = time.monotonic() + 30  # the worker cuts the logs
        while any(place.folder.joinpath(f"{name}-wal").stat().st_size for name in datafolder.FILES):
            assert time.monotonic() < until
            time.sleep(0.2)
        kept = {f"while serving: {name}": body for name, body in everything_kept(place).items()}
    kept |= everything_kept(place)

    assert any(b"election_uuid" in body for body in kept.values()), "the ballots have to be there to be looked for"
    for code, slips in hall.slips.items():
        for slip, credential in enumerate(slips):
            exponent = private_exponent(GROUP, hall.ballot.identifier, credential)
            for secret in (credential, credential.replace("-", ""), str(exponent), f"{exponent:064x}"):
                assert not [name for name, body in kept.items() if secret.encode() in body], (code, slip)
            assert [name for name, body in kept.items() if hall.public(code, slip).encode() in body]
    for mark in asked:  # who was given tokens is forgotten when the ballots are added up
        assert not [name for name, body in kept.items() if mark.encode() in body]
    assert not [name for name, body in kept.items() if WRITTEN.encode() in body]
    left = _times(kept) - known - _times_of_acts(place)
    assert {name: stamp for name, body in kept.items() for stamp in left if stamp in body} == {}
    assert _tables_about_ballots(place) == ABOUT_BALLOTS
    begun = ("数据目录", "数据库", "其他用户")  # what every start says
    assert [line for line in place.log.read_text().splitlines() if not line.startswith(begun)] == []


STAMP = re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?")


def _times(kept: dict[str, bytes]) -> set[bytes]:
    """Every instant, as SQLite writes it, in any of the files: in rows, freed pages and the log."""
    return {stamp for body in kept.values() for stamp in STAMP.findall(body)}


def everything_times(hall) -> set[bytes]:
    """The instants that stood in the database before voting began."""
    return {stamp for table in connection.introspection.table_names() for stamp in _stamps_in(table)}


def _stamps_in(table: str) -> set[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return {stamp for row in cursor.fetchall() for cell in row for stamp in STAMP.findall(str(cell).encode())}


def _times_of_acts(place) -> set[bytes]:
    """The instants of acts (closing, adding up), which the record of acts has to have, and those of sessions."""
    found = place.rows("SELECT at FROM shuping_act")
    found += place.rows("SELECT created FROM shuping_session UNION SELECT used FROM shuping_session")
    return {stamp for (value,) in found for stamp in STAMP.findall(value.encode())}


def _tables_about_ballots(place) -> set[str]:
    """The tables in which a tracker, a public credential or its hash stands in any column."""
    marks = place.rows("SELECT tracker, credential_hash FROM shuping_castballot")
    marks += place.rows("SELECT public, public_hash FROM shuping_credential")
    wanted = {mark for row in marks for mark in row}
    # An event names a ballot by the same hash as its tracker, in other digits.
    trackers = place.rows("SELECT tracker FROM shuping_castballot")
    wanted |= {base64.b64decode(tracker + "=").hex() for (tracker,) in trackers}
    found = set()
    every = "SELECT name FROM main.sqlite_master WHERE type = 'table' "
    for (table,) in place.rows(f"{every} UNION {every.replace('main', 'site')}"):
        for row in place.rows(f'SELECT * FROM "{table}"'):
            text = " ".join(cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row)
            if any(mark in text for mark in wanted):
                found.add(table)
                break
    return found


# --- transactions -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_transaction_that_writes_a_ballot_writes_about_a_person():
    hall = open_hall()
    sealed = [hall.seal([GOOD, POOR], slip=slip) for slip in range(2)]
    browser = client_for(hall.world.chen)
    written: list[str] = []

    def watch(execute, sql, parameters, many, context):
        written.extend(WRITES.findall(sql))
        return execute(sql, parameters, many, context)

    with connections[settings.BOX].execute_wrapper(watch):
        for raw in sealed:
            hall.post("cast", raw, browser)
        checking.check_all()
    assert set(written) == WITH_A_BALLOT

    del written[:]
    with connection.execute_wrapper(watch):
        hall.post("cast", hall.seal([GOOD, POOR], slip=2), browser)
        checking.check_all()
    assert set(written) == (WITH_A_BALLOT if settings.BOX == "default" else set())


# --- the wire -----------------------------------------------------------------------------------------------------


def test_hostile_requests_on_the_wire(file_database, tmp_path, monkeypatch):
    hall = open_hall()
    raw = hall.seal([GOOD, POOR])
    with served(hall, tmp_path, monkeypatch) as place:

        def status(head: str, body: bytes) -> int:
            return int(place.raw(head + "\r\nConnection: close", body).split()[1])

        whole = f"{len(raw):x}\r\n".encode() + raw + b"\r\n"
        assert status("Transfer-Encoding: chunked", b"xyz\r\n") == 400
        assert status(f"Content-Length: {len(raw)}\r\nContent-Length: 5", raw) == 400
        assert status("Content-Length: " + "9" * 5000, b"") in (400, 413)
        assert status("Content-Length: x", b"") == 400
        assert status("Content-Length: 10000000", b"9" * 50_000) == 413  # answered before the rest is sent
        assert status(f"Content-Length: {len(raw) - 1}", raw[:-1]) == 400
        for part in (0, 1, len(raw) // 2):  # the phone loses the network in the middle
            place.raw(f"Content-Length: {len(raw)}", raw[:part], finish=False)
        assert status(f"Content-Length: {len(raw) + 50}\r\nExpect: 100-continue", b"") in (100, 400)
        place.raw("Transfer-Encoding: chunked", whole, finish=False)  # and never says that this was all
        assert place.rows("SELECT COUNT(*) FROM box_sealed") == [(0,)]
        assert status("Transfer-Encoding: chunked", whole + b"0\r\n\r\n") == 201
        assert place.post("cast", raw).status_code == 200
        time.sleep(1)
    said = place.log.read_text()

    assert hall.ballot.identifier not in said
    assert "Traceback" not in said
