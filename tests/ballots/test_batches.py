"""Ballots enter the box in batches, in an order by chance: neither chain nor board tells when somebody voted."""

import statistics

import pytest

import ballotbox
from shuping.ballots import actions, held, queries
from shuping.box import checker, checking
from shuping.box.models import Link, Mark, Sealed, State, Strand
from shuping.core import live
from tests.ballots.forging import with_a_false_proof
from tests.ballots.halls import GOOD, POOR, open_hall
from tests.builders import NOW

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def beats():
    return []


@pytest.fixture
def checks(clock, beats):
    return checker.Checker(beats.append, clock)


@pytest.fixture
def hall():
    return open_hall({"A": 30, "B": 30})


def _states() -> list[str]:
    return list(Sealed.objects.order_by("pk").values_list("state", flat=True))


def _version(hall) -> int:
    return live.versions()[f"ballot-{hall.ballot.pk}"]


def test_nothing_is_written_of_a_ballot_before_its_batch(hall, checks, clock):
    tracker = hall.vote([GOOD, POOR])
    before = _version(hall)

    checks.look()
    clock.now += checker.LONGEST - 0.1
    checks.look()

    assert _states() == [State.RECEIVED]
    assert queries.turnout(hall.ballot)[0]["cast"] == 0
    assert held.trackers(hall.part()) == []
    assert _version(hall) == before
    assert held.tracker_state(hall.ballot, tracker).state == State.RECEIVED


def test_the_oldest_waits_less_than_twenty_seconds(hall, checks, clock):
    hall.vote([GOOD, POOR], slip=0)
    checks.look()
    clock.now += 10
    hall.vote([GOOD, POOR], slip=1)
    checks.look()
    assert checks.oldest() == 10
    assert checks.pause() <= checker.POLL

    clock.now += checker.LONGEST - 10
    checks.look()

    assert checker.LONGEST + checker.POLL <= 20
    assert _states() == [State.IN_BOX] * 2
    assert checks.oldest() == 0


def test_twenty_that_hold_make_a_batch_of_all_categories_together(hall, checks):
    before = _version(hall)
    hall.votes("A", 12)
    hall.votes("B", 7)
    checks.look()
    assert set(_states()) == {State.RECEIVED}

    hall.vote([GOOD, POOR], "B", 29)
    checks.look()

    assert set(_states()) == {State.IN_BOX}
    assert [row["cast"] for row in queries.turnout(hall.ballot)] == [12, 8]
    assert _version(hall) == before + live.ABOVE  # live pages hear of it once


def test_false_ballots_do_not_make_a_batch_small(hall, checks):
    for slip in range(10):
        hall.post("cast", with_a_false_proof(hall, [GOOD, POOR], "B", slip))
    hall.votes("A", 19)

    checks.look()

    assert set(_states()) == {State.RECEIVED}


def test_closing_ends_every_batch(hall, checks):
    hall.vote([GOOD, POOR])
    checks.look()

    actions.close_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    assert queries.turnout(hall.fresh())[0]["cast"] == 1
    checks.look()

    assert _states() == [State.IN_BOX]


def test_two_ballots_do_not_share_a_batch(checks):
    one, other = open_hall({"A": 30, "B": 10}), open_hall({"A": 30, "B": 10})
    one.votes("A", 19)
    other.votes("A", 1)

    checks.look()

    assert set(_states()) == {State.RECEIVED}


def test_a_check_that_itself_fails_is_told_and_holds_up_no_other(hall, checks, clock, monkeypatch, caplog):
    stuck = hall.vote([GOOD, POOR], slip=0)
    others = [hall.vote([GOOD, POOR], slip=slip) for slip in range(1, 21)]
    check_proofs = ballotbox.check_proofs

    def fail_on_the_first(election, ballot):
        if ballot.tracker == stuck:
            raise ZeroDivisionError
        return check_proofs(election, ballot)

    monkeypatch.setattr(ballotbox, "check_proofs", fail_on_the_first)
    checks.look()
    clock.now += 100
    checks.look()

    assert {held.tracker_state(hall.ballot, other).state for other in others} == {State.IN_BOX}
    assert held.tracker_state(hall.ballot, stuck).state == State.RECEIVED
    assert checks.oldest() >= 100
    assert [line.getMessage() for line in caplog.records] == ["A ballot could not be checked."]
    assert stuck not in caplog.text
    monkeypatch.undo()
    checks.again()
    checks.look()
    clock.now += checker.LONGEST
    checks.look()
    assert held.tracker_state(hall.ballot, stuck).state == State.IN_BOX
    assert checks.oldest() == 0


def test_the_server_hears_of_every_step(hall, checks, beats):
    hall.votes("A", 3)

    checks.look()

    assert len(beats) == 4
    checks.look()
    assert len(beats) == 5


def test_a_worker_that_begins_anew_takes_up_what_was_left(hall, checks, clock, beats):
    hall.votes("A", 19)
    checks.look()

    another = checker.Checker(beats.append, clock)
    hall.vote([GOOD, POOR], slip=19)
    another.look()
    checks.look()  # and the one before it does no harm

    assert set(_states()) == {State.IN_BOX}
    assert [height for height, _raw in held.events(hall.part())] == list(range(21))


def test_while_ballots_pour_in_the_worker_waits_and_not_for_ever(monkeypatch, checks, beats):
    looks = iter([100, 150, 200, 204, 208])
    waited = []
    monkeypatch.setattr(checker, "_newest", lambda: next(looks))
    monkeypatch.setattr(checker.time, "sleep", waited.append)

    assert checks._let_voters_first(20) == 20 - 3 * checker.LOOK
    assert waited == [checker.LOOK] * 3
    assert len(beats) == 3

    endless = iter(range(0, 100_000, 50))
    monkeypatch.setattr(checker, "_newest", lambda: next(endless))
    assert checks._let_voters_first(2) == 0


# --- chance -------------------------------------------------------------------------------------------------------

SIZE, BATCHES = 20, 150
BOUND = 5 / ((SIZE - 1) * BATCHES) ** 0.5  # five standard deviations of the mean rank correlation of chance


def _correlation(order: list[int]) -> float:
    """Spearman's: 1 when the box has the order of arrival, 0 in the mean by chance."""
    squares = sum((arrived - placed) ** 2 for arrived, placed in enumerate(order))
    size = len(order)
    return 1 - 6 * squares / (size * (size**2 - 1))


def _strand() -> Strand:
    mark = Mark.objects.create(ballot=1, identifier="a" * 14, revote=True)
    return Strand.objects.create(mark=mark, category=1, uuid="b" * 14, election_raw="{}", height=0, head="0" * 64)


def _one_batch(strand: Strand, number: int) -> list[int]:
    """The place in the chain of each ballot of a batch, in the order in which they came."""
    names = [f"{number}-{place}" for place in range(SIZE)]
    Sealed.objects.bulk_create(
        Sealed(strand=strand, credential_hash=name, raw=name.encode(), tracker=name) for name in names
    )
    rows = list(Sealed.objects.filter(tracker__in=names).order_by("pk"))
    checking.put_in(1, {row.pk: "" for row in rows})
    heights = [Sealed.objects.get(pk=row.pk).height for row in rows]
    assert sorted(heights) == list(range(min(heights), min(heights) + SIZE))
    return [height - min(heights) for height in heights]


def test_inside_a_batch_nobody_is_placed_better_than_by_chance():
    strand = _strand()

    orders = [_one_batch(strand, number) for number in range(BATCHES)]

    assert abs(statistics.mean(map(_correlation, orders))) < BOUND
    # Whoever guesses that a ballot stands where it came is right once in a batch, by chance: a Poisson number.
    right = sum(arrived == placed for order in orders for arrived, placed in enumerate(order))
    assert abs(right - BATCHES) < 5 * BATCHES**0.5
    assert Link.objects.count() == SIZE * BATCHES
    assert _correlation(list(range(SIZE))) == 1  # what an order that was kept would give
