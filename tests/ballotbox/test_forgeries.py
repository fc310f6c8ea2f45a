"""Forged records, one defect each: every one is refused by name, with its place and its own words."""

import pytest

import ballotbox as bb
from tests.ballotbox.forged_counts import BALLOTS, COUNTING
from tests.ballotbox.forged_setups import CHAIN, FILE, SETUP, TRUSTEES, pair
from tests.ballotbox.forger import Forger
from tests.ballotbox.meeting import FAIR, GOOD, NONE, Meeting

FORGERIES = {
    f"{part}: {name}": forgery
    for part, listed in (
        ("file", FILE),
        ("chain", CHAIN),
        ("set-up", SETUP),
        ("trustees", TRUSTEES),
        ("ballot", BALLOTS),
        ("counting", COUNTING),
    )
    for name, forgery in listed.items()
}


@pytest.fixture(scope="module")
def forger(meeting, ballots):
    return Forger.at(meeting, ballots)


def refusal(tmp_path, content):
    path = tmp_path / "record.bel"
    path.write_bytes(content)
    with pytest.raises(bb.BallotboxError) as caught:
        bb.verify_record(path)
    return caught.value


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_record_is_refused_by_name(forger, tmp_path, forgery):
    forge, error, place, words = forgery

    refused = refusal(tmp_path, forge(forger))

    assert (type(refused), place in refused.where, words in refused.sentence) == (error, True, True), refused


def test_without_a_forgery_the_record_is_sound(forger, tmp_path):
    (tmp_path / "record.bel").write_bytes(forger.record)

    assert bb.verify_record(tmp_path / "record.bel").counts == [[1, 1, 1], [0, 3, 0]]


def test_there_are_more_than_thirty_kinds():
    assert len(FORGERIES) > 80


# --- in the finite field --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def in_the_field():
    meeting = Meeting("BELENIOS-2048", voters=3)
    return Forger.at(meeting, [meeting.cast(0, GOOD, NONE), meeting.cast(1, GOOD, FAIR), meeting.cast(2, FAIR, FAIR)])


def _modulus():
    from ballotbox.finite_field import _P  # noqa: PLC0415

    return int(_P)


OUTSIDE = {
    "one": lambda number: "1",
    "order two": lambda number: str(_modulus() - 1),
    "turned round": lambda number: str(_modulus() - int(number)),
    "order three": lambda number: str(pow(2, (_modulus() - 1) // 3, _modulus())),
    "two": lambda number: "2",
}


@pytest.mark.parametrize("part", ["alpha", "beta"])
@pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)
def test_numbers_outside_the_subgroup_are_refused(in_the_field, tmp_path, part, outside):
    forged = in_the_field.signed(1, lambda body: pair(body).update({part: outside(pair(body)[part])}))

    refused = refusal(tmp_path, forged)

    assert refused.code == "bad_point"
    assert refused.where == "record 9, ballot.answers[0].choices[1]"
