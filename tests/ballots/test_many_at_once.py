"""Many requests at once, on database files as a site has them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections
from django.urls import reverse

from shuping.ballots import held, queries
from shuping.box import checking, waking
from shuping.box.models import Sealed
from tests.ballots.halls import Hall, open_hall, scheme
from tests.builders import client_for

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


def test_of_sixty_four_ballots_of_one_slip_one_counts(file_database):
    hall = open_hall()

    answers = _all_at_once(hall, _different_ballots(hall))
    checking.check_all()

    assert sorted(answers) == [(201, ""), *[(503, "one_at_a_time")] * (AT_ONCE - 1)]
    assert [row.height for row in queries.counted_ballots(hall.part())] == [1]


def test_without_re_voting_one_of_sixty_four_is_taken(file_database):
    hall = open_hall(text=scheme(revote="false"))

    answers = _all_at_once(hall, _different_ballots(hall))

    assert sorted(answers) == [(201, ""), *[(409, "voted")] * (AT_ONCE - 1)]
    assert Sealed.objects.count() == 1


def test_the_same_ballot_sixty_four_times_is_one_ballot(file_database):
    hall = open_hall()

    answers = _all_at_once(hall, [hall.seal([0, 0])] * AT_ONCE)

    assert sorted(answers) == [*[(200, "")] * (AT_ONCE - 1), (201, "")]
    assert Sealed.objects.count() == 1


def test_two_workers_put_a_ballot_into_the_box_once(file_database):
    hall = open_hall()
    for slip in range(6):
        hall.vote([0, 0], slip=slip)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: (checking.check_all(), connections.close_all()), range(2)))

    assert [height for height, _raw in held.events(hall.part())] == list(range(7))
    assert held.pending(hall.ballot) == 0


def test_a_second_ballot_of_a_slip_that_is_not_yet_in_the_box_is_refused_by_the_database(file_database):
    hall = open_hall()
    hall.vote([0, 0])
    (there,) = Sealed.objects.all()

    with pytest.raises(IntegrityError):
        Sealed.objects.create(
            strand=there.strand, credential_hash=there.credential_hash, raw=b"another", tracker="another"
        )


def test_voting_rings_the_worker_and_tells_it_nothing(file_database, rung):
    hall = open_hall()
    del rung[:]
    raw = hall.seal([0, 0])

    for _ in range(2):
        hall.post("cast", raw)
    hall.post("cast", b"nothing")

    assert rung == [waking.LOOK]


def test_the_desk_rings_for_ballots_whose_check_failed_by_itself(file_database, rung):
    hall = open_hall()
    hall.vote([0, 0])
    browser, page = client_for(hall.world.scrutineer), reverse("ballot", args=[hall.world.cycle.pk])
    assert "form-check-again" in browser.get(page).content.decode()
    assert "form-check-again" not in client_for(hall.world.lin).get(page).content.decode()
    del rung[:]

    browser.post(reverse("check-again", args=[hall.world.cycle.pk]))

    assert rung == [waking.AGAIN]
