"""Asking for tokens and spending one: refused unless the slip, the number and the ballot are right."""

import base64
import json

import pytest

import ballotbox as bb
from ballotbox import blind, tokens
from ballotbox.encoding import canonical

BALLOT = "QingchuanAbcde"
GROUP = bb.group("Ed25519")
SECRET = 20261125


@pytest.fixture(scope="module")
def issuer():
    return blind.make_issuer_key()


@pytest.fixture(scope="module")
def pair(issuer):
    """(prepared message, its blinded form, how the blinding comes off)"""
    prepared = blind.prepare(tokens.message(BALLOT))
    return prepared, *blind.blind(issuer.public, prepared)


@pytest.fixture(scope="module")
def spent(issuer, pair):
    prepared, blinded, inverse = pair
    return prepared, blind.finalize(issuer.public, prepared, blind.blind_sign(issuer, blinded), inverse)


def parse(issuer, raw, ballot=BALLOT, number=2):
    return tokens.parse_request(GROUP, ballot, issuer.public, raw, number=number)


@pytest.fixture(scope="module")
def asked(pair):
    return tokens.request(GROUP, BALLOT, SECRET, [pair[1], pair[1]])


def changed(raw: bytes, **values) -> bytes:
    return canonical(json.loads(raw) | values)


def test_a_request_shows_its_slip_and_what_is_to_be_signed(issuer, asked, pair):
    found = parse(issuer, asked)

    assert (found.credential, found.blinded) == (GROUP.generate(SECRET), (pair[1], pair[1]))
    assert found == parse(issuer, asked)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"credential": GROUP.generate(SECRET + 1)}, bb.BadProof),  # somebody else's slip
        ({"credential": "0" * 64}, bb.BadPoint),
        ({"credential": 7}, bb.BallotboxError),
        ({"blinded": []}, bb.WrongShape),
        ({"blinded": ["AAAA", "AAAA"]}, bb.BadProof),  # other messages than the slip's holder asked for
        ({"blinded": [7, 7]}, bb.WrongShape),
        ({"proof": {"challenge": "1", "response": "2"}}, bb.BadProof),
        ({"more": "x"}, bb.WrongShape),
        ({"blinded": "x" * 100_000}, bb.TooLarge),
    ],
)
def test_what_is_wrong_with_a_request_is_named(issuer, asked, change, error):
    with pytest.raises(error):
        parse(issuer, changed(asked, **change))


@pytest.mark.parametrize("number", [1, 3])
def test_every_slip_asks_for_the_same_number(issuer, asked, number):
    with pytest.raises(bb.WrongShape):
        parse(issuer, asked, number=number)


def test_a_request_for_another_ballot_is_none_for_this(issuer, asked):
    with pytest.raises(bb.BadProof):
        parse(issuer, asked, ballot="AnotherBallotX")


@pytest.mark.parametrize("blinded", [b"short", bytes(256 + 1)], ids=["short", "long"])
def test_a_blinded_message_has_one_length(issuer, blinded):
    with pytest.raises(blind.BadToken):
        parse(issuer, tokens.request(GROUP, BALLOT, SECRET, [blinded, blinded]))


def test_a_token_lets_an_opinion_in(issuer, spent):
    token, opinion = tokens.parse_post(issuer.public, BALLOT, tokens.post(*spent, b"sealed"))

    assert opinion == b"sealed"
    assert token == tokens.parse_post(issuer.public, BALLOT, tokens.post(*spent, b"another"))[0]


def test_a_token_of_another_ballot_is_none(issuer, spent):
    with pytest.raises(blind.BadToken):
        tokens.parse_post(issuer.public, "AnotherBallotX", tokens.post(*spent, b"sealed"))


def test_a_token_of_another_issuer_is_none(spent):
    with pytest.raises(blind.BadToken):
        tokens.parse_post(blind.make_issuer_key().public, BALLOT, tokens.post(*spent, b"sealed"))


@pytest.mark.parametrize(
    "change", [{"prefix": base64.b64encode(bytes(32)).decode()}, {"prefix": "AAAA"}, {"signature": "%"}]
)
def test_a_changed_token_is_none(issuer, spent, change):
    with pytest.raises(blind.BadToken):
        tokens.parse_post(issuer.public, BALLOT, changed(tokens.post(*spent, b"sealed"), **change))


def test_more_than_an_opinion_is_not_read(issuer, spent):
    with pytest.raises(bb.TooLarge):
        tokens.parse_post(issuer.public, BALLOT, tokens.post(*spent, b"x" * tokens.LARGEST_OPINION))
