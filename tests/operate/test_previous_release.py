"""A data folder of the release before there was a box, upgraded in the middle of the vote: the vote goes on."""

import base64
import gzip
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

import ballotbox
from shuping.core import datafolder
from tests.operate import sites

MADE = Path(__file__).parent / "previous" / "hall.json.gz"

COUNT = """
import json, sys, django
from shuping import fitness
fitness.prepare()
import ballotbox
from django.conf import settings
from shuping.ballots import actions, queries, records
from shuping.ballots.models import Ballot
from shuping.box import checking
from shuping.core.clock import now

keys = json.loads(sys.argv[1])
ballot = Ballot.objects.get()
scrutineer = ballot.cycle.roles.filter(kind="scrutineer").first().person
actions.close_ballot(ballot, by=scrutineer, now=now())
checking.check_all()
actions.tally(Ballot.objects.get(), by=scrutineer, now=now())
ballot = Ballot.objects.get()
for owner, key in enumerate(keys[:2], 2):
    category = queries.category_of(ballot, "A")
    person = ballot.trustees.get(owner=owner).person
    added = actions.sum_of(category)
    share = ballotbox.partial_decryption(
        queries.election_of(category), added, int(key), cast=added.num_tallied, floor=10
    )
    actions.add_share(category, raw=share, by=person, now=now())
sys.stdout.buffer.write(records.record(queries.category_of(Ballot.objects.get(), "A")))
"""


@pytest.fixture
def previous(tmp_path):
    """The folder as the last release left it, and what its people hold."""
    told = json.loads(gzip.decompress(MADE.read_bytes()))
    folder = tmp_path / "data"
    for name in ("keys", "files", "logs"):
        (folder / name).mkdir(parents=True)
    with closing(sqlite3.connect(folder / datafolder.SITE)) as site:
        site.executescript(told["sql"])
    (folder / "keys" / f"{told['identifier']}.json").write_text(told["server_key"], "utf-8")
    return folder, told


def _rows(folder, sql):
    with closing(sqlite3.connect(folder / datafolder.BOX)) as box:
        box.execute("ATTACH ? AS site", [str(folder / datafolder.SITE)])
        return box.execute(sql).fetchall()


def _cast(address, told, raw):
    return httpx.post(f"{address}/v/{told['identifier']}/cast", content=raw, trust_env=False)


def test_the_vote_goes_on_and_everything_counts(previous, tmp_path):
    folder, told = previous
    raw = base64.b64decode(told["again"])
    with sites.serving(folder) as (_server, address):
        fresh, again = _cast(address, told, raw), _cast(address, told, raw)
        late = [sites.vote(told, address, slip, (4, 4)) for slip in (9, 10)]
        everything = {*told["trackers"], *late, fresh.json()["tracker"]}
        sites.until(lambda: sites.board(told, address, everything), what="everything stands on the board")
    assert (fresh.status_code, again.status_code) == (201, 200)
    assert _rows(folder, "SELECT COUNT(*) FROM shuping_castballot") == [(0,)]
    assert _rows(folder, "SELECT COUNT(*) FROM box_sealed WHERE state = 'set_aside'") == [(1,)]
    assert _rows(folder, "SELECT COUNT(*) FROM django_tasks_database_dbtaskresult") == [(0,)]

    done = subprocess.run(
        [sys.executable, "-c", COUNT, json.dumps(told["keys"])],
        env=sites.environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings"),
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    (tmp_path / "record-A.bel").write_bytes(done.stdout)
    checked = ballotbox.verify_record(tmp_path / "record-A.bel")
    assert set(checked.trackers) == everything
    # Of the slip that had sent three ballots, which all waited, the last one: average, average.
    assert checked.counts == [[2, 2, 2, 2, 3], [6, 1, 1, 1, 2]]
    assert _rows(folder, "SELECT COUNT(*) FROM box_mark, box_sealed") == [(0,)]
    assert _rows(folder, "SELECT COUNT(*) FROM shuping_castballot") == [(len(everything) + 1,)]


def test_a_backup_of_a_folder_that_is_not_yet_upgraded_is_whole(previous, tmp_path):
    folder, told = previous

    assert sites.shuping(folder, "backup", tmp_path / "stick")[0] == 0
    status, said = sites.shuping(tmp_path / "new", "restore", tmp_path / "stick")

    assert status == 0, said
    with sites.serving(tmp_path / "new"):
        pass
    kept = {tracker for (tracker,) in _rows(tmp_path / "new", "SELECT tracker FROM box_sealed")}
    assert set(told["trackers"]) < kept
