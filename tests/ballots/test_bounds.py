"""A slip is bounded: at most one ballot not yet in the box, ten in all, none after three false ones; nothing
acknowledged is lost; whoever sends the same again is told the same, in every state.
"""

import pytest

import ballotbox
from shuping.ballots import papers, queries
from shuping.ballots.bounds import MOST, MOST_SET_ASIDE
from shuping.box import checking
from shuping.box.models import Sealed
from tests.ballots.forging import with_a_false_proof
from tests.ballots.halls import GOOD, POOR, added_up, open_hall, scheme
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return open_hall()


def _code(answer) -> str:
    error = answer.json().get("error", {})
    if error:
        assert error["zh"] != error["en"]
        assert any("\u4e00" <= character <= "\u9fff" for character in error["zh"])
    return error.get("code", "")


def test_a_second_ballot_waits_until_the_first_is_in_the_box(hall):
    hall.vote([GOOD, POOR])
    raw = hall.seal([POOR, POOR])

    waits = hall.post("cast", raw)
    checking.check_all()
    taken = hall.post("cast", raw)

    assert (waits.status_code, _code(waits), waits.headers["Retry-After"]) == (503, "one_at_a_time", "5")
    assert taken.status_code == 201
    assert Sealed.objects.count() == 2


def test_other_slips_do_not_wait(hall):
    hall.vote([GOOD, POOR], slip=0)

    assert hall.vote([GOOD, POOR], slip=1)


def _fill(hall) -> list[str]:
    """Ten ballots of one slip, each in the box before the next comes; their trackers."""
    trackers = []
    for number in range(MOST):
        trackers.append(hall.vote([number % 5, GOOD]))
        checking.check_all()
    return trackers


def test_the_eleventh_is_told_which_one_counts(hall):
    trackers = _fill(hall)

    answer = hall.post("cast", hall.seal([POOR, POOR]))

    assert (answer.status_code, _code(answer)) == (409, "no_more_ballots")
    for language in ("zh", "en"):
        assert trackers[-1] in answer.json()["error"][language]
        assert " 10" in answer.json()["error"][language]
    assert Sealed.objects.count() == MOST
    assert [row.tracker for row in queries.counted_ballots(hall.part())] == trackers[-1:]


def test_each_of_the_ten_sent_again_gets_its_receipt(hall):
    raw = hall.seal([GOOD, GOOD])
    first = hall.post("cast", raw)
    checking.check_all()
    for number in range(MOST - 1):
        hall.vote([number % 5, POOR])
        checking.check_all()

    again = hall.post("cast", raw)

    assert (again.status_code, again.json()) == (200, first.json())


def test_after_three_false_ones_the_slip_takes_no_more_and_points_to_paper(hall):
    for number in range(MOST_SET_ASIDE):
        assert hall.post("cast", with_a_false_proof(hall, [number, POOR])).status_code == 201
        checking.check_all()

    answer = hall.post("cast", hall.seal([GOOD, POOR]))

    assert (answer.status_code, _code(answer)) == (409, "no_more_ballots")
    assert "ask at the desk for paper" in answer.json()["error"]["en"]
    assert "纸质票" in answer.json()["error"]["zh"]
    assert queries.turnout(hall.ballot)[0]["cast"] == 0


def test_after_three_false_ones_the_good_one_before_them_counts(hall):
    good = hall.vote([GOOD, POOR])
    checking.check_all()
    for number in range(MOST_SET_ASIDE):
        hall.post("cast", with_a_false_proof(hall, [number, POOR]))
        checking.check_all()

    answer = hall.post("cast", hall.seal([POOR, POOR]))

    assert _code(answer) == "no_more_ballots"
    assert good in answer.json()["error"]["en"]
    assert "height 1" in answer.json()["error"]["en"]


def test_a_false_ballot_is_no_vote_where_a_slip_votes_once():
    hall = open_hall(text=scheme(revote="false"))
    hall.post("cast", with_a_false_proof(hall, [GOOD, POOR]))
    checking.check_all()

    assert hall.vote([GOOD, POOR])
    assert _code(hall.post("cast", hall.seal([POOR, POOR]))) == "voted"


def test_the_same_bytes_after_closing_get_the_first_receipt(hall):
    raw = hall.seal([GOOD, POOR])
    first = hall.post("cast", raw)
    hall.close()

    again = hall.post("cast", raw)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() == {"tracker": ballotbox.tracker(raw), "received": True}


def test_the_same_bytes_when_all_is_counted_or_void_get_the_first_receipt():
    hall = open_hall()
    hall.votes("A", 10)
    hall.votes("B", 10)
    raw = hall.seal([GOOD, POOR], slip=10)
    assert hall.post("cast", raw).status_code == 201
    hall.close()
    hall.tally()
    assert hall.post("cast", raw).status_code == 200
    hall.decrypt()
    assert hall.fresh().state == "counted"
    assert hall.post("cast", raw).status_code == 200

    papers.void_ballot(hall.fresh(), reason="a test", by=hall.world.scrutineer, now=NOW)

    assert hall.post("cast", raw).status_code == 200
    assert _code(hall.post("cast", hall.seal([POOR, POOR], slip=10))) == "closed"


def test_a_re_vote_that_comes_after_closing_is_told_that_the_earlier_one_counts(hall):
    tracker = hall.vote([GOOD, POOR])
    hall.close()

    answer = hall.post("cast", hall.seal([POOR, POOR]))

    assert (answer.status_code, _code(answer)) == (409, "closed")
    for language in ("zh", "en"):
        assert tracker in answer.json()["error"][language]
    assert "height 1" in answer.json()["error"]["en"]


def test_who_never_voted_is_told_that_nothing_was_taken():
    hall = added_up()

    answer = hall.post("cast", hall.seal([POOR, POOR], "A", 0))
    hall.slips["A"].append(ballotbox.new_credential())
    stranger = hall.post("cast", hall.seal([POOR, POOR], "A", -1))

    assert "Your earlier one counts" in answer.json()["error"]["en"]
    assert (stranger.status_code, _code(stranger)) == (409, "closed")
    assert stranger.json()["error"]["en"] == "The ballot is closed: this ballot was not taken."
