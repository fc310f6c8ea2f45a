"""PostgreSQL stops in the middle of a vote and comes back: 503 meanwhile, nothing lost, and the site goes on alone."""

import time

import httpx

from tests.faults import cluster, load, trials
from tests.faults.conftest import BALLOTS

pytestmark = cluster.needed


def test_nothing_is_acknowledged_without_a_row_and_voting_goes_on_within_five_seconds(hall_on_postgresql, tmp_path):
    hall, told = hall_on_postgresql, load.Told()
    trial = hall.trial(tmp_path / "data")
    with trial.serving() as site:
        trials.vote(hall, site.port, told, 0.5, first=20)
        hall.cluster.stop("immediate")

        away = httpx.post(
            f"http://127.0.0.1:{site.port}/v/{hall.identifier}/cast", content=hall.ballots[20], trust_env=False
        )
        told.statuses.clear()
        trials.vote(hall, site.port, told, 0.5, again=False)
        assert set(told.statuses) == {"503"}
        assert len(told.acknowledged) == 20

        hall.cluster.start()
        back = time.monotonic()
        trials.vote(hall, site.port, told, 0.5)
        assert time.monotonic() - back < 5
        # The worker lost its connection as well; it is started again and takes up what waits.
        assert trial.wait_for_the_box(BALLOTS, 60) < 60

    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
    assert away.json()["error"]["code"] == "busy"
    assert "sent again by itself" in away.json()["error"]["en"]
    assert set(told.acknowledged) == set(trial.stored())
    assert len(trial.stored()) == trial.in_the_box() == BALLOTS


def test_a_server_started_before_its_database_says_what_is_wrong(hall_on_postgresql, tmp_path):
    trial = hall_on_postgresql.trial(tmp_path / "data")
    hall_on_postgresql.cluster.stop()
    try:
        status, said = trial.site().run("check")
    finally:
        hall_on_postgresql.cluster.start()

    assert (status, "The database does not answer" in said, "Traceback" in said) == (1, True, False), said
