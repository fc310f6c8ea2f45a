"""What a command makes is its owner's alone: really tried as somebody else, after each command that comes first."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from shuping.core import datafolder
from shuping.rehearsal import site
from tests.operate import sites

NOBODY = "65534"
# In CI it is never skipped: there whoever is not root has to be an error.
as_root = pytest.mark.skipif(os.geteuid() != 0 and "CI" not in os.environ, reason="Only root can be somebody else.")

pytestmark = as_root


@pytest.fixture
def place():
    """A folder that everybody may enter, unlike the tests' own."""
    folder = Path(tempfile.mkdtemp(prefix="shuping-modes-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def read_by_others(folder):
    """What somebody else on this machine lists or reads, of all that is there."""
    found = [folder, *folder.rglob("*")]
    assert any(one.is_file() for one in found)
    tries = [["ls", str(one)] if one.is_dir() else ["head", "-c1", str(one)] for one in found]
    return [command[-1] for command in tries if _as_nobody(command)]


def _as_nobody(command):
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_an_open_folder_is_found_by_these_tests(place):
    (place / "data").mkdir()
    (place / "data" / "shuping.sqlite3").write_bytes(b"open")
    (place / "data").chmod(0o755)
    (place / "data" / "shuping.sqlite3").chmod(0o644)

    assert len(read_by_others(place / "data")) == 2


FIRST = {
    "import": ["import-organisations", "--new", "tree.xlsx"],
    "try": ["import-organisations", "--new", "tree.xlsx", "--dry-run"],
    "first year": ["first-year", "--new", "--organiser=x", "--secretariat=y", "--meeting-on=2027-12-28"],
}


@pytest.mark.parametrize("words", FIRST.values(), ids=FIRST)
def test_whatever_comes_first_makes_what_nobody_else_reads(place, words):
    (place / "tree.xlsx").write_bytes(b"no workbook")

    _status, said = _shuping(place / "data", *[str(place / word) if word == "tree.xlsx" else word for word in words])

    assert (place / "data" / "shuping.sqlite3").exists(), said
    assert read_by_others(place / "data") == []
    assert all(one.stat().st_mode & 0o077 == 0 for one in [place / "data", *(place / "data").rglob("*")])


def _shuping(folder, *words, **more):
    """As from a shell with the usual mask."""
    command = [sys.executable, "-m", "shuping.cli", *map(str, words)]
    given = sites.environment(folder, SHUPING_BACKUP_PASSPHRASE=sites.WORDS, **more)
    done = subprocess.run(command, env=given, umask=0o022, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@contextmanager
def _begun(place, *words, ready):
    """A command that goes on, until what it makes is there."""
    port = site.free_port()
    command = [sys.executable, "-m", "shuping.cli", *map(str, words)]
    given = sites.environment(place / "data", port)
    with (place / "said").open("wb") as out:
        process = subprocess.Popen(command, env=given, umask=0o022, stdout=out, stderr=out, start_new_session=True)
        try:
            sites.until(lambda: ready(f"http://127.0.0.1:{port}"), 120, f"the start of {words[0]}")
            yield
        finally:
            os.killpg(process.pid, 15)
            process.wait(timeout=60)


def test_a_served_site_with_its_log_of_writes_is_nobody_else_s(place):
    with _begun(place, "serve", "--new", ready=sites.answers):
        assert (place / "data" / "shuping.sqlite3-wal").exists()
        assert read_by_others(place / "data") == []


def test_a_demo_is_nobody_else_s(place):
    with _begun(place, "demo", ready=sites.answers):
        assert read_by_others(place / "data") == []


def test_a_rehearsal_is_nobody_else_s(place):
    data = place / "out" / "data"
    with _begun(
        place, "rehearse", "--entries=4", "--out", place / "out", ready=lambda _address: (data / "keys").exists()
    ):
        sites.until((data / "shuping.sqlite3-wal").exists, 120, "the rehearsal has a database")
        time.sleep(1)
        assert read_by_others(place / "out") == []


def _opened(folder):
    """As the last release left it: everybody may read."""
    for one in [folder, *folder.rglob("*")]:
        one.chmod(0o755 if one.is_dir() else 0o644)


@pytest.mark.parametrize("words", [["upgrade"], ["import-organisations", "none.xlsx"], ["backup", "stick"]])
def test_an_open_folder_is_closed_by_whatever_writes_and_that_is_said(place, words):
    sites.make_site(place / "data")
    _opened(place / "data")
    assert read_by_others(place / "data")

    _status, said = _shuping(place / "data", *[str(place / word) if word == "stick" else word for word in words])

    assert "Others on this machine could read 7 places" in said, said
    assert read_by_others(place / "data") == []


def test_a_served_folder_is_closed_with_what_lies_beside_its_database(place):
    sites.make_site(place / "data")
    for part in ("wal", "shm"):
        (place / "data" / f"shuping.sqlite3-{part}").write_bytes(b"")
    _opened(place / "data")

    with _begun(place, "serve", ready=sites.answers):
        assert read_by_others(place / "data") == []
    assert (place / "said").read_text("utf-8").count("they no longer can") == 1


def test_check_tells_of_an_open_folder_and_leaves_it(place):
    sites.make_site(place / "data")
    _opened(place / "data")

    status, said = _shuping(place / "data", "check")

    assert (status, "can read 7 places" in said) == (1, True), said
    assert (place / "data").stat().st_mode & 0o777 == 0o755


def test_what_links_lead_to_is_left_alone(tmp_path):
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "elsewhere").chmod(0o644)
    datafolder.make(tmp_path / "data")
    (tmp_path / "data" / "files" / "link").symlink_to(tmp_path / "elsewhere")

    assert datafolder.close_to_others(tmp_path / "data") == 0
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o644


def _as_somebody(folder, *words):
    """A command given by an account without privileges, in whose path nothing of ours is closed."""
    environment = sites.environment(folder, HOME="/nonexistent")
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", sys.executable]
    done = subprocess.run(
        [*command, "-m", "shuping.cli", *words], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


REACHED = os.geteuid() == 0 and _as_nobody([sys.executable, "-c", "import shuping, django"])


@pytest.mark.skipif(not REACHED, reason="Nobody else reaches this checkout.")
@pytest.mark.parametrize(
    "command", [["serve"], ["upgrade"], ["first-year", "--organiser=x", "--secretariat=y", "--meeting-on=2027-01-01"]]
)
def test_somebody_else_s_folder_is_refused_with_a_sentence(place, command):
    sites.make_site(place / "data")

    status, said = _as_somebody(place / "data", *command)

    assert (status, "This user may not use" in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.skipif(not REACHED, reason="Nobody else reaches this checkout.")
def test_an_open_file_of_somebody_else_is_refused_with_a_sentence(place):
    sites.make_site(place / "data")
    for one in [place / "data", *(place / "data").rglob("*")]:
        shutil.chown(one, int(NOBODY), int(NOBODY))
    theirs = place / "data" / "files" / "theirs"
    theirs.write_bytes(b"of root")
    theirs.chmod(0o644)

    status, said = _as_somebody(place / "data", "upgrade")

    assert (status, f"read {theirs}, which belongs to root" in said, "Traceback" in said) == (1, True, False), said


def test_root_does_not_write_into_the_folder_of_a_service(place):
    sites.make_site(place / "data")
    shutil.chown(place / "data", int(NOBODY))

    status, said = _shuping(place / "data", "upgrade")

    assert (status, "sudo -u nobody" in said) == (1, True), said
