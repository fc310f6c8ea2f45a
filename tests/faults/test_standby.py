"""The laptop dies in mid-ballot: another machine goes on from the USB drive, with ballots and key."""

import asyncio
import json
import shutil
import subprocess
import sys

import pytest

from shuping.core import backup
from shuping.rehearsal import site as sites
from tests.faults import halls, load


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    return halls.make(tmp_path_factory.mktemp("hall") / "data", slips=20, ballots=20)


def _shuping(folder, *words, **more):
    command = [sys.executable, "-m", "shuping.cli", *words]
    done = subprocess.run(
        command, env=halls.environment(folder, **more), capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_ballots_and_key_go_on_at_another_machine(hall, tmp_path):
    laptop, standby, usb = halls.copy(hall, tmp_path / "laptop"), tmp_path / "standby", tmp_path / "usb"
    told = load.Told()
    with halls.serving(laptop, sites.free_port()) as site:
        asyncio.run(load.arrive(site.port, hall.identifier, hall.ballots[:12], 0.5, told))
        status, said = _shuping(laptop, "backup", str(usb))
        site.cut()
    assert status == 0, said
    words = said.splitlines()[1]
    key = (laptop / "keys" / f"{hall.identifier}.json").read_text("utf-8")
    sealed = (usb / backup.NAME).read_bytes()
    shutil.rmtree(laptop)
    assert json.loads(key)["private"].encode() not in sealed

    assert _shuping(standby, "restore", str(usb), SHUPING_PASSPHRASE="wrong")[0] == 1
    status, said = _shuping(standby, "restore", str(usb), SHUPING_PASSPHRASE=words)
    assert status == 0, said
    with halls.serving(standby, sites.free_port()) as site:
        asyncio.run(load.arrive(site.port, hall.identifier, hall.ballots, 0.5, told))

    assert told.statuses == {"201": 20, "200": 12}
    assert set(halls.stored(standby)) == set(told.acknowledged)
    assert (standby / "keys" / f"{hall.identifier}.json").read_text("utf-8") == key
    assert "holds a site already" in _shuping(standby, "restore", str(usb), SHUPING_PASSPHRASE=words)[1]


def test_two_backups_do_not_tell_how_many_ballots_came_between(hall, tmp_path):
    folder = halls.copy(hall, tmp_path / "data")
    sealed = []
    with halls.serving(folder, sites.free_port()) as site:
        for raw in ([], hall.ballots[:1]):
            asyncio.run(load.arrive(site.port, hall.identifier, list(raw), 0.1, load.Told()))
            assert _shuping(folder, "backup", str(tmp_path / "usb"))[0] == 0
            sealed.append((tmp_path / "usb" / backup.NAME).read_bytes())

    first, second = sealed
    assert len(first) == len(second)
    same = sum(one == other for one, other in zip(first[64:100_064], second[64:100_064], strict=True))
    assert same < 1000  # chance gives about 390
    assert [file.name for file in (tmp_path / "usb").iterdir()] == [backup.NAME]


def test_a_backup_of_a_damaged_file_is_refused(tmp_path):
    (tmp_path / backup.NAME).write_bytes(backup.MAGIC + bytes(3_000_000))

    with pytest.raises(backup.BackupError, match="damaged"):
        backup.restore(tmp_path, tmp_path, {"ENGINE": "django.db.backends.sqlite3"}, "words")
