"""Somebody else writes for seconds, or a backup is taken: people vote all the while, and ballots go into the box."""

import sqlite3
import time
from contextlib import closing

from shuping.core import datafolder
from tests.faults import load, trials
from tests.faults.conftest import BALLOTS, SLIPS

FULL = SLIPS // 20 * 20  # of the first ballot of each slip, as many as full batches hold


def test_while_the_site_is_written_to_ballots_are_taken_and_put_in(hall_on_sqlite, tmp_path):
    hall, told = hall_on_sqlite, load.Told()
    trial = hall.trial(tmp_path / "data")
    with trial.serving() as site, closing(sqlite3.connect(trial.folder / datafolder.SITE)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE shuping_signal SET version = version + 1")
        trials.vote(hall, site.port, told, 1, first=SLIPS)
        trial.wait_for_the_box(FULL, 30)
        put_in = trial.in_the_box()
        writer.rollback()
        trials.vote(hall, site.port, told, 1)
        trial.wait_for_the_box(BALLOTS, 60)
        log = site.log.read_text("utf-8")

    assert put_in >= FULL
    assert max(told.seconds[:SLIPS]) < 5
    assert trial.in_the_box() == len(set(told.acknowledged)) == BALLOTS
    assert log == ""


def test_a_backup_in_mid_vote_stops_nobody(hall, tmp_path):
    told = load.Told()
    trial = hall.trial(tmp_path / "data")
    with trial.serving() as site:
        words = tmp_path / "words"
        words.write_text("a passphrase for the tests\n", "utf-8")
        trials.vote(hall, site.port, told, 0.5, first=SLIPS // 2)
        before = time.monotonic()
        status, said = site.run("backup", str(tmp_path / "stick"), "--passphrase-file", str(words))
        assert status == 0, said
        assert time.monotonic() > before
        trials.vote(hall, site.port, told, 0.5, first=SLIPS)

    assert len(set(told.acknowledged)) == SLIPS
