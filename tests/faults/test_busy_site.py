"""Somebody else writes for seconds, or a backup is taken: people vote all the while, and ballots go into the box."""

import json
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx

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
    begun = ("数据目录", "数据库")  # what every start says
    assert [line for line in log.splitlines() if not line.startswith(begun)] == []


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


def test_whoever_fills_the_threads_of_pages_keeps_nobody_from_voting(hall_on_sqlite, tmp_path):
    hall, told = hall_on_sqlite, load.Told()
    trial = hall.trial(tmp_path / "data")
    with trial.serving() as site, closing(sqlite3.connect(trial.folder / datafolder.SITE)) as writer:
        address = f"http://127.0.0.1:{site.port}"
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as browser, ThreadPoolExecutor(12) as pool:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/sign-in/").text)[1]
            form = {"csrfmiddlewaretoken": token, "login": "nobody", "password": "a wrong one"}
            headers = {"Referer": f"{address}/sign-in/"}
            writer.execute("BEGIN IMMEDIATE")
            waiting = [pool.submit(browser.post, "/sign-in/", data=form, headers=headers) for _ in range(12)]
            time.sleep(2)
            begun = time.monotonic()
            loaded = [
                httpx.get(f"{address}{path}", trust_env=False, timeout=20).status_code
                for path in (f"/v/{hall.identifier}", "/static/built/booth.js", "/static/booth/booth.css")
            ]
            body = json.dumps({"credential": "ab"})
            asked = httpx.post(f"{address}/v/{hall.identifier}/which", content=body, trust_env=False, timeout=20)
            trials.vote(hall, site.port, told, 0.2, first=5)
            took = time.monotonic() - begun
            assert not any(one.done() for one in waiting)
            writer.rollback()
            for one in waiting:
                one.result()

    assert (loaded, asked.status_code) == ([200] * 3, 404)
    assert len(told.acknowledged) == 5
    assert took < 10
