"""Whether a disk can keep what it promises: its kind, how quickly it syncs, how much is left; refusals in sentences."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import shuping
from shuping import fitness
from shuping.core import soundness

MOUNTS = """\
overlay / overlay rw 0 0
/dev/sda1 /srv ext4 rw 0 0
files:/share /srv/shared nfs4 rw 0 0
//office/disk /mnt/the\\040office cifs rw 0 0
tmpfs /srv/shared/local tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/shuping", "overlay"),
        ("/srv/shuping", "ext4"),
        ("/srv/shared/data", "nfs4"),
        ("/srv/sharedness", "ext4"),
        ("/mnt/the office/data", "cifs"),
        ("/srv/shared/local/data", "tmpfs"),
    ],
)
def test_the_innermost_mount_names_the_kind(folder, kind):
    assert soundness.file_system(Path(folder), MOUNTS) == kind


def test_a_network_folder_is_refused_with_what_to_do():
    with pytest.raises(soundness.NetworkFolder, match=r"nfs4.*Set SHUPING_DATA to a disk.*SHUPING_DATABASE_URL"):
        soundness.refuse_network_folder(Path("/srv/shared/data"), MOUNTS)

    soundness.refuse_network_folder(Path("/srv/shuping"), MOUNTS)


def test_this_machines_own_folder_has_a_kind(tmp_path):
    assert soundness.file_system(tmp_path) == _stat(tmp_path)


def _stat(folder):
    """What the system's own program calls it."""
    words = ["findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_syncs_are_measured_in_the_folder_and_leave_nothing(tmp_path):
    times = soundness.sync_times(tmp_path)

    assert len(times) == soundness.ROUNDS
    assert times == sorted(times)
    assert times[0] > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free", "told"), [(soundness.LEAST_FREE - 1, True), (soundness.LEAST_FREE, False)])
def test_too_little_room_is_told(tmp_path, monkeypatch, free, told):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))

    line = soundness.disk(tmp_path)

    assert "sync of one ballot" in line
    assert ("Make room before the meeting" in line) == told


def test_a_server_on_a_network_folder_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setattr(soundness, "file_system", lambda *_: "nfs4")
    monkeypatch.setattr(fitness.settings, "DATA", tmp_path)
    # The tests' own database lies in memory; what is asked is where the site's would.
    monkeypatch.setitem(fitness.settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")

    with pytest.raises(soundness.NetworkFolder, match=r"lies on a network file system \(nfs4\)"):
        fitness.prepare()


CARELESS = """
import sys
from django.conf import settings
from shuping import cli
settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"
sys.exit(cli.main(["serve", "--new"]))
"""


def test_what_syncs_too_late_is_refused_when_it_starts(tmp_path):
    environment = {
        "SHUPING_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "shuping.settings",
        "PYTHONPATH": str(Path(shuping.__file__).parents[1]),
    }

    done = subprocess.run(
        [sys.executable, "-c", CARELESS], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "would lose acknowledged ballots in a power cut" in done.stderr
    assert "Traceback" not in done.stderr
