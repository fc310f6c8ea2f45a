"""Attacks of the literature against what software can show here: each test names the paper that it answers."""

import json

import pytest

import ballotbox as bb
from ballotbox.encoding import canonical
from ballotbox.proofs import prove_knowledge
from tests.ballotbox.forged_setups import pair, rogue_key
from tests.ballotbox.forger import MIXED, Forger, shifted
from tests.ballotbox.meeting import FAIR, GOOD, NONE
from tests.ballotbox.test_forgeries import in_the_field, refusal  # noqa: F401  a fixture


@pytest.fixture(scope="module")
def forger(meeting, ballots):
    return Forger.at(meeting, ballots)


def test_a_replayed_ballot(forger, tmp_path):
    """Cortier, Smyth, "Attacking and fixing Helios: an analysis of ballot secrecy" (2013); Mestel, Müller, Reisert,
    "How efficient are replay attacks against vote privacy?" (2022): a copy under one's own credential."""
    body = json.loads(forger.ballots[1])
    body["credential"] = forger.meeting.public[2]

    refused = refusal(tmp_path, forger.replaced(2, forger.meeting.resign(2, body)))

    assert (refused.code, refused.where) == ("bad_proof", "record 11, ballot.answers[0].choices[0]")


def test_one_copied_answer(forger, tmp_path):
    """The same papers: only one answer is copied, among honest ones."""
    copied = json.loads(forger.ballots[1])["answers"][0]

    refused = refusal(tmp_path, forger.signed(2, lambda body: body["answers"].__setitem__(0, copied)))

    assert refused.code == "bad_proof"


def test_the_very_bytes_again(forger, tmp_path):
    """Cortier, Smyth (2011): the same ballot a second time is no second ballot."""
    again = forger.events(lambda groups: groups.insert(3, groups[2]))

    assert refusal(tmp_path, again).code == "duplicate_ballot"


@pytest.mark.parametrize("part", ["individual", "overall"])
def test_weak_fiat_shamir(forger, tmp_path, part):
    """Bernhard, Pereira, Warinschi, "How not to prove yourself" (2012): the hash must take in the whole statement."""
    assert refusal(tmp_path, forger.weak(part)).code == "bad_proof"


def test_a_proof_for_a_statement_chosen_afterwards(meeting, ballot):
    """Cortier, Gaudry, Yang, "How to fake zero-knowledge proofs, again" (2020): the statement is part of the hash, so
    that a proof does not move to another ciphertext."""
    g = meeting.group

    def move(body):
        both = pair(body)
        both.update(alpha=g.multiply(both["alpha"], g.generator), beta=both["beta"])

    raw = meeting.changed(0, ballot, move)

    with pytest.raises(bb.BadProof):
        meeting.accept(raw)


def test_a_key_made_against_the_others(forger, tmp_path):
    """Gennaro, Jarecki, Krawczyk, Rabin, "Secure distributed key generation for discrete-log based cryptosystems"
    (1999): a trustee who speaks last chooses a key that cancels the others'."""
    assert refusal(tmp_path, rogue_key(forger)).code == "bad_trustees"


def test_a_key_s_proof_for_another_key(meeting):
    """The same: the proof of knowledge takes in the key itself."""
    g = meeting.group
    pok = prove_knowledge(g, 7, f"pok|{g.name}|{g.generate(8)}|").json()
    item = ["Single", {"pok": pok, "public_key": g.generate(7)}]

    with pytest.raises(bb.BadTrustees):
        bb.Trustees.build([item], g).verify()


@pytest.mark.parametrize("point", [MIXED, "00" * 31 + "01"])
def test_small_subgroups_on_the_curve(forger, tmp_path, point):
    """Lim, Lee, "A key recovery attack on discrete log-based schemes using a prime order subgroup" (1997)."""
    assert refusal(tmp_path, forger.signed(1, lambda body: pair(body).update(alpha=point))).code == "bad_point"


def test_small_subgroups_in_the_field(in_the_field, tmp_path):  # noqa: F811
    """Lim, Lee (1997), for the finite field, where (p - 1) / q has the factors 2 and 3."""
    from ballotbox.finite_field import _P  # noqa: PLC0415

    def turn(body):
        pair(body)["alpha"] = str(int(_P) - int(pair(body)["alpha"]))

    assert refusal(tmp_path, in_the_field.signed(1, turn)).code == "bad_point"


def test_ballots_stuffed_by_the_server(forger, tmp_path):
    """Cortier, Galindo, Glondu, Izabachène, "Election verifiability for Helios under weaker trust assumptions" (ESORICS
    2014): without a private credential no ballot can be added for somebody who did not come."""
    body = json.loads(forger.ballots[1])
    body["credential"] = forger.meeting.public[3]

    refused = refusal(tmp_path, forger.events(lambda groups: groups.insert(5, ("Ballot", [canonical(body)]))))

    assert refused.code == "bad_signature"


def test_two_voters_with_one_credential(meeting):
    """Küsters, Truderung, Vogt, "Clash attacks on the verifiability of e-voting systems" (2012): a list is
    distinct."""
    with pytest.raises(bb.DuplicateCredential):
        bb.check_credentials(meeting.group, [*meeting.public, meeting.public[0]])


def test_two_voters_with_one_tracker(meeting):
    """The same: two ballots of the same marks never have the same tracker."""
    assert len({bb.tracker(meeting.cast(0, GOOD, NONE)) for _ in range(5)}) == 5


def test_a_ballot_dropped_from_what_the_hall_saw(forger, tmp_path):
    """Bernhard and others, "Public evidence from secret ballots" (2017), on split views: a shorter record has another
    head, and its sum does not fit."""
    shorter = forger.events(lambda groups: groups.pop(2))

    assert refusal(tmp_path, shorter).code == "bad_tally"


def test_fewer_than_the_threshold_open_nothing(meeting, ballots):
    """Pedersen, "A threshold cryptosystem without a trusted party" (1991): k - 1 trustees with the server, and k
    trustees without the server."""
    tally = meeting.tally(ballots)
    parts = meeting.decrypt(tally, trustees=(1, 2))

    for some in ({1: parts[1], 2: parts[2]}, {2: parts[2], 3: parts[3]}):
        with pytest.raises(bb.MissingPartialDecryption):
            bb.combine(meeting.election, meeting.trustees, tally, some)


def test_a_false_decryption(forger, tmp_path):
    """Chaum, Pedersen, "Wallet databases with observers" (1992): a factor without its proof changes no count."""
    refused = refusal(tmp_path, forger.partial(lambda body: shifted(body["decryption_proofs"][0][0])))

    assert refused.code == "bad_partial_decryption"


def test_a_single_ballot_is_not_decrypted(meeting, ballots):
    """Mestel, Müller, Reisert (2022), on groups of few: below the floor a trustee's program refuses."""
    tally = meeting.tally(ballots[:1])

    with pytest.raises(bb.FloorNotReached):
        bb.partial_decryption(meeting.election, tally, meeting.private_key(1), cast=1, floor=5)


def test_a_coerced_voter_votes_again(meeting, tmp_path):
    """Juels, Catalano, Jakobsson, "Coercion-resistant electronic elections" (2005), names what a later ballot gives:
    the last one counts. Receipt-freeness is not claimed."""
    meeting.write(
        tmp_path / "a.bel", [meeting.cast(0, GOOD, GOOD), meeting.cast(1, FAIR, FAIR), meeting.cast(0, NONE, NONE)]
    )

    assert bb.verify_record(tmp_path / "a.bel").counts == [[0, 1, 1], [0, 1, 1]]
