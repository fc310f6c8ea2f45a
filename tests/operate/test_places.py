"""A command says which folder it means, and makes one only when it is asked to."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.operate import sites
from tests.operate.sites import shuping

YEAR = ["first-year", "--organiser=x", "--secretariat=y", "--meeting-on=2027-12-28"]
COMMANDS = [["serve"], ["check"], ["upgrade"], ["backup", "stick"], ["import-organisations", "tree.xlsx"], YEAR]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A new site without anything in it."""
    folder = tmp_path_factory.mktemp("made") / "data"
    sites.make_site(folder)
    return folder


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("there", [False, True])
def test_without_a_site_a_command_says_where_it_looked_and_makes_nothing(words, there, tmp_path):
    folder = tmp_path / "data"
    if there:
        folder.mkdir()

    status, said = shuping(folder, *words)

    assert (status, f"There is no site in {folder}. Set SHUPING_DATA" in said) == (1, True), said
    assert "`shuping serve --new` makes a new site" in said
    assert "SHUPING_DATA is not set" not in said
    assert [one for one in tmp_path.rglob("*") if one != folder] == []


def test_it_is_said_when_the_variable_is_not_set(tmp_path):
    environment = sites.environment(tmp_path) | {"HOME": str(tmp_path)}
    del environment["SHUPING_DATA"]
    environment["PYTHONPATH"] = str(_installed(tmp_path))

    done = subprocess.run(
        [sys.executable, "-m", "shuping.cli", "check"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert f"There is no site in {tmp_path / '.local/share/shuping'} (SHUPING_DATA is not set)" in done.stderr
    assert not (tmp_path / ".local").exists()


def _installed(tmp_path):
    """The packages as they lie where they are installed, outside of a checkout."""
    place = tmp_path / "installed"
    place.mkdir()
    for name in ("shuping", "scoring", "ballotbox"):
        shutil.copytree(sites.ROOT / "src" / name, place / name, ignore=shutil.ignore_patterns("static", "__pycache__"))
    return place


@pytest.mark.parametrize("words", [["check"], ["backup", "stick"], ["upgrade"]], ids=lambda words: words[0])
def test_a_command_says_which_folder_and_database_it_means(words, made, tmp_path):
    status, said = shuping(made, *[str(tmp_path / word) if word == "stick" else word for word in words])

    assert status == 0, said
    assert f"Data folder: {made}\n" in said
    assert f"Database: SQLite, {made / 'shuping.sqlite3'}\n" in said


def test_a_backup_says_how_much_it_holds(tmp_path):
    hall = sites.make_hall(tmp_path / "data")
    with sites.serving(tmp_path / "data") as (_server, address):
        sites.vote(hall, address, 0)

        status, said = shuping(tmp_path / "data", "backup", tmp_path / "stick")
        acts = re.search(r"(\d+) acts, log of acts whole", shuping(tmp_path / "data", "check")[1])[1]

    assert (status, int(acts) > 10) == (0, True)
    assert f"acts {acts}, 选票 ballots 1\n" in said


def test_a_new_site_is_made_once(made):
    for words in (["serve", "--new"], ["import-organisations", "--new", "tree.xlsx"], [*YEAR, "--new"]):
        status, said = shuping(made, *words)

        assert (status, f"{made} holds a site already: leave --new out" in said) == (1, True), said


def test_a_site_whose_database_is_gone_is_not_made_anew(tmp_path):
    sites.make_site(tmp_path / "data")
    (tmp_path / "data" / "keys" / "ballot.json").write_text("{}")
    (tmp_path / "data" / "shuping.sqlite3").unlink()

    status, said = shuping(tmp_path / "data", "serve", "--new")

    assert (status, "whose database is gone" in said) == (1, True), said


def test_an_empty_database_beside_the_keys_of_a_site_is_refused(tmp_path):
    sites.make_site(tmp_path / "data")
    (tmp_path / "data" / "keys" / "ballot.json").write_text("{}")
    (tmp_path / "data" / "shuping.sqlite3").write_bytes(b"")

    for words in (["serve"], ["check"], ["upgrade"]):
        status, said = shuping(tmp_path / "data", *words)

        assert (status, "is of a site that has one" in said, "Traceback" in said) == (1, True, False), said


def test_making_a_site_goes_on_after_it_was_interrupted(tmp_path):
    sites.make_site(tmp_path / "data")
    (tmp_path / "data" / "shuping.sqlite3").write_bytes(b"")

    assert shuping(tmp_path / "data", "upgrade")[0] == 0
    status, said = shuping(tmp_path / "data", "check")

    assert (status, "0 acts, log of acts whole" in said) == (0, True), said
    assert not list((tmp_path / "data").glob("before-*"))


def test_a_file_and_a_place_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "file").write_text("a file")
    for folder, sentence in (
        (tmp_path / "file", "is not a folder"),
        ("/proc/nope", "cannot be made"),
        (tmp_path / "file" / "below", "cannot be made"),
    ):
        status, said = shuping(folder, "serve", "--new")

        assert (status, sentence in said, "Traceback" in said) == (1, True, False), said


def test_a_damaged_database_is_told(tmp_path):
    sites.make_site(tmp_path / "data")
    (tmp_path / "data" / "shuping.sqlite3").write_bytes(b"no database" * 1000)

    for words in (["check"], ["serve"]):
        status, said = shuping(tmp_path / "data", *words)

        assert (status, "cannot be read" in said, "Traceback" in said) == (1, True, False), said


def test_an_empty_workbook_needs_no_folder(tmp_path):
    status, said = shuping(tmp_path / "data", "import-organisations", "--template", tmp_path / "tree.xlsx")

    assert (status, (tmp_path / "tree.xlsx").exists(), (tmp_path / "data").exists()) == (0, True, False), said
