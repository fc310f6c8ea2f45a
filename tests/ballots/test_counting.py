"""After voting: floors, sums, the trustees' shares."""

import json

import pytest
from django.test import Client
from django.urls import reverse

import ballotbox
from shuping.ballots import actions, documents, queries
from shuping.ballots.models import Ballot, Share
from shuping.box import checking
from shuping.core.refusals import Refused
from tests.ballots.halls import GOOD, POOR, Hall, added_up, open_hall, paper_rows
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db


def _tally_refused(hall: Hall) -> str:
    with pytest.raises(Refused) as caught:
        hall.tally()
    return caught.value.refusal.code


# --- closing and adding up ----------------------------------------------------------------------------------------


def test_ballots_are_added_up_after_closing_and_once():
    hall = open_hall()
    hall.votes("A", 10)
    assert _tally_refused(hall) == "not_closed"
    hall.close()
    hall.tally()

    assert _tally_refused(hall) == "added_up"


def test_nothing_is_added_up_while_ballots_are_being_checked():
    hall = open_hall()
    hall.votes("A", 10)
    actions.close_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    assert _tally_refused(hall) == "still_checking"

    checking.check_all()

    hall.tally()
    assert hall.part().tally_raw


def test_a_ballot_is_closed_once():
    hall = open_hall()
    hall.close()

    with pytest.raises(Refused) as caught:
        hall.close()
    assert caught.value.refusal.code == "not_open"


# --- floors -------------------------------------------------------------------------------------------------------


@pytest.fixture
def few():
    """Ten ballots in A, nine in B."""
    return added_up({"A": 10, "B": 9})


def test_a_category_below_the_floor_is_not_added_up_and_nobody_is_asked_to_decrypt_it(few):
    part = few.part("B")

    assert (part.withheld, part.tally_raw, part.shares.count()) == (True, "", 0)
    assert [task["category"] for task in few.tasks()["categories"]] == ["A"]
    assert not few.part("A").withheld


def test_a_share_for_a_withheld_category_is_refused(few):
    tasks = few.tasks()
    raw = few.share(tasks["categories"][0], tasks["floor"])

    answer = few.give(raw, "B")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "withheld")


def test_a_withheld_category_has_no_counts(few):
    few.decrypt()

    assert few.ballot.state == Ballot.State.COUNTED
    assert {count.source: count.rows for count in few.part("B").counts.all()} == {
        "electronic": None,
        "paper": None,
        "sum": None,
    }
    assert queries.counts_for_scoring(few.world.cycle)["B"] is None
    assert queries.counts_for_scoring(few.world.cycle)["A"] == few.expected("A")
    sheet = documents.tally_sheet(few.world.cycle, language="en").texts()
    assert "Too few ballots: this category is not opened." in sheet


def test_voting_often_does_not_lift_a_category_over_the_floor():
    hall = open_hall()
    hall.votes("A", 10)
    for round_ in range(4):
        for slip in range(3):
            hall.vote([round_, slip], "B", slip)
    hall.close()
    hall.tally()

    assert hall.part("B").cast.count() == 12
    assert hall.part("B").withheld


def test_when_every_category_is_too_small_the_ballot_ends_without_a_count():
    hall = added_up({"A": 3})

    assert hall.ballot.state == Ballot.State.COUNTED
    assert queries.counts_for_scoring(hall.world.cycle) == {"A": None, "B": None}


def test_paper_below_the_floor_stays_out_of_the_sum():
    hall = added_up(paper={"A": 9})
    hall.decrypt()
    rows = paper_rows(4, 3, 1, 1, 0, 0)
    hall.key("teller", rows)
    hall.key("second_teller", rows)

    counts = {count.source: count for count in hall.part().counts.all()}
    assert counts["paper"].rows is None
    assert (counts["sum"].rows, counts["sum"].cast) == (hall.expected("A"), 11)


def test_void_sheets_do_not_lift_paper_over_the_floor():
    hall = added_up(paper={"A": 12})
    hall.decrypt()
    rows = paper_rows(4, 3, 1, 1, 0, 0)
    for teller in ("teller", "second_teller"):
        hall.key(teller, rows, issued=12, returned=12, void=3)

    assert hall.part().counts.get(source="paper").rows is None


def test_a_category_that_voted_on_paper_only_is_counted():
    hall = added_up({"A": 11}, slips={"A": 11}, paper={"B": 12})
    hall.decrypt()
    rows = paper_rows(4, 3, 2, 1, 1, 1)
    hall.key("teller", rows, "B")
    hall.key("second_teller", rows, "B")

    assert hall.fresh().state == Ballot.State.COUNTED
    assert queries.counts_for_scoring(hall.world.cycle)["B"] == rows


# --- shares -------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed():
    return added_up()


def _task(hall: Hall, code: str = "A") -> tuple[dict, int]:
    tasks = hall.tasks()
    return next(task for task in tasks["categories"] if task["category"] == code), tasks["floor"]


def test_a_trustee_learns_the_sums_and_nothing_else(closed):
    tasks = closed.tasks("second_trustee")

    assert set(tasks) == {"owner", "floor", "trustees", "categories"}
    assert (tasks["owner"], tasks["floor"]) == (3, 10)
    assert {frozenset(task) for task in tasks["categories"]} == {
        frozenset({"category", "election", "tally", "cast", "done"})
    }
    sealed = json.dumps(tasks)
    assert not [row.tracker for row in closed.part().cast.all() if row.tracker in sealed]


def test_the_share_of_another_trustee_s_key_is_refused(closed):
    raw = closed.share(*_task(closed), key=2)

    answer = closed.give(raw, trustee="ada")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bad_share")
    assert {"zh", "en"} < answer.json()["error"].keys()
    assert Share.objects.filter(owner=2).count() == 0


def test_a_share_of_another_sum_is_refused(closed):
    raw = closed.share(*_task(closed, "B"))

    assert closed.give(raw, "A").json()["error"]["code"] == "bad_share"


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b"{" * 5000])
def test_what_is_no_share_is_refused(closed, raw):
    assert closed.give(raw).json()["error"]["code"] == "bad_share"


def test_a_share_is_taken_once(closed):
    raw = closed.share(*_task(closed))
    assert closed.give(raw).json() == {"received": True, "decrypted": False}

    again = closed.give(closed.share(*_task(closed)))

    assert (again.status_code, again.json()["error"]["code"]) == (409, "share_twice")
    assert [task["done"] for task in closed.tasks()["categories"]] == [True, False]


def test_when_it_is_decrypted_no_more_shares_are_taken(closed):
    task, floor = _task(closed)
    closed.decrypt()

    answer = closed.give(closed.share(task, floor, 3), trustee="third_trustee")

    assert answer.json()["error"]["code"] == "decrypted"


@pytest.mark.parametrize("name", ["lin", "wei", "scrutineer", "committee"])
def test_who_is_no_trustee_neither_sees_the_sums_nor_decrypts(closed, name):
    raw = closed.share(*_task(closed))
    browser = client_for(closed.world.people[name])
    identifier = closed.ballot.identifier

    assert closed.give(raw, trustee=name).json()["error"]["code"] == "not_trustee"
    assert browser.get(reverse("trustee-tasks", args=[identifier])).status_code == 404
    assert browser.get(reverse("trustee", args=[identifier])).status_code == 404
    assert Client().get(reverse("trustee-tasks", args=[identifier])).status_code == 302


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"category":"A"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_message_of_a_trustee_is_not_found(closed, body):
    address = reverse("trustee-share", args=[closed.ballot.identifier])

    assert client_for(closed.world.ada).post(address, data=body, content_type="application/json").status_code == 404


def test_a_share_for_a_category_that_is_not_there_is_not_found(closed):
    assert closed.give(b"{}", "X").status_code == 404


def test_nothing_is_decrypted_before_it_is_added_up():
    hall = open_hall()

    assert hall.tasks()["categories"] == []
    assert hall.give(b"{}").json()["error"]["code"] == "not_added_up"


def test_one_trustee_alone_opens_nothing(closed):
    closed.decrypt(("ada",))

    assert (closed.part().result_raw, closed.ballot.state) == ("", Ballot.State.CLOSED)
    assert not queries.counts_for_scoring(closed.world.cycle)


def test_no_page_before_the_count_shows_one(closed):
    for name, arguments in (("ballot", (closed.world.cycle.pk,)), ("board", (closed.ballot.identifier,))):
        page = client_for(closed.world.committee).get(reverse(name, args=arguments)).content.decode()
        assert "Fairly good" not in page
    assert queries.sums(closed.ballot) == {}
    assert {name for row in queries.turnout(closed.ballot) for name in row} == {
        *("code", "group", "zh", "en", "name", "electorate", "cast", "paper", "height", "head", "fingerprint")
    }


def test_the_server_s_own_key_alone_decrypts_nothing(closed):
    part = closed.part()
    election, added = queries.election_of(part), actions.sum_of(part)
    trustees = ballotbox.Trustees.parse(closed.ballot.trustees_raw.encode(), election.group)
    shares = {share.owner: share.raw.encode() for share in part.shares.all()}

    with pytest.raises(ballotbox.MissingPartialDecryption):
        ballotbox.combine(election, trustees, added, shares, added.num_tallied)


def test_a_vote_after_the_count_changes_nothing(closed):
    closed.decrypt()
    before = queries.counts_for_scoring(closed.world.cycle)

    answer = closed.post("cast", closed.seal([GOOD, POOR]))

    assert answer.status_code == 409
    assert queries.counts_for_scoring(closed.world.cycle) == before
