"""The box stands by itself: laid at opening, emptied after adding up; a crash at any point between loses nothing."""

import pytest
from django.conf import settings
from django.db import connections, transaction

from shuping.ballots import actions, boxing, held, papers, queries
from shuping.ballots.models import Ballot, CastBallot, Event, SealedOpinion, TokenBatch
from shuping.box import checking
from shuping.box.models import Link, Listed, Mark, Note, Sealed, Strand, Tokens
from shuping.core.refusals import Refused
from tests.ballots.halls import GOOD, POOR, open_hall, prepare, take_slips, take_trustees
from tests.ballots.opining import opining_hall
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("file_database")


class Cut(Exception):
    """The power goes here."""


def _cut(*_arguments, **_more):
    raise Cut


def _rows() -> list[int]:
    return [table.objects.count() for table in (Mark, Strand, Listed, Sealed, Link)]


def _ready():
    hall = prepare()
    take_trustees(hall)
    take_slips(hall)
    return hall


def _open(hall) -> Ballot:
    return actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)


def _close(hall) -> None:
    actions.close_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)


@pytest.fixture
def hall(file_database):
    return open_hall()


def test_the_box_is_laid_at_opening_and_empty_after_adding_up():
    hall = _ready()
    assert _rows() == [0] * 5

    hall.ballot = _open(hall)
    assert _rows() == [1, 2, 21, 0, 0]
    hall.votes("A", 10)
    hall.votes("B", 10)
    shown = [{row["tracker"] for row in held.trackers(hall.part(code))} for code in "AB"]
    assert shown == [set(), set()]
    hall.close()
    board = {code: (held.trackers(hall.part(code)), held.events(hall.part(code))) for code in "AB"}
    turnout = queries.turnout(hall.fresh())
    hall.tally()

    assert _rows() == [0] * 5
    assert not hall.ballot.boxed
    for code, (trackers, events) in board.items():
        assert held.trackers(hall.part(code)) == trackers
        assert held.events(hall.part(code))[: len(events)] == events
        assert len(trackers) == 10
    assert [row["cast"] for row in queries.turnout(hall.ballot)] == [row["cast"] for row in turnout] == [10, 10]


def test_what_is_taken_over_stands_in_the_order_of_the_chain(hall):
    hall.votes("A", 11)
    hall.votes("B", 10)
    arrived = list(Sealed.objects.filter(strand__category=hall.part().pk).order_by("pk").values_list("pk", flat=True))
    checking.put_in(hall.ballot.pk, dict.fromkeys(reversed(arrived), ""))
    hall.close()
    hall.tally()

    heights = list(hall.part().cast.order_by("pk").values_list("height", flat=True))

    assert heights == list(range(1, 12))


def test_cut_off_between_opening_and_the_box_the_next_start_lays_it(monkeypatch):
    hall = _ready()
    monkeypatch.setattr(boxing, "lay", _cut)
    with pytest.raises(Cut):
        _open(hall)
    monkeypatch.undo()
    assert (hall.fresh().state, hall.ballot.boxed, _rows()) == ("open", False, [0] * 5)

    boxing.settle()

    assert hall.fresh().boxed
    assert hall.vote([GOOD, POOR])


def test_cut_off_between_opening_and_the_box_the_next_voter_lays_it(monkeypatch):
    hall = _ready()
    monkeypatch.setattr(boxing, "lay", _cut)
    with pytest.raises(Cut):
        _open(hall)
    monkeypatch.undo()
    hall.fresh()

    assert hall.vote([GOOD, POOR])
    assert hall.fresh().boxed


def test_cut_off_before_the_site_knows_of_the_box_votes_are_kept(monkeypatch):
    hall = _ready()
    monkeypatch.setattr(boxing, "_bring", _cut)
    with pytest.raises(Cut):
        _open(hall)
    monkeypatch.undo()
    assert (hall.fresh().boxed, Mark.objects.count()) == (False, 1)
    tracker = hall.vote([GOOD, POOR])

    boxing.settle()

    assert hall.fresh().boxed
    assert held.tracker_state(hall.ballot, tracker)


def test_the_box_s_own_mark_decides_what_arrived_in_time_and_the_next_press_finishes(hall, monkeypatch):
    tracker = hall.vote([GOOD, POOR], slip=0)
    monkeypatch.setattr(actions, "_close", _cut)
    with pytest.raises(Cut):
        _close(hall)
    monkeypatch.undo()
    assert hall.fresh().state == "open"

    answer = hall.post("cast", hall.seal([GOOD, POOR], slip=1))
    told = hall.which().json()
    boxing.settle()
    _close(hall)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "closed")
    assert (told["open"], told["state"]) == (False, "closed")
    assert hall.fresh().state == "closed"
    assert held.tracker_state(hall.ballot, tracker)


def test_whoever_may_not_close_shuts_nothing(hall):
    with pytest.raises(Refused):
        actions.close_ballot(hall.fresh(), by=hall.world.lin, now=NOW)

    assert Mark.objects.get().open


def _closed(hall):
    hall.votes("A", 10)
    hall.votes("B", 10)
    hall.close()
    return hall


def test_cut_off_while_adding_up_the_box_has_everything(hall, monkeypatch):
    _closed(hall)
    before = _rows()
    monkeypatch.setattr(actions, "finish_count", _cut)
    with pytest.raises(Cut):
        hall.tally()
    monkeypatch.undo()

    assert (hall.fresh().boxed, CastBallot.objects.count(), _rows()) == (True, 0, before)
    boxing.settle()
    assert _rows() == before
    hall.tally()
    assert (hall.ballot.boxed, CastBallot.objects.count(), _rows()) == (False, 20, [0] * 5)


def test_cut_off_before_the_box_is_emptied_the_next_start_empties_it(hall, monkeypatch):
    _closed(hall)
    raw = hall.seal([GOOD, POOR], slip=0)
    monkeypatch.setattr(boxing, "empty", lambda _ballot: None)
    hall.tally()
    monkeypatch.undo()
    assert _rows()[0] == 1
    assert "Your earlier one counts" in hall.post("cast", raw).json()["error"]["en"]

    boxing.settle()

    assert _rows() == [0] * 5
    assert CastBallot.objects.count() == 20
    assert "Your earlier one counts" in hall.post("cast", raw).json()["error"]["en"]


def test_a_box_is_never_emptied_of_what_the_site_lacks(hall):
    _closed(hall)
    Ballot.objects.update(boxed=False, state="void")

    with pytest.raises(boxing.BoxMissing, match="20 ballots"):
        boxing.settle()
    assert Sealed.objects.count() == 20


def test_a_lost_box_is_told_and_not_replaced_by_an_empty_one(hall):
    hall.vote([GOOD, POOR])
    for table in (Link, Sealed, Listed, Strand, Mark):
        table.objects.all().delete()

    with pytest.raises(boxing.BoxMissing, match=hall.ballot.identifier):
        boxing.settle()


def test_a_box_of_another_site_is_told():
    Mark.objects.create(ballot=77, identifier="b" * 14, revote=True)

    with pytest.raises(boxing.BoxMissing, match="never opened"):
        boxing.settle()
    assert Mark.objects.count() == 1


def test_a_void_ballot_is_taken_over_with_what_still_waited(hall):
    in_the_box = hall.vote([GOOD, POOR], slip=0)
    checking.check_all()
    waits = hall.vote([GOOD, POOR], slip=1)
    _close(hall)

    with transaction.atomic():
        papers.void_ballot(hall.fresh(), reason="a test", by=hall.world.scrutineer, now=NOW)

    assert _rows() == [0] * 5
    states = dict(CastBallot.objects.values_list("tracker", "state"))
    assert states == {in_the_box: "in_box", waits: "received"}
    assert Event.objects.filter(category=hall.part()).count() == 2


def test_who_was_given_tokens_goes_with_the_box_and_opinions_are_taken_over():
    hall = opining_hall()
    assert (Tokens.objects.count(), Note.objects.count()) == (10, 10)
    assert not SealedOpinion.objects.exists()
    hall.close()
    hall.tally()

    assert not Tokens.objects.exists()
    assert not Note.objects.exists()
    assert SealedOpinion.objects.count() == 10


def test_opinions_of_an_older_version_are_moved_into_the_box():
    hall = opining_hall()
    box = queries.need_box(hall.ballot)
    for row in Tokens.objects.all():
        given = {"credential_hash": row.credential_hash, "request": row.request, "times": row.times}
        TokenBatch.objects.create(box=box, **given)
    for row in Note.objects.all():
        SealedOpinion.objects.create(box=box, digest=row.digest, token=row.token, raw=bytes(row.raw))
    before = {row.digest for row in Note.objects.all()}
    for table in (Tokens, Note, Sealed, Listed, Strand, Mark):
        table.objects.all().delete()
    Ballot.objects.update(boxed=False)

    boxing.settle()

    assert {row.digest for row in Note.objects.all()} == before
    assert Tokens.objects.count() == 10
    assert not TokenBatch.objects.exists()
    assert not SealedOpinion.objects.exists()


def test_two_elections_lie_in_the_box_side_by_side(hall):
    other = open_hall()
    hall.vote([GOOD, POOR])
    other.vote([POOR, POOR])

    hall.close()

    assert other.vote([POOR, GOOD])
    assert hall.post("cast", hall.seal([POOR, POOR])).status_code == 409
    assert [mark.open for mark in Mark.objects.order_by("ballot")] == [False, True]


def test_while_somebody_writes_long_on_the_site_people_vote_and_ballots_go_in(hall):
    if settings.BOX == "default":
        pytest.skip("on PostgreSQL writers do not wait for each other")
    with transaction.atomic():  # takes the write lock of the site at once
        assert connections["default"].in_atomic_block
        tracker = _from_another_thread(hall)

    assert held.tracker_state(hall.ballot, tracker).height == 1


def _from_another_thread(hall) -> str:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    def vote() -> str:
        try:
            connections["default"].settings_dict["OPTIONS"]["timeout"] = 1
            tracker = hall.vote([GOOD, POOR])
            checking.check_all()
            return tracker
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(vote).result()
