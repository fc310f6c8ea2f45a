"""Many requests at once, on a database file as a site has it, and the worker as it really runs."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from django.urls import reverse
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from shuping.ballots import actions, casting, queries
from shuping.ballots.models import CastBallot
from tests.ballots.halls import Hall, open_hall, scheme
from tests.builders import NOW, client_for

AT_ONCE = 64


def _post(hall: Hall, raw: bytes) -> tuple[int, str]:
    try:
        answer = hall.post("cast", raw)
        return answer.status_code, answer.json().get("error", {}).get("code", "")
    finally:
        connections.close_all()


def _all_at_once(hall: Hall, sealed: list[bytes]) -> list[tuple[int, str]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda raw: _post(hall, raw), sealed))


def _different_ballots(hall: Hall) -> list[bytes]:
    return [hall.seal([number % 5, number // 5 % 5], slip=0) for number in range(AT_ONCE)]


def _work() -> None:
    """Let the worker of `shuping serve` do what is waiting."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="worker",
        excluded_queue_names=[],
    ).run()


def test_of_sixty_four_ballots_of_one_slip_one_counts(file_database):
    hall = open_hall()

    answers = _all_at_once(hall, _different_ballots(hall))
    casting.check_pending.func()

    assert sorted(answers) == [(201, ""), *[(503, "one_at_a_time")] * (AT_ONCE - 1)]
    assert [row.height for row in queries.counted_ballots(hall.part())] == [1]


def test_without_re_voting_one_of_sixty_four_is_taken(file_database):
    hall = open_hall(text=scheme(revote="false"))

    answers = _all_at_once(hall, _different_ballots(hall))

    assert sorted(answers) == [(201, ""), *[(409, "voted")] * (AT_ONCE - 1)]
    assert CastBallot.objects.count() == 1


def test_the_same_ballot_sixty_four_times_is_one_ballot(file_database):
    hall = open_hall()

    answers = _all_at_once(hall, [hall.seal([0, 0])] * AT_ONCE)

    assert sorted(answers) == [*[(200, "")] * (AT_ONCE - 1), (201, "")]
    assert CastBallot.objects.count() == 1


def test_two_workers_put_a_ballot_into_the_box_once(file_database):
    hall = open_hall()
    for slip in range(6):
        hall.vote([0, 0], slip=slip)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: (casting.check_pending.func(), connections.close_all()), range(2)))

    assert [event.height for event in queries.events(hall.part())] == list(range(7))
    assert queries.pending(hall.ballot) == 0


def test_voting_asks_the_worker_once(file_database):
    hall = open_hall()

    for slip in range(3):
        hall.vote([0, 0], slip=slip)

    assert DBTaskResult.objects.count() == 1


def test_a_worker_that_was_cut_off_is_sent_again_from_the_desk(file_database):
    hall = open_hall()
    hall.vote([0, 0])
    actions.close_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    DBTaskResult.objects.update(status="RUNNING")  # as a power cut leaves it
    _work()
    assert queries.pending(hall.ballot) == 1
    browser, page = client_for(hall.world.scrutineer), reverse("ballot", args=[hall.world.cycle.pk])
    assert "form-check-again" in browser.get(page).content.decode()
    assert "form-check-again" not in client_for(hall.world.lin).get(page).content.decode()

    browser.post(reverse("check-again", args=[hall.world.cycle.pk]))
    _work()

    assert queries.pending(hall.ballot) == 0
    assert not DBTaskResult.objects.exists()


def test_the_worker_checks_what_was_cast_and_leaves_no_time_behind(file_database):
    hall = open_hall()
    for slip in range(3):
        hall.vote([0, 0], slip=slip)

    _work()

    assert queries.pending(hall.ballot) == 0
    assert queries.cast_ballots(hall.part()).count() == 3
    assert list(DBTaskResult.objects.values("task_path", "enqueued_at")) == []


def test_while_ballots_pour_in_the_worker_waits_and_not_for_ever(monkeypatch):
    looks = iter([100, 150, 200, 204, 208])
    waited = []
    monkeypatch.setattr(casting, "_newest", lambda: next(looks))
    monkeypatch.setattr(casting.time, "sleep", waited.append)

    assert casting._let_voters_first(20) == 20 - 3 * casting.LOOK
    assert waited == [casting.LOOK] * 3

    endless = iter(range(0, 100_000, 50))
    monkeypatch.setattr(casting, "_newest", lambda: next(endless))
    assert casting._let_voters_first(2) == 0
