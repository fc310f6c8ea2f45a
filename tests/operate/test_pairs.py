"""Database and box are copied one after the other, and only two that belong together are a backup."""

import sqlite3
from contextlib import closing

import pytest

from shuping.core import datafolder, dumps


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the tables that a copy looks at: one ballot in the box, one that is not opened."""
    monkeypatch.delenv("SHUPING_DATABASE_URL", raising=False)
    monkeypatch.setattr(dumps, "PAUSE", 0.0)
    (tmp_path / "inner").mkdir()
    _write(tmp_path / datafolder.SITE, "CREATE TABLE shuping_ballot (id INTEGER, boxed BOOLEAN, state TEXT)")
    _write(tmp_path / datafolder.SITE, "INSERT INTO shuping_ballot VALUES (1, 1, 'open'), (2, 0, 'prepared')")
    _write(tmp_path / datafolder.BOX, "CREATE TABLE box_mark (ballot INTEGER)")
    _write(tmp_path / datafolder.BOX, "INSERT INTO box_mark VALUES (1)")
    return tmp_path


def _write(file, sql):
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(sql)


def _marks(copies):
    with closing(sqlite3.connect(copies[1])) as box:
        return [row[0] for row in box.execute("SELECT ballot FROM box_mark")]


def test_two_that_belong_together_are_taken(folder):
    copies = dumps.take(folder, folder / "inner")

    assert [copy.name for copy in copies] == list(datafolder.FILES)
    assert _marks(copies) == [1]


def test_what_was_opened_between_the_two_copies_is_taken_again(folder, monkeypatch):
    copied, taken = dumps._copied, []

    def copy(file, inner):
        if len(taken) == 1:  # the site's file was copied; now the second ballot opens
            _write(folder / datafolder.SITE, "UPDATE shuping_ballot SET state = 'open', boxed = 1 WHERE id = 2")
            _write(folder / datafolder.BOX, "INSERT INTO box_mark VALUES (2)")
        taken.append(file.name)
        return copied(file, inner)

    monkeypatch.setattr(dumps, "_copied", copy)
    copies = dumps.take(folder, folder / "inner")

    assert taken == list(datafolder.FILES) * 2
    assert _marks(copies) == [1, 2]


def test_what_was_added_up_between_the_two_copies_is_taken_again(folder, monkeypatch):
    copied, taken = dumps._copied, []

    def copy(file, inner):
        if len(taken) == 1:
            _write(folder / datafolder.SITE, "UPDATE shuping_ballot SET state = 'counted', boxed = 0 WHERE id = 1")
            _write(folder / datafolder.BOX, "DELETE FROM box_mark")
        taken.append(file.name)
        return copied(file, inner)

    monkeypatch.setattr(dumps, "_copied", copy)

    assert _marks(dumps.take(folder, folder / "inner")) == []
    assert len(taken) == 4


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        (datafolder.BOX, "DELETE FROM box_mark"),  # the box was lost
        (datafolder.BOX, "INSERT INTO box_mark VALUES (2)"),  # or is that of another site
        (datafolder.BOX, "INSERT INTO box_mark VALUES (77)"),
    ],
)
def test_two_that_never_belong_together_are_no_backup(folder, name, sql):
    _write(folder / name, sql)

    with pytest.raises(dumps.DumpFailed, match="do not belong together"):
        dumps.take(folder, folder / "inner")


def test_a_box_that_is_gone_is_no_backup_while_a_ballot_is_in_it(folder):
    (folder / datafolder.BOX).unlink()

    with pytest.raises(dumps.DumpFailed, match="do not belong together"):
        dumps.take(folder, folder / "inner")
