"""Every malformed ballot is refused by name, in both languages, in little time and memory; nothing of it is kept."""

import json
import logging
import time
import tracemalloc

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

import ballotbox
from shuping.ballots.models import CastBallot
from tests.ballots.conftest import kept
from tests.ballots.halls import GOOD, POOR, open_hall

pytestmark = pytest.mark.django_db

LONGEST_SECONDS, MOST_BYTES = 5.0, 8_000_000
DIGITS = b"9" * 10_000_000


@pytest.fixture(scope="module")
def opened(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        hall = open_hall()
        yield hall, hall.seal([GOOD, POOR])


def _changed(raw: bytes, change) -> bytes:
    """The ballot with something in it replaced, in canonical JSON again."""
    body = json.loads(raw)
    change(body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _set(*path):
    """Replace what stands at a path: the last item is the new value."""
    *places, last, value = path

    def change(body):
        for place in places:
            body = body[place]
        body[last] = value

    return change


def _nested(depth: int):
    value = []
    for _ in range(depth):
        value = [value]
    return value


FIRST = ("answers", 0, "choices", 0, "alpha")
PROOF = ("answers", 0, "individual_proofs", 0, 0, "response")
SHAPES = {
    "answers are a text": _set("answers", "x"),
    "answers are an object": _set("answers", {}),
    "answers are null": _set("answers", None),
    "an answer is a list": _set("answers", 0, []),
    "an answer too many": lambda body: body["answers"].append(body["answers"][0]),
    "an answer too few": lambda body: body["answers"].pop(),
    "a choice too many": lambda body: body["answers"][0]["choices"].append(body["answers"][0]["choices"][0]),
    "proofs are true": _set("answers", 0, "individual_proofs", True),
    "credential is a number": _set("credential", 7),
    "credential is a list": _set("credential", ["x"]),
    "election is null": _set("election_hash", None),
    "a field too many": _set("voter", "Chen"),
    "a field too few": lambda body: body.pop("credential"),
    "signature is a text": _set("signature", "x"),
    "signature has another field": _set("signature", "more", 1),
    "a response is a number": _set(*PROOF, 7),
    "a response is a float": _set(*PROOF, 7.5),
    "a response is above the order": _set(*PROOF, str(ballotbox.group("Ed25519").order)),
    "a response begins with nought": _set(*PROOF, "07"),
    "a response is below nought": _set(*PROOF, "-7"),
    "a response in other digits": _set(*PROOF, "٣"),
    "a response of 300,000 digits": _set(*PROOF, "9" * 300_000),
    "a point is a number": _set(*FIRST, 7),
    "a point is null": _set(*FIRST, None),
    "a point in capitals": _set(*FIRST, "F" * 64),
    "a point too short": _set(*FIRST, "0" * 63),
    "a point of zeros and a lone surrogate": _set(*FIRST, "\ud800" + "0" * 63),
    "nested five hundred deep": _set("answers", _nested(500)),
}
NAMED = {
    *(
        "not_canonical",
        "wrong_shape",
        "wrong_election",
        "unknown_credential",
        "bad_signature",
        "bad_point",
        "too_large",
    ),
    "bad_scalar",
}


def _refused(hall, body: bytes, statuses=(400, 413), **headers) -> str:
    """Post, and look at everything a refusal has to be. Returns its name."""
    address = reverse("cast", args=[hall.ballot.identifier])
    tracemalloc.start()
    began = time.perf_counter()
    try:
        answer = Client().generic("POST", address, body, content_type="application/json", **headers)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - began < LONGEST_SECONDS
    assert held - len(body) < MOST_BYTES
    assert answer.status_code in statuses
    error = answer.json()["error"]
    assert error["code"] in NAMED
    assert error["en"].isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error["zh"])
    assert not CastBallot.objects.exists()
    return error["code"]


@pytest.fixture(autouse=True)
def _nothing_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    yield
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "asyncio")
    assert "election_uuid" not in said
    assert "alpha" not in said


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES)
def test_a_ballot_of_another_shape_is_refused(opened, change):
    hall, raw = opened

    _refused(hall, _changed(raw, change))


TEXTS = {
    "non UTF-8": lambda raw: raw[:60] + b"\xff\xfe" + raw[60:],
    "overlong UTF-8": lambda raw: raw[:60] + b"\xc0\xaf" + raw[60:],
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "a mark of byte order": lambda raw: b"\xef\xbb\xbf" + raw,
    "truncated": lambda raw: raw[: len(raw) // 2],
    "without its end": lambda raw: raw[:-1],
    "with more behind it": lambda raw: raw + b"{}",
    "twice": lambda raw: raw + raw,
    "a space too many": lambda raw: raw.replace(b'"credential":', b'"credential": ', 1),
    "a key twice": lambda raw: raw.replace(b'"credential":', b'"credential":"x","credential":', 1),
    "a key twice inside": lambda raw: raw.replace(b'{"alpha":', b'{"alpha":"0","alpha":', 1),
    "NaN": lambda raw: raw.replace(b'"challenge":"', b'"challenge":NaN,"x":"', 1),
    "Infinity": lambda raw: raw.replace(b'"challenge":"', b'"challenge":-Infinity,"x":"', 1),
    "a float": lambda raw: raw.replace(b'"challenge":"', b'"challenge":1e400,"x":"', 1),
    "a long number": lambda raw: raw.replace(b'"challenge":"', b'"challenge":' + b"9" * 1000 + b',"x":"', 1),
    "an escaped lone surrogate": lambda raw: raw.replace(b'{"alpha":"', b'{"alpha":"\\udc00', 1),
    "an escape that need not be": lambda raw: raw.replace(b'"alpha"', b'"\\u0061lpha"', 1),
    "nested without end": lambda raw: raw[:35] + b"[" * 390_000,
    "nested objects without end": lambda raw: raw[:35] + b'"a":' + b'{"a":' * 70_000,
    "nought bytes": lambda raw: raw[:60] + b"\x00" * 100 + raw[60:],
    "digits in the place of the election": lambda _raw: b'{"election_uuid":' + b"9" * 390_000,
    "fields without number": lambda raw: raw[:-1] + b"".join(b',"%d":0' % n for n in range(40_000)) + b"}",
}


@pytest.mark.parametrize("change", TEXTS.values(), ids=TEXTS)
def test_a_ballot_in_another_writing_is_refused(opened, change):
    hall, raw = opened

    assert _refused(hall, change(raw)) in {"not_canonical", "wrong_shape", "too_large"}


@pytest.mark.parametrize("body", [DIGITS, b'"' + DIGITS + b'"', b"[" * 10_000_000], ids=["digits", "text", "lists"])
def test_ten_megabytes_are_not_even_read(opened, body):
    hall, _raw = opened

    assert _refused(hall, body, statuses=(413,)) == "too_large"


@pytest.mark.parametrize(
    ("length", "status"),
    [("5", 400), ("400001", 413), ("9" * 5000, 413), ("-5", 413), ("1.5", 413), ("", 400), ("٣", 400)],
)
def test_a_length_that_is_not_the_body_s_is_refused(opened, length, status):
    hall, raw = opened

    _refused(hall, raw[: len(raw) - 9], statuses=(status,), CONTENT_LENGTH=length)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_the_box_takes_posts_only(opened, method):
    hall, raw = opened

    assert Client().generic(method, reverse("cast", args=[hall.ballot.identifier]), raw).status_code == 405


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_what_a_body_calls_itself_does_not_matter(opened, kind):
    hall, raw = opened
    answer = Client().generic("POST", reverse("cast", args=[hall.ballot.identifier]), raw[:-1], content_type=kind)

    assert answer.json()["error"]["code"] == "not_canonical"


def test_a_refused_ballot_writes_nothing_at_all(opened):
    hall, raw = opened
    written = []

    def watch(execute, sql, parameters, many, context):
        if not sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            written.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(watch):
        for change in TEXTS.values():
            hall.post("cast", change(raw))

    assert written == []


def test_after_all_that_the_sound_ballot_is_taken(opened):
    hall, raw = opened
    CastBallot.objects.all().delete()

    assert hall.post("cast", raw).status_code == 201
    CastBallot.objects.all().delete()
