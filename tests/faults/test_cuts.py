"""What was acknowledged is there afterwards: server killed, power cut; and the cut does lose what was not synced."""

import functools
import os
import random
import subprocess
import sys
from pathlib import Path

from shuping.rehearsal.site import children
from tests.faults import load, power, trials
from tests.faults.conftest import BALLOTS, SLIPS
from tests.faults.halls import WEAKER


def test_a_killed_server_loses_nothing_and_counts_nothing_twice(hall, tmp_path):
    trial, told = hall.trial(tmp_path / "data"), load.Told()
    with trial.serving() as site:
        (worker,) = children(site.process.pid)
        trials.vote_until(hall, site.port, told, over=1.5, moment=0.5 + random.random() / 2, stop=site.kill)
        before = set(told.acknowledged)
        site.start()
        trials.vote(hall, site.port, told, 1)
        assert not Path(f"/proc/{worker}").exists()
        trial.wait_for_the_box(BALLOTS, 60)

    kept = trial.stored()
    assert before
    assert set(told.acknowledged) == set(kept)
    assert len(kept) == trial.in_the_box() == BALLOTS
    assert len(trial.rows("SELECT DISTINCT credential_hash FROM box_sealed")) == SLIPS
    assert trial.rows("SELECT height FROM box_sealed ORDER BY height") == [str(n + 1) for n in range(BALLOTS)]


@power.needed
def test_a_power_cut_loses_nothing_that_was_acknowledged(hall, tmp_path):
    trial, told = hall.trial(tmp_path / "data"), load.Told()
    more, undo = trials.powered(hall, tmp_path)
    with trial.serving(**more) as site:
        stop = functools.partial(trials.cut, hall, site)
        trials.vote_until(hall, site.port, told, over=1.5, moment=0.8 + random.random() / 2, stop=stop)
    trials.after_the_cut(hall, undo)

    assert told.acknowledged
    assert set(told.acknowledged) <= set(trial.stored())


@power.needed
def test_the_same_cut_does_lose_what_a_careless_database_acknowledged(hall_on_sqlite, tmp_path):
    # The database syncs on its own now and then: a cut right after that loses nothing, so there are three of them.
    assert any(_lost_by_a_careless_one(hall_on_sqlite, tmp_path / f"cut-{number}") for number in range(3))


def _lost_by_a_careless_one(hall, place) -> set[str]:
    place.mkdir()
    trial, told = hall.trial(place / "data"), load.Told()
    more, undo = trials.powered(hall, place)
    site = trial.site(**more)
    site.program = ["-c", WEAKER]
    site.start()
    trials.vote_until(hall, site.port, told, over=1.5, moment=1.2, stop=site.cut)
    trials.after_the_cut(hall, undo)
    return set(told.acknowledged) - set(trial.stored())


@power.needed
def test_while_the_disk_is_full_nothing_is_acknowledged_and_afterwards_everything(hall_on_sqlite, tmp_path):
    hall, full = hall_on_sqlite, tmp_path / "full"
    trial, told = hall.trial(tmp_path / "data"), load.Told()
    more, _undo = trials.powered(hall, tmp_path)
    with trial.serving(**more, POWERCUT_FULL=str(full)) as site:
        full.touch()
        trials.vote(hall, site.port, told, 0.2, again=False, first=10)
        assert told.statuses == {"503": 10}
        assert trial.stored() == []
        full.unlink()
        trials.vote(hall, site.port, told, 0.2, first=10)

    assert told.statuses == {"503": 10, "201": 10}
    assert set(told.acknowledged) == set(trial.stored())
    assert max(told.seconds) < 5


WRITES = """
import os
first = os.open("data/one", os.O_RDWR | os.O_CREAT)
os.pwrite(first, b"synced bytes", 0)
os.fsync(first)
os.pwrite(first, b"SY", 0)
os.ftruncate(first, 4)
os.pwritev(first, [b"lat", b"er"], 20)
second = os.open("data/two", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(second, b"kept;")
os.fdatasync(second)
os.write(second, b"lost;")
third = os.open("data/three", os.O_WRONLY | os.O_CREAT)
os.write(third, b"never synced")
outside = os.open("outside", os.O_WRONLY | os.O_CREAT)
os.write(outside, b"not of this disk")
os.kill(os.getpid(), 9)
"""


@power.needed
def test_the_cut_takes_back_exactly_what_no_sync_covered(tmp_path):
    (tmp_path / "data").mkdir()
    shim = power.shim(power.library(tmp_path), tmp_path / "data", tmp_path / "undo")

    subprocess.run([sys.executable, "-c", WRITES], cwd=tmp_path, env=os.environ | shim, check=False)
    before = (tmp_path / "data" / "two").read_bytes()
    power.lose_what_was_not_synced(tmp_path / "undo")

    after = {name: (tmp_path / name).read_bytes() for name in ("data/one", "data/two", "data/three", "outside")}
    assert before == b"kept;lost;"
    assert after == {
        "data/one": b"synced bytes",
        "data/two": b"kept;",
        "data/three": b"",
        "outside": b"not of this disk",
    }
