"""Opinions: sealed alike, opened together by enough trustees, never below ten, never instead of a ballot."""

import base64
import json

import pytest

import ballotbox as bb
from ballotbox import opinions
from ballotbox.encoding import canonical
from tests.ballotbox.meeting import FAIR, GOOD, GROUPS, Meeting

TEXTS = [f"意见 {number}: “see to it”" for number in range(10)]


@pytest.fixture(scope="module", params=GROUPS)
def meeting(request):
    return Meeting(request.param, voters=2)


@pytest.fixture(scope="module")
def sealed(meeting):
    return [opinions.seal(meeting.election, f"0{number % 2 + 1}", text) for number, text in enumerate(TEXTS)]


def keys(meeting) -> dict[int, int]:
    """The private keys by owner: the server, then the three trustees."""
    files = meeting.ceremony.key_files
    return {1: meeting.server.private} | {n: int(one["decryption_key"]) for n, one in enumerate(files, 2)}


def parts(meeting, sealed, owners=(1, 2, 4)) -> dict[int, bytes]:
    return {owner: opinions.partial_opening(meeting.election, sealed, keys(meeting)[owner]) for owner in owners}


@pytest.mark.parametrize("owners", [(1, 2, 3), (1, 2, 4), (1, 3, 4), (1, 2, 3, 4)])
def test_enough_trustees_open_all_of_them(meeting, sealed, owners):
    found, broken = opinions.open_all(meeting.election, meeting.trustees, sealed, parts(meeting, sealed, owners))

    assert sorted((one.entry, one.text) for one in found) == sorted(
        (f"0{number % 2 + 1}", text) for number, text in enumerate(TEXTS)
    )
    assert broken == 0


@pytest.mark.parametrize("owners", [(1,), (1, 2), (2, 3, 4)])
def test_too_few_open_nothing(meeting, sealed, owners):
    with pytest.raises(bb.MissingPartialDecryption):
        opinions.open_all(meeting.election, meeting.trustees, sealed, parts(meeting, sealed, owners))


def test_the_order_of_arrival_is_gone(meeting, sealed):
    first = opinions.open_all(meeting.election, meeting.trustees, sealed, parts(meeting, sealed))
    turned = sealed[::-1]

    assert parts(meeting, turned).keys() == {1, 2, 4}
    assert opinions.open_all(meeting.election, meeting.trustees, turned, parts(meeting, sealed)) == first


def test_nine_are_never_opened(meeting, sealed):
    given = parts(meeting, sealed)
    for least in (10, 1, 0, -5):
        with pytest.raises(bb.FloorNotReached):
            opinions.partial_opening(meeting.election, sealed[:9], keys(meeting)[1], least=least)
    with pytest.raises(bb.FloorNotReached):
        opinions.open_all(meeting.election, meeting.trustees, sealed[:9], given)
    with pytest.raises(bb.FloorNotReached):
        opinions.partial_opening(meeting.election, sealed, keys(meeting)[1], least=11)


def test_the_same_one_ten_times_is_one(meeting, sealed):
    with pytest.raises(bb.FloorNotReached):
        opinions.partial_opening(meeting.election, [*sealed[:9], *sealed[:3]], keys(meeting)[1])


def test_every_opinion_has_the_same_size(meeting):
    texts = ["a", "好" * 300, "x" * opinions.LONGEST]
    boxes = [json.loads(opinions.seal(meeting.election, "01", text))["sealed"] for text in texts]

    assert {len(box) for box in boxes} == {4 * -(-(opinions.SIZE + 16) // 3)}
    assert len(set(boxes)) == 3


@pytest.mark.parametrize(
    ("entry", "text"), [("01", ""), ("01", " \n"), ("01", "好" * 400), ("", "x"), ("123456789", "x")]
)
def test_what_cannot_be_sealed_is_said(meeting, entry, text):
    with pytest.raises(opinions.BadOpinion):
        opinions.seal(meeting.election, entry, text)


# --- instead of a ballot ------------------------------------------------------------------------------------------


def test_the_ciphertext_of_a_ballot_is_no_opinion(meeting, sealed):
    """The server cannot hand g^r of somebody's vote to the trustees: it does not know r, and cannot prove to."""
    ballot = json.loads(meeting.cast(0, GOOD, FAIR))
    stolen = json.loads(sealed[0]) | {"alpha": ballot["answers"][0]["choices"][0]["alpha"]}

    with pytest.raises(bb.BadProof):
        opinions.partial_opening(meeting.election, [*sealed, canonical(stolen)], keys(meeting)[2])


def test_nor_with_the_proofs_that_stand_in_the_ballot(meeting, sealed):
    answer = json.loads(meeting.cast(0, GOOD, FAIR))["answers"][0]
    stolen = json.loads(sealed[0]) | {"alpha": answer["choices"][0]["alpha"]}
    for proof in [one for proofs in answer["individual_proofs"] for one in proofs]:
        with pytest.raises(bb.BadProof):
            opinions.parse(meeting.election, canonical(stolen | {"proof": proof}))


def test_an_opinion_is_for_one_election(meeting, sealed):
    with pytest.raises(bb.WrongElection):
        opinions.parse(Meeting(meeting.group_name).election, sealed[0])


# --- garbage ------------------------------------------------------------------------------------------------------


def changed(raw: bytes, **fields) -> bytes:
    return canonical(json.loads(raw) | fields)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda raw, g: raw[:-1], bb.NotCanonical),
        (lambda raw, g: raw + b" ", bb.NotCanonical),
        (lambda raw, g: b"[" * 3000, bb.NotCanonical),
        (lambda raw, g: b" " * 4001, bb.TooLarge),
        (lambda raw, g: b"{}", bb.WrongShape),
        (lambda raw, g: changed(raw, more=1), bb.WrongShape),
        (lambda raw, g: changed(raw, sealed=7), bb.WrongShape),
        (lambda raw, g: changed(raw, alpha=g.identity), bb.BadPoint),
        (lambda raw, g: changed(raw, alpha="x"), bb.BadPoint),
        (lambda raw, g: changed(raw, sealed="AAAA"), bb.BadProof),
        (lambda raw, g: changed(raw, proof={"challenge": "1", "response": "1"}), bb.BadProof),
    ],
)
def test_what_is_no_opinion_is_refused_by_name(meeting, sealed, change, error):
    with pytest.raises(error):
        opinions.parse(meeting.election, change(sealed[0], meeting.group))


def resealed(meeting, box: str) -> bytes:
    """An opinion whose sender knows r, but with another box."""
    g, r = meeting.group, meeting.group.random_scalar()
    alpha = g.generate(r)
    proof = opinions.prove_knowledge(g, r, opinions._context(meeting.election, alpha, box))
    body = {"election_hash": meeting.election.fingerprint, "alpha": alpha, "sealed": box, "proof": proof.json()}
    return canonical(body)


@pytest.mark.parametrize("size", [0, 1, 1039, 1041])
def test_a_box_of_another_size_is_refused(meeting, size):
    with pytest.raises(opinions.BadOpinion):
        opinions.parse(meeting.election, resealed(meeting, base64.b64encode(bytes(size)).decode()))


def test_garbage_that_was_sealed_on_purpose_holds_up_no_other(meeting, sealed):
    garbage = resealed(meeting, base64.b64encode(bytes(opinions.SIZE + 16)).decode())
    whole = [*sealed, garbage]

    found, broken = opinions.open_all(meeting.election, meeting.trustees, whole, parts(meeting, whole))

    assert (len(found), broken) == (10, 1)


# --- trustees -----------------------------------------------------------------------------------------------------


def test_a_share_of_another_key_of_another_size_or_of_a_ballot_is_refused(meeting, sealed):
    check = opinions.check_partial_opening
    good = parts(meeting, sealed)
    check(meeting.election, meeting.trustees, sealed, 2, good[2])
    with pytest.raises(bb.BadPartialDecryption):
        check(meeting.election, meeting.trustees, sealed, 3, good[2])
    with pytest.raises(bb.BadPartialDecryption):
        check(meeting.election, meeting.trustees, sealed, 9, good[2])
    more = [*sealed, opinions.seal(meeting.election, "01", "one more")]
    with pytest.raises(bb.WrongShape):
        check(meeting.election, meeting.trustees, more, 2, good[2])
    body = json.loads(good[2])
    body["decryption_factors"][0], body["decryption_factors"][1] = body["decryption_factors"][1::-1]
    with pytest.raises(bb.BadPartialDecryption):
        check(meeting.election, meeting.trustees, sealed, 2, canonical(body))
    body["decryption_factors"][0] = meeting.group.identity
    with pytest.raises(bb.BadPoint):
        check(meeting.election, meeting.trustees, sealed, 2, canonical(body))
