"""The sum, the floor, partial decryptions and counts."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ballotbox as bb
from ballotbox.encoding import canonical
from ballotbox.tally import _lagrange, _Logarithm
from tests.ballotbox.meeting import FAIR, GOOD, NONE, Meeting

COUNTS = [[1, 1, 1], [0, 3, 0]]  # of the fixture `ballots`: the first ballot was replaced


def test_the_last_ballot_of_a_voter_counts(any_meeting):
    raws = [any_meeting.cast(0, GOOD, NONE), any_meeting.cast(1, GOOD, FAIR), any_meeting.cast(0, NONE, FAIR)]
    tally = any_meeting.tally(raws)

    result = bb.combine(any_meeting.election, any_meeting.trustees, tally, any_meeting.decrypt(tally))

    assert result.counts == [[1, 0, 1], [0, 2, 0]]
    assert result.raw == b'{"result":[[1,0,1],[0,2,0]]}'
    assert (tally.num_tallied, tally.total_weight) == (2, 2)


@pytest.mark.parametrize("trustees", [(1, 2), (1, 3), (2, 3), (1, 2, 3)])
def test_any_two_trustees_suffice(meeting, ballots, trustees):
    tally = meeting.tally(ballots)

    result = bb.combine(meeting.election, meeting.trustees, tally, meeting.decrypt(tally, trustees), num_tallied=3)

    assert result.counts == COUNTS


@pytest.mark.parametrize("missing", [{1}, {2}, {4}, {2, 4}])
def test_fewer_do_not(meeting, ballots, missing):
    tally = meeting.tally(ballots)
    partials = {owner: raw for owner, raw in meeting.decrypt(tally).items() if owner not in missing}

    with pytest.raises(bb.MissingPartialDecryption):
        bb.combine(meeting.election, meeting.trustees, tally, partials)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([GOOD, FAIR, NONE])), min_size=1, max_size=6))
def test_counts_are_the_sums_of_the_last_choices(meeting, votes):
    last = dict(votes)
    tally = meeting.tally([meeting.cast(voter, marks, GOOD) for voter, marks in votes])

    counts = bb.combine(meeting.election, meeting.trustees, tally, meeting.decrypt(tally)).counts

    assert counts == [[sum(column) for column in zip(*last.values(), strict=True)], [len(last), 0, 0]]


def test_weights():
    meeting = Meeting(voters=2, weights=(2, 5))
    tally = meeting.tally([meeting.cast(0, GOOD, FAIR), meeting.cast(1, GOOD, NONE)])

    result = bb.combine(meeting.election, meeting.trustees, tally, meeting.decrypt(tally))

    assert result.counts == [[7, 0, 0], [0, 2, 5]]
    assert (tally.num_tallied, tally.total_weight) == (2, 7)


def test_a_sum_grown_step_by_step_is_the_same(meeting, ballots):
    parsed = [bb.check_form(meeting.election, raw, meeting.public) for raw in ballots]
    builder = bb.TallyBuilder(meeting.election)

    for ballot in parsed:
        builder.add(ballot)
    builder.remove(parsed[0])

    assert builder.finish() == bb.encrypted_tally(meeting.election, parsed) == meeting.tally(ballots)


def test_a_sum_survives_being_written(meeting, ballots):
    tally = meeting.tally(ballots)

    assert bb.EncryptedTally.parse(meeting.election, tally.raw, num_tallied=3) == tally


@pytest.mark.parametrize("weight", [0, -1])
def test_weights_below_one(meeting, ballot, weight):
    with pytest.raises(bb.BadTally):
        bb.encrypted_tally(meeting.election, [(weight, bb.check_form(meeting.election, ballot, meeting.public))])


def test_the_floor(meeting, ballots):
    tally = meeting.tally(ballots)
    decrypt = {"election": meeting.election, "tally": tally, "private_key": meeting.server.private}

    bb.partial_decryption(**decrypt, cast=3, floor=3)
    with pytest.raises(bb.FloorNotReached, match="3 ballots; below 4"):
        bb.partial_decryption(**decrypt, cast=3, floor=4)
    with pytest.raises(bb.FloorNotReached):  # who claims more than the sum holds gains nothing
        bb.partial_decryption(**decrypt, cast=30, floor=10)


def test_a_partial_decryption_is_checked_against_its_owner(meeting, ballots):
    tally = meeting.tally(ballots)
    partials = meeting.decrypt(tally)
    check = {"election": meeting.election, "trustees": meeting.trustees, "tally": tally}

    for owner, raw in partials.items():
        bb.check_partial_decryption(**check, owner=owner, raw=raw)
    for owner, raw in ((1, partials[2]), (2, partials[4]), (3, partials[2]), (5, partials[2]), (0, partials[1])):
        with pytest.raises(bb.BadPartialDecryption):
            bb.check_partial_decryption(**check, owner=owner, raw=raw)


def test_a_partial_decryption_of_another_sum(meeting, ballots):
    tally, other = meeting.tally(ballots), meeting.tally(ballots[:2])

    with pytest.raises(bb.BadPartialDecryption, match="for this sum"):
        bb.combine(meeting.election, meeting.trustees, tally, meeting.decrypt(other))


def change_factor(body):
    body["decryption_factors"][0][0] = bb.group("Ed25519").generate(5)


def exchange_factors(body):
    body["decryption_factors"][0].reverse()
    body["decryption_proofs"][0].reverse()


def change_proof(body):
    proof = body["decryption_proofs"][1][2]
    proof["challenge"] = str(int(proof["challenge"]) // 2)


@pytest.mark.parametrize("change", [change_factor, exchange_factors, change_proof])
def test_a_wrong_partial_decryption(meeting, ballots, change):
    tally = meeting.tally(ballots)
    body = json.loads(meeting.decrypt(tally)[1])
    change(body)

    with pytest.raises(bb.BadPartialDecryption):
        bb.check_partial_decryption(meeting.election, meeting.trustees, tally, 1, canonical(body))


@pytest.mark.parametrize("point", ["00" * 31 + "01", "00" * 32])
def test_a_factor_outside_the_group(meeting, ballots, point):
    tally = meeting.tally(ballots)
    body = json.loads(meeting.decrypt(tally)[1])
    body["decryption_factors"][0][0] = point

    with pytest.raises(bb.BadPoint):
        bb.check_partial_decryption(meeting.election, meeting.trustees, tally, 1, canonical(body))


def test_a_partial_decryption_of_another_shape(meeting, ballots):
    tally = meeting.tally(ballots)
    body = json.loads(meeting.decrypt(tally)[1])
    check = (meeting.election, meeting.trustees, tally, 1)

    with pytest.raises(bb.NotCanonical):
        bb.check_partial_decryption(*check, json.dumps(body).encode())
    with pytest.raises(bb.WrongShape):
        bb.check_partial_decryption(*check, canonical({**body, "x": 1}))
    body["decryption_proofs"][0].pop()
    with pytest.raises(bb.WrongShape):
        bb.check_partial_decryption(*check, canonical(body))


def test_a_sum_that_is_none(meeting, ballots):
    rows = json.loads(meeting.tally(ballots).raw)
    rows[0][0]["alpha"] = "00" * 32
    other = bb.EncryptedTally.parse(meeting.election, canonical(rows), num_tallied=3)

    with pytest.raises(bb.BadPoint):
        bb.partial_decryption(meeting.election, other, 5, cast=3, floor=1)
    with pytest.raises(bb.WrongShape):
        bb.EncryptedTally.parse(meeting.election, canonical(rows[:1]), num_tallied=3)


def test_the_number_of_ballots_must_agree(meeting, ballots):
    tally = meeting.tally(ballots)

    with pytest.raises(bb.BadTally):
        bb.combine(meeting.election, meeting.trustees, tally, meeting.decrypt(tally), num_tallied=4)


def test_a_sum_above_its_bound_is_no_count(meeting, ballots):
    whole = meeting.tally(ballots)
    claimed = bb.EncryptedTally(whole.raw, whole.sums, 2, 2)

    with pytest.raises(bb.BadResult):
        bb.combine(meeting.election, meeting.trustees, claimed, meeting.decrypt(whole))


@pytest.mark.parametrize("number", [0, 1, 999, 1000, 1001, 1002, 54_321, 2_000_000])
def test_logarithms(number):
    g = bb.group("BELENIOS-2048")

    assert _Logarithm(g, 2_000_000).of(g.generate(number)) == number
    with pytest.raises(bb.BadResult):
        _Logarithm(g, number).of(g.generate(number + 1))


def test_lagrange_weights_restore_the_value_at_zero():
    order = 10007
    values = {x: (17 + 4 * x + 9 * x * x) % order for x in (2, 3, 7)}

    assert sum(value * _lagrange(x, list(values), order) for x, value in values.items()) % order == 17
