"""A copy of the whole database as of one moment, taken while others write, and put back into an empty one.

SQLite by VACUUM INTO, so that deleted rows, which a copy of pages would carry along, stay behind; PostgreSQL by its own
`pg_dump` and `pg_restore`.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from shuping.core import datafolder

SQLITE, POSTGRESQL = datafolder.SQLITE, "shuping.pgdump"
GIVEN = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
TABLES = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY id"


class DumpFailed(Exception):
    """The database could not be copied or put back, with the sentence that says why."""


def missing(folder: Path) -> str:
    """A sentence when the data folder has no database that could be copied; empty when it has one."""
    if datafolder.on_postgresql(folder) or (folder / SQLITE).exists():
        return ""
    return f"{folder} holds no site. Set SHUPING_DATA to the data folder."


def take(folder: Path, inner: Path) -> Path:
    """Copy the folder's database into a file in `inner`; its name says of which kind it is. Raises DumpFailed."""
    if datafolder.on_postgresql(folder):
        copy = inner / POSTGRESQL
        _run(folder, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")
        return copy
    copy = inner / SQLITE
    try:
        with closing(sqlite3.connect(folder / SQLITE, timeout=30)) as source:
            source.execute("VACUUM INTO ?", [str(copy)])
    except sqlite3.Error as error:
        raise DumpFailed(f"The database could not be copied: {error}.") from error
    return copy


def migrations(folder: Path, copy: Path) -> list[str]:
    """The names of the migrations applied to a copy that was just taken. Raises DumpFailed.

    On PostgreSQL the database is asked after the copy was made, so that none is missing that the copy has.
    """
    if datafolder.on_postgresql(folder):
        plain = ("--no-psqlrc", "--tuples-only", "--no-align", f"--command={MIGRATIONS}")
        return _run(folder, "psql", *plain).split()
    try:
        with closing(sqlite3.connect(copy)) as database:
            return [row[0] for row in database.execute(MIGRATIONS)]
    except sqlite3.Error as error:
        raise DumpFailed(f"{folder} holds no site: {error}.") from error


def lacking(inner: Path) -> list[str]:
    """A word for what is missing in `inner` when no copy of a database lies there; else nothing."""
    return [] if any((inner / name).exists() for name in (SQLITE, POSTGRESQL)) else ["database"]


def refuse(inner: Path, folder: Path) -> None:
    """Raise DumpFailed when the copy in `inner` cannot go into the database that is set: another kind, or not empty."""
    found = POSTGRESQL if (inner / POSTGRESQL).exists() else SQLITE
    if found == POSTGRESQL and not datafolder.on_postgresql(folder):
        raise DumpFailed("This backup is of a site on PostgreSQL: set SHUPING_DATABASE_URL to an empty database.")
    if found == SQLITE and datafolder.on_postgresql(folder):
        raise DumpFailed("This backup is of a site on SQLite: restore it without SHUPING_DATABASE_URL.")
    if found == POSTGRESQL and _run(folder, "psql", "--no-psqlrc", "--tuples-only", f"--command={TABLES}") != "0":
        raise DumpFailed("The database named by SHUPING_DATABASE_URL holds tables already. Restore into an empty one.")


def put(inner: Path, folder: Path) -> None:
    """Put a copy of PostgreSQL back, all of it or nothing; SQLite's file is the caller's to move. Raises DumpFailed."""
    refuse(inner, folder)
    if datafolder.on_postgresql(folder):
        whole = ["--no-owner", "--no-privileges", "--single-transaction"]
        name = datafolder.database(folder)["NAME"]
        _run(folder, "pg_restore", *whole, f"--dbname={name}", str(inner / POSTGRESQL))


def _run(folder: Path, program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on the folder's database; returns what it printed. Raises DumpFailed."""
    found = shutil.which(program)
    if found is None:
        raise DumpFailed(f"{program} is not on the path: install PostgreSQL's client programs (postgresql-client).")
    given = datafolder.database(folder)
    environment = os.environ | {name: str(given[key]) for name, key in GIVEN.items() if given[key]}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DumpFailed(f"{program} failed: {' '.join(done.stderr.split())[-300:]}")
    return done.stdout.strip()
