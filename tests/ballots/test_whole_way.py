"""From the first slip to the tally sheet: what comes out is what was cast."""

import json

import pytest
from django.urls import reverse

import ballotbox
from shuping.ballots import held, queries, records
from shuping.ballots.models import Ballot, Count
from shuping.box import checking
from shuping.core import log_walk
from shuping.core.models import Act
from tests.ballots.conftest import PAPER
from tests.ballots.halls import AVERAGE, GOOD, POOR, Hall, added_up, open_hall
from tests.builders import client_for

pytestmark = pytest.mark.django_db


def _counts(hall: Hall, code: str) -> dict[str, Count]:
    return {count.source: count for count in hall.part(code).counts.all()}


def test_the_counts_are_exactly_the_votes_cast(counted):
    assert counted.ballot.state == Ballot.State.COUNTED
    for code in ("A", "B"):
        assert _counts(counted, code)["electronic"].rows == counted.expected(code)
    assert _counts(counted, "A")["paper"].rows == PAPER
    assert _counts(counted, "A")["sum"].rows == queries.add_rows(counted.expected("A"), PAPER)
    assert _counts(counted, "B")["sum"].rows == counted.expected("B")


def test_the_rooms_below_get_totals_per_category(counted):
    assert queries.counts_for_scoring(counted.world.cycle) == {
        "A": queries.add_rows(counted.expected("A"), PAPER),
        "B": counted.expected("B"),
    }
    report = queries.ballot_report(counted.world.cycle)
    assert {name: report["A"][name] for name in ("issued", "cast", "paper")} == {"issued": 23, "cast": 11, "paper": 12}
    assert {name: report["B"][name] for name in ("issued", "cast", "paper")} == {"issued": 10, "cast": 10, "paper": 0}


def test_a_ballot_is_counted_without_paper_as_soon_as_it_is_decrypted():
    hall = added_up()
    hall.decrypt(("third_trustee",))
    assert hall.ballot.state == Ballot.State.CLOSED

    hall.decrypt(("ada",))

    assert hall.ballot.state == Ballot.State.COUNTED
    assert _counts(hall, "A")["sum"].rows == hall.expected("A")


def test_who_votes_twice_is_counted_once_and_the_last_vote_counts():
    hall = open_hall()
    hall.votes("A", 10)
    hall.vote([POOR, AVERAGE], slip=3)
    checking.check_all()
    hall.vote([GOOD, POOR], slip=3)
    hall.votes("B", 10)
    hall.close()
    hall.tally()
    hall.decrypt()

    assert _counts(hall, "A")["electronic"].rows == hall.expected("A")
    assert _counts(hall, "A")["electronic"].cast == 10
    assert hall.part().cast.count() == 12


def test_the_record_stands_by_itself_and_gives_the_same_counts(counted, tmp_path):
    file = tmp_path / "record-A.bel"
    file.write_bytes(records.record(counted.part()))

    summary = ballotbox.verify_record(file)

    rows = [[row[code] for code in list(row)[:5]] for row in counted.expected("A").values()]
    assert summary.counts == rows
    assert (summary.cast, summary.accepted, summary.credentials) == (11, 11, 11)
    assert (summary.head, summary.height) == (counted.part().head, counted.part().height)
    assert records.record(counted.part()) == file.read_bytes()


def test_the_chain_that_the_hall_saw_is_the_chain_of_the_record(counted):
    record = records.record(counted.part())

    events = [raw.encode() for _height, raw in held.events(counted.part())]

    assert [json.loads(event)["height"] for event in events] == list(range(len(events)))
    assert all(event in record for event in events)


@pytest.mark.parametrize("name", ["committee", "scrutineer", "ada", "auditor", "wei"])
def test_who_may_have_the_record_gets_it(counted, name):
    address = reverse("record", args=[counted.world.cycle.pk, "A"])

    answer = client_for(counted.world.people[name]).get(address)

    assert answer.status_code == 200
    assert answer.content == records.record(counted.part())
    assert answer["Content-Disposition"] == 'attachment; filename="record-A.bel"'


@pytest.mark.parametrize(("name", "status"), [("lin", 409), ("teller", 409), ("observer", 409), ("zhou", 404)])
def test_others_do_not_get_the_record(counted, name, status):
    address = reverse("record", args=[counted.world.cycle.pk, "A"])

    assert client_for(counted.world.people[name]).get(address).status_code == status


def test_there_is_no_record_before_the_result():
    hall = added_up()

    answer = client_for(hall.world.auditor).get(reverse("record", args=[hall.world.cycle.pk, "A"]))

    assert answer.status_code == 409


def test_the_log_tells_who_ran_the_ballot_and_nothing_about_voting(counted):
    verbs = set(Act.objects.filter(cycle=counted.world.cycle.pk).values_list("verb", flat=True))

    assert {"prepare_ballot", "set_trustees", "set_credentials", "open_ballot", "close_ballot", "tally"} <= verbs
    assert not [verb for verb in verbs if "cast" in verb or "vote" in verb]
    told = json.dumps(list(Act.objects.values_list("details", "reason", "subject")))
    assert not [row.tracker for row in counted.part().cast.all() if row.tracker in told]
    assert not [row.credential_hash for row in counted.part().cast.all() if row.credential_hash in told]
    assert log_walk.walk().faults == []
