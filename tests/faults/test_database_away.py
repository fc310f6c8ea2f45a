"""PostgreSQL stops in the middle of a vote and comes back: 503 meanwhile, nothing lost, and the site goes on alone."""

import re
import threading
import time
from contextlib import contextmanager, suppress

import httpx

from tests.faults import cluster, load, trials
from tests.faults.conftest import BALLOTS

pytestmark = cluster.needed


@contextmanager
def _following(port, page):
    """The lines that somebody hears who keeps the stream of a page open."""
    heard = []
    site = f"http://127.0.0.1:{port}"
    followed = re.search(r'sse-connect="(.*?)"', httpx.get(f"{site}{page}", trust_env=False).text)
    assert followed
    address = f"{site}{followed[1]}"

    def listen():
        with suppress(httpx.TransportError), httpx.stream("GET", address, trust_env=False, timeout=60) as stream:
            for line in stream.iter_lines():
                heard[:] = [*heard, line]

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    yield heard


def _until(found, seconds=10):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nothing_is_acknowledged_without_a_row_and_voting_goes_on_within_five_seconds(hall_on_postgresql, tmp_path):
    hall, told = hall_on_postgresql, load.Told()
    trial = hall.trial(tmp_path / "data")
    (ballot,) = trial.rows("SELECT id FROM shuping_ballot")
    with trial.serving() as site, _following(site.port, f"/hall/{hall.meeting}/") as heard:
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
        assert min(moment for moment in told.moments if moment > back) - back < 5
        # The worker lost its connection as well; it is started again and takes up what waits.
        assert trial.wait_for_the_box(BALLOTS, 60) < 60
        # Whoever followed the turnout all the while follows it now.
        heard.clear()
        trial.rows(f"UPDATE shuping_signal SET version = version + 1 WHERE topic = 'ballot-{ballot}'")
        _until(lambda: any(line.startswith("event: ballot-") for line in heard))

    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
    assert away.json()["error"]["code"] == "busy"
    assert "sent again by itself" in away.json()["error"]["en"]
    assert set(told.acknowledged) == set(trial.stored())
    assert len(trial.stored()) == trial.in_the_box() == BALLOTS


def test_a_database_that_is_away_or_careless_is_told_before_anybody_votes(hall_on_postgresql, tmp_path):
    hall, trial = hall_on_postgresql, hall_on_postgresql.trial(tmp_path / "data")
    hall.cluster.stop()
    away = trial.site().run("check")
    hall.cluster.start("-c fsync=off")
    careless = trial.site().run("serve")
    hall.cluster.stop()
    hall.cluster.start("-c track_commit_timestamp=on")
    telling = trial.site().run("serve")
    hall.cluster.stop()
    hall.cluster.start()
    sound = trial.site().run("check")

    assert (away[0], "The database does not answer" in away[1], "Traceback" in away[1]) == (1, True, False), away[1]
    assert (careless[0], "fsync is off, not on" in careless[1], "Traceback" in careless[1]) == (1, True, False)
    assert (telling[0], "the time of a vote (track_commit_timestamp is on" in telling[1]) == (1, True), telling[1]
    assert (sound[0], "Database safe" in sound[1]) == (0, True), sound[1]
