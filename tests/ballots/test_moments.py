"""A vote of two hundred at known times, and one look at the disk in the middle of it: it tells the order at most."""

import json
import random
import shutil
import time

import pytest

import ballotbox
from shuping.core import datafolder
from tests.ballots import moments
from tests.ballots.halls import open_hall
from tests.ballots.served import served

BEGIN, END = 1_795_874_400.25, 1_795_874_460.75
VOTERS = 200
AFTER = 120  # of them the disk is looked at


@pytest.mark.parametrize("name", moments.PACKED)
def test_the_look_finds_a_moment_that_was_packed(name):
    noise = random.Random(1).randbytes(20_000)
    raw = moments.packed(name, 1_795_874_421.5)

    assert moments.found(noise, BEGIN, END) == []
    assert (name, 10_000) in moments.found(noise[:10_000] + raw + noise[10_000:], BEGIN, END)
    assert moments.found(noise + moments.packed(name, END + 120), BEGIN, END) == []


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-28 14:00:21",
        "2026-11-28T22:00:33.5",
        "28/Nov/2026:14:00",
        "1795874421",
        "1795874421500",
        "1795874421.5",
    ],
)
def test_the_look_finds_a_moment_that_was_written(written):
    noise = json.dumps({"challenge": "9" * 76}).encode()

    assert moments.found(noise, BEGIN, END) == []
    assert moments.found(noise + written.encode() + noise, BEGIN, END)


def _copy(place, target):
    """Every file of the databases as it lies on the disk at this moment."""
    target.mkdir()
    for file in place.folder.glob("*.sqlite3*"):
        shutil.copyfile(file, target / file.name)
    return {file.name: file.read_bytes() for file in target.iterdir()}


def test_one_look_at_the_disk_in_the_middle_of_the_vote_tells_no_time(file_database, tmp_path, monkeypatch):
    hall = open_hall({"A": VOTERS, "B": 10})
    sealed = [hall.seal([slip % 5, 0], slip=slip) for slip in range(VOTERS)]
    with served(hall, tmp_path, monkeypatch) as place:
        begin = time.time()
        for number, raw in enumerate(sealed):
            assert place.post("cast", raw).status_code == 201
            if number == AFTER:
                looked, kept = time.time(), _copy(place, tmp_path / "look")
            time.sleep(0.02)
        until = time.monotonic() + 60
        while place.rows("SELECT COUNT(*) FROM box_sealed WHERE state = 'in_box'")[0][0] < VOTERS // 20 * 20:
            assert time.monotonic() < until
            time.sleep(0.2)

    trackers = [ballotbox.tracker(raw).encode() for raw in sealed[: AFTER + 1]]
    box = {name: body for name, body in kept.items() if name.startswith(datafolder.BOX)}
    site = {name: body for name, body in kept.items() if name.startswith(datafolder.SITE)}
    assert {name.partition(".sqlite3")[2] for name in box} == {"", "-wal", "-shm"}
    assert all(any(tracker in body for body in box.values()) for tracker in trackers)
    # In the files in which ballots lie no time of the vote stands, and in those in which times stand lies no ballot.
    assert {name: moments.found(body, begin - 60, looked + 60) for name, body in box.items()} == {
        key: [] for key in box
    }
    assert not [name for name, body in site.items() if any(tracker in body for tracker in trackers)]
    assert not [name for name, body in site.items() if any(raw[:400] in body for raw in sealed)]
