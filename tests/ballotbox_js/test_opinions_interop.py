"""Opinions and tokens that the browser makes, the Python side takes; and what a trustee's page makes opens them."""

import hashlib
import json

import pytest

import ballotbox as bb
from ballotbox import blind, opinions, tokens
from ballotbox.encoding import canonical
from tests.ballotbox_js.node import ask
from tests.ballotbox_js.test_booth_interop import GROUPS, IDENTIFIER, make_election, make_trustees

WRITTEN = [
    ("01", "楼道灯坏了两年，报了三次。"),
    ("02", "  Blanks at both ends go.\u2003\n"),
    ("01", '"quotes" & <marks>, 😀'),
    ("02", "长" * (opinions.LONGEST // 3)),
    ("18", "x" * opinions.LONGEST),
    *(("01", f"opinion {number}") for number in range(5)),
]


@pytest.mark.parametrize("group", GROUPS)
def test_opinions_of_the_browser_are_opened_by_server_and_a_trustees_page(group):
    server, ceremony, trustees = make_trustees(group)
    election = make_election(group, 2, 2, trustees)
    made = ask("opinions", election=election.raw.decode(), written=WRITTEN)
    sealed = [one.raw for one in opinions.in_order([opinions.parse(election, one.encode()) for one in made])]

    task = {"election": election.raw.decode(), "sealed": [raw.decode() for raw in sealed]}
    parts = {1: opinions.partial_opening(election, sealed, server.private)}
    for owner in (2, 4):
        tasks = {"owner": owner, "floor": 10, "trustees": trustees.raw.decode(), "categories": [], "opinions": task}
        parts[owner] = ask("opening", key=json.dumps(ceremony.key_files[owner - 2]), tasks=tasks).encode()
        opinions.check_partial_opening(election, trustees, sealed, owner, parts[owner])

    found, broken = opinions.open_all(election, trustees, sealed, parts)
    assert broken == 0
    assert sorted((one.entry, one.text) for one in found) == sorted((entry, text.strip()) for entry, text in WRITTEN)


@pytest.mark.parametrize("group", GROUPS)
def test_the_browser_asks_for_tokens_and_gets_good_ones(group):
    issuer, g, code = blind.make_issuer_key(), bb.group(group), bb.new_credential()
    key = issuer.public

    given = ask(
        "tokens", group=group, ballot=IDENTIFIER, credential=code, modulus=f"{key.n:x}", d=str(issuer.d), count=3
    )

    asked = tokens.parse_request(g, IDENTIFIER, key, given["body"].encode(), number=3)
    assert asked.credential == bb.public_credential(g, IDENTIFIER, code)
    assert len(set(asked.blinded)) == 3
    for token in given["tokens"]:
        body = json.dumps(token | {"opinion": "sealed"}, separators=(",", ":")).encode()
        assert tokens.parse_post(key, IDENTIFIER, body)[1] == b"sealed"


@pytest.mark.parametrize("text", ["", " \n\x1c", "y" * (opinions.LONGEST + 1), "长" * 339])
def test_what_is_empty_or_too_long_is_not_sealed(text):
    election = make_election("Ed25519", 1, 2, make_trustees("Ed25519")[2])

    with pytest.raises(AssertionError, match="RangeError: An opinion has from 1 to 1014 bytes"):
        ask("opinions", election=election.raw.decode(), written=[("01", text)])


def test_a_trustees_page_opens_no_nine_and_nothing_that_is_no_opinion():
    _, ceremony, trustees = make_trustees("Ed25519")
    election = make_election("Ed25519", 1, 2, trustees)
    made = [opinions.seal(election, "01", f"opinion {number}") for number in range(11)]
    sealed = [one.raw.decode() for one in opinions.in_order([opinions.parse(election, raw) for raw in made])]
    body = json.loads(sealed[0])
    body["proof"]["challenge"] = "1"  # whoever sends the alpha of somebody's vote cannot prove to know its secret
    forged = sorted([*sealed[1:], canonical(body).decode()], key=lambda raw: hashlib.sha256(raw.encode()).digest())

    for listed, word in (
        (sealed[:9], "fewOpinions"),
        (sealed[::-1], "wrongOpinions"),
        (sealed[:1] * 10, "wrongOpinions"),
        (forged, "wrongOpinions"),
    ):
        task = {"election": election.raw.decode(), "sealed": listed}
        tasks = {"owner": 2, "floor": 10, "trustees": trustees.raw.decode(), "categories": [], "opinions": task}
        with pytest.raises(AssertionError, match=word):
            ask("opening", key=json.dumps(ceremony.key_files[0]), tasks=tasks)
