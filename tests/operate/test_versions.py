"""Older code leaves a newer database alone; an older database is brought up after a copy, or not at all."""

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

import ballotbox
from shuping import upgrading
from shuping.core import datafolder
from tests.operate import kept, sites
from tests.operate.sites import shuping

NEWER = "INSERT INTO django_migrations (app, name, applied) VALUES ('shuping', '0099_from_the_future', '2026-01-01')"
WRITING = (
    ["serve"],
    ["upgrade"],
    ["import-organisations", "tree.xlsx"],
    ["first-year", "--organiser=x", "--secretariat=y", "--meeting-on=2027-12-28"],
)


def contents(folder):
    """Every file with its digest, its mode and when it was changed, and the folders themselves."""
    return {
        str(one.relative_to(folder)): (
            hashlib.sha256(one.read_bytes()).hexdigest() if one.is_file() else "",
            one.stat().st_mode,
            one.stat().st_mtime_ns,
        )
        for one in [folder, *folder.rglob("*")]
    }


def rows(file, query):
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def applied(file):
    return {name for (name,) in rows(file, "SELECT name FROM django_migrations WHERE app = 'shuping'")}


@pytest.fixture
def older(tmp_path):
    """A folder that an earlier version left in the middle of a vote."""
    hall, trackers = kept.unpack("site_at_0009", tmp_path / "data")
    return SimpleNamespace(
        folder=tmp_path / "data", file=tmp_path / "data" / "shuping.sqlite3", hall=hall, trackers=trackers
    )


# --- newer ------------------------------------------------------------------------------------------------------------


def test_older_code_refuses_a_newer_database_and_writes_nothing(tmp_path):
    sites.make_site(tmp_path / "data")
    file = tmp_path / "data" / "shuping.sqlite3"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(NEWER)
    before = file.read_bytes()

    for words in (*WRITING, ["check"], ["backup", str(tmp_path / "stick")]):
        status, said = shuping(tmp_path / "data", *words)

        assert (status, "made by a newer version of Shuping (0099_from_the_future)" in said) == (1, True), said
    assert file.read_bytes() == before
    assert not (tmp_path / "stick").exists()


def test_a_migration_that_another_one_replaces_is_known(monkeypatch, django_db_setup, db):
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    built = MigrationLoader.build_graph

    def with_one_that_was_squashed(self):
        built(self)
        self.applied_migrations = {**self.applied_migrations, ("auth", "0000_squashed_away"): None}
        next(iter(self.disk_migrations.values())).replaces = [("auth", "0000_squashed_away")]

    monkeypatch.setattr(MigrationLoader, "build_graph", with_one_that_was_squashed)

    assert upgrading.version().unknown == ()


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [*kept.VERSIONS, "new"])
def test_check_changes_nothing(version, tmp_path):
    folder = tmp_path / "data"
    if version == "new":
        sites.make_site(folder)
    else:
        kept.unpack(version, folder)
    before = contents(tmp_path)

    _status, said = shuping(folder, "check")

    assert contents(tmp_path) == before
    assert "Traceback" not in said
    older_now = applied(folder / "shuping.sqlite3") != {f"{name}" for name in _own()}
    assert ("`shuping upgrade` (or serve) brings it to this one" in said) == older_now, said


def _own():
    folder = sites.ROOT / "src" / "shuping" / "migrations"
    return [file.stem for file in folder.glob("0*.py")]


def test_check_changes_nothing_beside_a_running_server_and_after_a_killed_one(tmp_path):
    sites.make_site(tmp_path / "data")
    with sites.serving(tmp_path / "data") as (_server, address):
        assert sites.answers(address)
        served = contents(tmp_path)
        running = shuping(tmp_path / "data", "check")
        assert contents(tmp_path).keys() == served.keys()  # its worker writes by itself
    killed = contents(tmp_path)

    again = shuping(tmp_path / "data", "check")

    assert (running[0], again[0]) == (0, 0), running[1] + again[1]
    assert {"shuping.sqlite3-wal", "shuping.sqlite3-shm"} <= {name.partition("/")[2] for name in killed}
    assert contents(tmp_path) == killed


# --- upgrading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WRITING[2:], ids=lambda words: words[0])
def test_what_only_writes_does_not_upgrade_by_the_way(words, older):
    before = applied(older.file)

    status, said = shuping(older.folder, *words)

    assert (status, "The database is of an older version; `shuping upgrade`" in said) == (1, True), said
    assert applied(older.file) == before


def test_an_upgrade_makes_a_copy_and_names_it(older):
    status, said = shuping(older.folder, "upgrade")
    again = shuping(older.folder, "upgrade")

    [copy] = older.folder.glob("before-*.sqlite3")
    assert status == 0, said
    assert f"Copy from before the upgrade: {copy}\n" in said
    assert re.search(r"Upgraded the database: .*0010_ballots_of_groups", said)
    assert copy.name == f"before-{max(_own())}.sqlite3"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert (max(applied(copy)), applied(older.file)) == ("0009_opinions", set(_own()))
    assert len(rows(copy, "SELECT * FROM shuping_castballot")) == 5
    assert (again[0], "of this version already" in again[1]) == (0, True), again[1]
    assert list(older.folder.glob("before-*")) == [copy]


def test_a_second_upgrade_keeps_the_first_copy(older):
    shutil.copy(older.file, older.folder.parent / "aside")
    shuping(older.folder, "upgrade")
    first = next(older.folder.glob("before-*.sqlite3"))
    before = first.read_bytes()
    (older.folder.parent / "aside").rename(older.file)

    status, said = shuping(older.folder, "upgrade")

    assert (status, f"{first.stem}-2.sqlite3" in said) == (0, True), said
    assert first.read_bytes() == before


KILLED = """
import os, signal, sys
from django.db.migrations import Migration
from shuping import cli
whole = Migration.apply
def half(self, *arguments, **given):
    state = whole(self, *arguments, **given)
    if self.name.startswith("0010"):
        os.kill(os.getpid(), signal.SIGKILL)
    return state
Migration.apply = half
sys.exit(cli.main(["serve"]))
"""


def test_an_upgrade_that_was_killed_leaves_the_copy_and_goes_on(older):
    port = sites.site.free_port()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env=sites.environment(older.folder, port), timeout=120, check=False
    )
    [copy] = older.folder.glob("before-*.sqlite3")
    assert killed.returncode == -9
    assert applied(copy) == applied(older.file)

    with sites.serving(older.folder) as (_server, address):
        assert sites.until(lambda: sites.board(older.hall, address, older.trackers), what="all of them on the board")

    assert applied(older.file) == set(_own())
    assert max(applied(copy)) == "0009_opinions"


def test_an_upgrade_half_done_goes_on_with_the_copy_that_is_there(older, monkeypatch):
    has = frozenset({("shuping", "0001_tables"), ("shuping", "0002_acts_are_append_only")})
    copy = older.folder / "before-0099.sqlite3"
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("CREATE TABLE django_migrations (app, name)")
        database.execute("INSERT INTO django_migrations VALUES ('shuping', '0001_tables')")
    found = upgrading.Version(has=has, unknown=(), behind=("0099",), last="0099")

    assert upgrading._vacuumed(older.folder, older.file, found) == copy
    assert list(older.folder.glob("before-*")) == [copy]


@pytest.mark.parametrize("command", ["serve", "upgrade"])
def test_without_room_for_a_copy_there_is_no_upgrade(older, monkeypatch, command):
    code = (
        "import shutil, sys; from types import SimpleNamespace;"
        "shutil.disk_usage = lambda _: SimpleNamespace(free=10**6);"
        f"from shuping import cli; sys.exit(cli.main(['{command}']))"
    )
    before = applied(older.file)

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=sites.environment(older.folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, "MB needed, 0 MB free" in done.stderr, "--without-copy" in done.stderr) == (1, True, True)
    assert applied(older.file) == before
    assert not list(older.folder.glob("before-*"))


def test_whoever_has_an_own_copy_upgrades_without(older):
    status, said = shuping(older.folder, "upgrade", "--without-copy")

    assert (status, "Upgraded the database" in said) == (0, True), said
    assert not list(older.folder.glob("before-*"))


def test_a_folder_that_is_served_is_not_upgraded(older):
    with datafolder.hold(older.folder):
        for words in (["upgrade"], ["serve"]):
            status, said = shuping(older.folder, *words)

            assert (status, f"already works on {older.folder}" in said) == (1, True), said
    assert max(applied(older.file)) == "0009_opinions"


@pytest.mark.parametrize("version", kept.VERSIONS)
def test_a_vote_goes_on_in_the_next_version_and_the_count_comes_out(version, tmp_path):
    hall, trackers = kept.unpack(version, tmp_path / "data")

    with sites.serving(tmp_path / "data") as (_server, address):
        assert sites.until(lambda: sites.board(hall, address, trackers), what="what was acknowledged is on the board")
        trackers += [sites.vote(hall, address, slip, (slip % 5, 0)) for slip in range(5, 11)]
        hall["sessions"] = _signed_in(tmp_path / "data")
        sites.until(lambda: sites.board(hall, address, trackers), what="all of them are on the board")
        record = sites.count(hall, address)

    (tmp_path / "record-A.bel").write_bytes(record)
    checked = ballotbox.verify_record(tmp_path / "record-A.bel")
    assert set(checked.trackers) == set(trackers)
    assert checked.counts == [[3, 2, 2, 2, 2], [11, 0, 0, 0, 0]]
    status, said = shuping(tmp_path / "data", "check")
    assert (status, "log of acts whole" in said) == (0, True), said


def _signed_in(folder):
    done = subprocess.run(
        [sys.executable, "-m", "tests.operate.sign_in"],
        env=sites.environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings"),
        cwd=sites.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
