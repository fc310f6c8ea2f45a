"""What a restore takes out of a sealed file: plain files and folders that lie inside, of a version that it knows."""

import json
import tarfile

import pytest

from shuping import backup
from shuping.core import sealing, versions
from tests.operate import sealed, sites
from tests.operate.sealed import FILE, FOLDER
from tests.operate.sites import WORDS, shuping


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The members of a sound backup."""
    folder = tmp_path_factory.mktemp("site")
    sites.make_hall(folder / "data")
    assert shuping(folder / "data", "backup", folder / "stick")[0] == 0
    return sealed.members(folder / "stick")


def _refused(members, tmp_path, magic=None):
    """The sentence with which the restore of such a backup is refused; nothing may be there afterwards."""
    stick = sealed.seal(tmp_path / "stick", members, magic)
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    outside.mkdir()
    with pytest.raises(backup.BackupRefused) as refused:
        backup.restore(stick, data, WORDS)
    assert [file.name for file in data.iterdir()] == ["lock"]
    assert list(outside.iterdir()) == []
    return str(refused.value)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (("files/link", tarfile.SYMTYPE, "/etc"), "files/link is neither a file nor a folder"),
        (("files/link", tarfile.SYMTYPE, "../../outside"), "files/link is neither a file nor a folder"),
        (("files/link", tarfile.LNKTYPE, "keys/site-secret"), "files/link is neither a file nor a folder"),
        (("files/pipe", tarfile.FIFOTYPE, ""), "files/pipe is neither a file nor a folder"),
        (("files/zero", tarfile.CHRTYPE, ""), "files/zero is neither a file nor a folder"),
        (("files/disk", tarfile.BLKTYPE, ""), "files/disk is neither a file nor a folder"),
        (("../../outside/found", FILE, b"x"), "would lie outside the data folder"),
        (("files/../../../outside/found", FILE, b"x"), "would lie outside the data folder"),
        (("../../outside/folder", FOLDER, ""), "would lie outside the data folder"),
        (("{outside}/found", FILE, b"x"), "would lie outside the data folder"),
        (("keys/site-secret", FILE, b"x"), "keys/site-secret is in it twice"),
        (("keys/site-secret/below", FILE, b"x"), "keys/site-secret/below is in it twice"),
    ],
)
def test_what_is_no_plain_file_inside_the_folder_is_refused(whole, tmp_path, member, sentence):
    name, kind, told = member
    odd = (name.format(outside=tmp_path / "outside"), kind, told)

    said = _refused([*whole, odd], tmp_path)

    assert sentence in said
    assert "Nothing was restored." in said


def test_a_link_is_not_followed_by_a_later_member(whole, tmp_path):
    odd = [("files/way", tarfile.SYMTYPE, str(tmp_path / "outside")), ("files/way/found", FILE, b"x")]

    assert "files/way is neither a file nor a folder" in _refused([*whole, *odd], tmp_path)


@pytest.mark.parametrize("missing", ["keys", "files", "shuping.sqlite3"])
def test_a_backup_without_one_of_its_parts_is_refused(whole, tmp_path, missing):
    left = [one for one in whole if one[0].partition("/")[0] != missing]

    assert f"it has no {missing if '.' not in missing else 'database'}" in _refused(left, tmp_path)


def test_an_empty_seal_is_refused(tmp_path):
    assert "is not a sound backup" in _refused([], tmp_path)


def _with(whole, **changed):
    assert whole[0][0] == backup.ABOUT
    about = json.loads(whole[0][2]) | changed
    return [(backup.ABOUT, FILE, json.dumps(about).encode()), *whole[1:]]


def test_a_backup_says_who_made_it(whole):
    about = json.loads(whole[0][2])

    assert (about["format"], about["version"]) == (backup.FORMAT, versions.version())
    assert {"shuping.0001_tables", "auth.0001_initial"} < set(about["migrations"])
    assert versions.unknown_migrations(about["migrations"]) == []


def test_a_newer_format_is_refused(whole, tmp_path):
    said = _refused(_with(whole, format=backup.FORMAT + 1, version="9.1", migrations="odd"), tmp_path)

    assert "was made by a newer version of Shuping (9.1): its format 2 is not known here" in said


def test_a_newer_database_is_refused_before_anything_is_unpacked(whole, tmp_path):
    names = [*json.loads(whole[0][2])["migrations"], "shuping.0099_from_the_future"]
    link = ("files/link", tarfile.SYMTYPE, "/etc")  # never met

    said = _refused([*_with(whole, migrations=names), link], tmp_path)

    assert "its change shuping.0099_from_the_future of the database is not known here" in said
    assert "Restore it with that version or a later one. Nothing was restored." in said


@pytest.mark.parametrize("about", [b"", b"[]", b"{}", b'{"format": "x"}', b'{"format": 1, "migrations": 7}', b"\xff"])
def test_a_beginning_that_cannot_be_read_is_refused(whole, tmp_path, about):
    said = _refused([(backup.ABOUT, FILE, about), *whole[1:]], tmp_path)

    assert "its backup.json cannot be read" in said


def test_a_backup_of_the_last_release_is_taken(whole, tmp_path):
    """It had no word about its maker, and another first line."""
    stick = sealed.seal(tmp_path / "stick", whole[1:], sealing.EARLIER)

    status, said = shuping(tmp_path / "data", "restore", stick)

    assert (status, "log of acts whole" in said) == (0, True), said


def test_what_is_restored_belongs_to_its_owner(whole, tmp_path):
    # `seal` gives each member every right.
    stick = sealed.seal(tmp_path / "stick", [*whole, ("files/ab/cd", FILE, b"x"), ("files/run.sh", FILE, b"#!")])
    (tmp_path / "data").mkdir()

    backup.restore(stick, tmp_path / "data", WORDS)

    modes = {
        (file.is_dir(), file.stat().st_mode & 0o777) for top in ("keys", "files") for file in _below(tmp_path, top)
    }
    assert modes == {(True, 0o700), (False, 0o600)}
    assert (tmp_path / "data" / "shuping.sqlite3").stat().st_mode & 0o777 == 0o600


def _below(tmp_path, top):
    return [tmp_path / "data" / top, *(tmp_path / "data" / top).rglob("*")]


def test_what_a_killed_restore_left_is_swept_up(whole, tmp_path):
    stick = sealed.seal(tmp_path / "stick", whole)
    left = tmp_path / "data" / ".restore-killed" / "keys"
    left.mkdir(parents=True)
    (left / "site-secret").write_text("half")

    status, said = shuping(tmp_path / "data", "restore", stick)

    assert (status, list((tmp_path / "data").glob(".restore-*"))) == (0, []), said


def test_migrations_that_are_not_known_are_named():
    assert versions.unknown_migrations(["shuping.0002_x", "shuping.0001_tables", "gone.0001_initial"]) == [
        "gone.0001_initial",
        "shuping.0002_x",
    ]
