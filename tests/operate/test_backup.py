"""A backup is whole while ballots come in, opens by its passphrase only, and tells nothing about single ballots."""

import os
import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from shuping import backup
from shuping.core import datafolder, dumps
from tests.operate import sites
from tests.operate.sites import WORDS, shuping


@pytest.fixture(scope="module")
def backups(tmp_path_factory):
    """A site that was backed up while ballots came in, then once more after one more ballot."""
    folder = tmp_path_factory.mktemp("site")
    hall = sites.make_hall(folder / "data")
    (folder / "data" / "files" / "ab").mkdir()
    (folder / "data" / "files" / "ab" / "tmpx123").write_bytes(b"half a file")
    trackers = []
    with sites.serving(folder / "data") as (_server, address):
        trackers.append(sites.vote(hall, address, 0))
        voters = threading.Thread(target=lambda: trackers.extend(sites.vote(hall, address, n) for n in range(1, 8)))
        voters.start()
        assert shuping(folder / "data", "backup", folder / "first")[0] == 0
        voters.join()
        assert shuping(folder / "data", "backup", folder / "second")[0] == 0
        trackers.append(sites.vote(hall, address, 8))
        assert shuping(folder / "data", "backup", folder / "third")[0] == 0
    return folder, hall, trackers


def _trackers(folder):
    """What lies in the box of a folder. Asserts that its election is there, and on the site that it is open."""
    with closing(sqlite3.connect(folder / datafolder.BOX)) as box:
        box.execute("ATTACH ? AS site", [str(folder / dumps.SQLITE)])
        elections = (
            "SELECT box_strand.election_raw FROM box_strand JOIN site.shuping_category part ON part.id = category"
        )
        assert all(raw for (raw,) in box.execute(elections))
        assert box.execute("SELECT state, boxed FROM site.shuping_ballot").fetchall() == [("open", 1)]
        return {row[0] for row in box.execute("SELECT tracker FROM box_sealed")}


def test_what_was_acknowledged_before_is_in_it(backups, tmp_path):
    folder, hall, trackers = backups
    for name in ("first", "second", "third"):
        backup.restore(folder / name, datafolder_at(tmp_path / name), WORDS)

    first, second, third = (_trackers(tmp_path / name) for name in ("first", "second", "third"))
    assert trackers[0] in first
    assert first <= second == set(trackers[:8])
    assert third == set(trackers)
    key = f"keys/{hall['identifier']}.json"
    assert (tmp_path / "third" / key).read_bytes() == (folder / "data" / key).read_bytes()
    assert (tmp_path / "third" / key).stat().st_mode & 0o777 == 0o600
    assert not list((tmp_path / "third" / "files").rglob("tmp*"))


def datafolder_at(place):
    for name in ("files", "keys", "logs"):
        (place / name).mkdir(parents=True)
    return place


def test_a_restored_folder_is_checked(backups, tmp_path):
    status, said = shuping(tmp_path / "again", "restore", backups[0] / "third")

    assert (status, "log of acts whole" in said) == (0, True), said


def test_a_backup_carries_the_anchor_and_a_restore_compares_with_it(backups, tmp_path):
    status, said = shuping(backups[0] / "data", "backup", tmp_path)
    anchor = re.search(r"to be noted: (\d+:[0-9a-f-]+)", said)[1]

    again, told = shuping(tmp_path / "again", "restore", tmp_path)

    assert (status, again) == (0, 0), told
    assert f"The log of acts agrees with {anchor}." in told


def test_one_more_ballot_shows_in_neither_size_nor_bytes(backups):
    raw = [(backups[0] / name / backup.NAME).read_bytes() for name in ("second", "third")]

    first, second = ({one[at : at + 16] for at in range(16, len(one), 16)} for one in raw)
    assert len(raw[0]) == len(raw[1])
    assert first & second == set()


def test_the_copy_lies_alone_and_belongs_to_its_owner(backups):
    folder = backups[0]

    assert [file.name for file in (folder / "third").iterdir()] == [backup.NAME]
    assert (folder / "third" / backup.NAME).stat().st_mode & 0o077 == 0
    assert not list((folder / "data").glob(".backup-*"))


def _damage(raw, place=9_000):
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


@pytest.mark.parametrize(
    ("change", "passphrase", "sentence"),
    [
        (lambda raw: raw, "not the passphrase", "does not open"),
        (_damage, WORDS, "is damaged or cut short"),
        (lambda raw: _damage(raw, 60_000_000), WORDS, "is damaged or cut short"),
        (lambda raw: raw[: len(raw) // 2], WORDS, "is damaged or cut short"),
        (lambda raw: raw[:-1], WORDS, "is damaged or cut short"),
        (lambda raw: raw[:100], WORDS, "is damaged or cut short"),
        (lambda _raw: b"a letter", WORDS, "is not a backup"),
        (lambda raw: raw, "", "SHUPING_BACKUP_PASSPHRASE"),
    ],
)
def test_what_cannot_be_restored_leaves_nothing_behind(backups, tmp_path, change, passphrase, sentence):
    (tmp_path / backup.NAME).write_bytes(change((backups[0] / "third" / backup.NAME).read_bytes()))

    status, said = shuping(tmp_path / "data", "restore", tmp_path, passphrase=passphrase)

    assert (status, sentence in said, "Traceback" in said) == (1, True, False), said
    assert [file.name for file in (tmp_path / "data").rglob("*") if file.is_file()] in ([], ["lock"])


def test_a_folder_that_holds_data_is_left_alone(backups, tmp_path):
    kept = datafolder_at(tmp_path / "data") / "keys" / "site-secret"
    kept.write_text("mine")

    status, said = shuping(tmp_path / "data", "restore", backups[0] / "third")

    assert (status, "holds data already" in said) == (1, True)
    assert kept.read_text() == "mine"


def test_a_folder_in_use_is_left_alone(backups, tmp_path):
    with datafolder.hold(datafolder_at(tmp_path)), pytest.raises(datafolder.FolderInUse):
        backup.restore(backups[0] / "third", tmp_path, WORDS)


@pytest.mark.parametrize(
    ("passphrase", "sentence"), [("short", "at least 12 characters"), ("", "SHUPING_BACKUP_PASSPHRASE")]
)
def test_a_backup_wants_a_passphrase(backups, tmp_path, passphrase, sentence):
    status, said = shuping(backups[0] / "data", "backup", tmp_path, passphrase=passphrase)

    assert (status, sentence in said) == (1, True), said
    assert list(tmp_path.iterdir()) == []


def test_the_passphrase_may_stand_in_a_file(tmp_path):
    (tmp_path / "words").write_text("twelve or more\nand a note\n", "utf-8")

    assert backup.passphrase(tmp_path / "words", fresh=True) == "twelve or more"
    with pytest.raises(backup.BackupRefused, match="could not be read"):
        backup.passphrase(tmp_path / "none", fresh=True)


def test_a_folder_without_a_site_and_a_place_that_cannot_be_written_are_told(backups, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(backup.BackupRefused, match="holds no site"):
        backup.make(tmp_path, tmp_path / "out", WORDS)
    with pytest.raises(backup.BackupRefused, match="could not be written"):
        backup.make(backups[0] / "data", tmp_path / "taken", WORDS)


def test_an_older_copy_is_kept_until_the_new_one_is_whole(backups, tmp_path, monkeypatch):
    shutil.copy(backups[0] / "third" / backup.NAME, tmp_path)
    before = (tmp_path / backup.NAME).read_bytes()

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.sealing.Sealer, "finish", fail)
    with pytest.raises(backup.BackupRefused, match="No space left"):
        backup.make(backups[0] / "data", tmp_path, WORDS)
    assert [file.name for file in tmp_path.iterdir()] == [backup.NAME]
    assert (tmp_path / backup.NAME).read_bytes() == before


def _drive(change):
    """The fsync of a drive that says it has everything, and then has not."""

    def fsync(handle):
        os.sync()
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.suffix == ".new":
            change(place)

    return fsync


def _flip(place, at):
    with place.open("r+b") as stick:
        stick.seek(at)
        (was,) = stick.read(1)
        stick.seek(at)
        stick.write(bytes([was ^ 1]))


@pytest.mark.parametrize(
    "change",
    [
        lambda place: _flip(place, 3),
        lambda place: _flip(place, 40),
        lambda place: _flip(place, 9_000),
        lambda place: _flip(place, 67_000_000),
        lambda place: os.truncate(place, 30_000_000),
        lambda place: os.truncate(place, 0),
        os.unlink,
    ],
)
def test_a_drive_that_gives_back_other_bytes_is_said_so(backups, tmp_path, monkeypatch, change):
    shutil.copy(backups[0] / "third" / backup.NAME, tmp_path)
    before = (tmp_path / backup.NAME).read_bytes()
    monkeypatch.setattr(backup.os, "fsync", _drive(change))

    with pytest.raises(backup.BackupRefused, match="gives back other bytes than were written"):
        backup.make(backups[0] / "data", tmp_path, WORDS)

    assert [file.name for file in tmp_path.iterdir()] == [backup.NAME]
    assert (tmp_path / backup.NAME).read_bytes() == before


def test_a_copy_of_another_site_is_not_taken_for_what_was_written(backups, tmp_path, monkeypatch):
    """It opens with the passphrase and is whole, but it is not what was sealed: as from a drive that lost the write."""
    other = backups[0] / "second" / backup.NAME
    monkeypatch.setattr(backup.os, "fsync", _drive(lambda place: shutil.copy(other, place)))

    with pytest.raises(backup.BackupRefused, match="gives back other bytes"):
        backup.make(backups[0] / "data", tmp_path, WORDS)


def test_a_second_backup_at_the_same_time_is_refused_and_leftovers_go(backups, tmp_path):
    data = backups[0] / "data"
    with backup._room(data) as inner:
        with pytest.raises(backup.BackupRefused, match="Another backup of"):
            backup.make(data, tmp_path, WORDS)
        assert inner.exists()
    (data / ".backup-killed").mkdir()
    (data / ".backup-killed" / dumps.SQLITE).write_text("a copy that nobody should find")

    backup.make(data, tmp_path, WORDS)

    assert not list(data.glob(".backup-*"))


def test_what_cannot_be_taken_along_is_named(tmp_path):
    for name in ("keys", "files"):
        (tmp_path / name).mkdir()
    with closing(sqlite3.connect(tmp_path / dumps.SQLITE)) as database, database:
        database.execute("CREATE TABLE django_migrations (id, app, name)")
    (tmp_path / "files" / "lost").symlink_to(tmp_path / "nowhere")

    with pytest.raises(backup.BackupRefused, match="files/lost is neither a file nor a folder"):
        backup.make(tmp_path, tmp_path / "stick", WORDS)


def test_a_folder_of_files_on_another_disk_comes_along(tmp_path):
    site, disk = tmp_path / "site", tmp_path / "disk"
    for folder in (site / "keys", disk / "ab"):
        folder.mkdir(parents=True)
    (disk / "ab" / "cd").write_text("a report")
    (site / "files").symlink_to(disk)
    with closing(sqlite3.connect(site / dumps.SQLITE)) as database, database:
        database.execute("CREATE TABLE django_migrations (id, app, name)")

    backup.make(site, tmp_path / "stick", WORDS)
    backup.restore(tmp_path / "stick", datafolder_at(tmp_path / "again"), WORDS)

    assert (tmp_path / "again" / "files" / "ab" / "cd").read_text() == "a report"
    assert not (tmp_path / "again" / "files").is_symlink()


def test_a_database_that_is_none_is_told(tmp_path):
    for name in ("keys", "files"):
        (tmp_path / name).mkdir()
    (tmp_path / dumps.SQLITE).write_bytes(b"")

    with pytest.raises(backup.BackupRefused, match="holds no site"):
        backup.make(tmp_path, tmp_path / "stick", WORDS)
