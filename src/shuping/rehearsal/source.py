"""Reads from a real data folder what a dress rehearsal needs, and nothing else: who takes part and by which plan.

The folder is never written to: the database is opened so that SQLite makes and changes no file in it. Columns are
named one by one; passwords, credentials, ballots and files of reports are not among them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shuping.core import datafolder
from shuping.rehearsal.example.cast import BodySpec, OrganisationSpec, Organiser, PersonSpec, Seat, Unit
from shuping.rehearsal.script import CannotRehearse, Title

DATABASE = "shuping.sqlite3"


@dataclass(frozen=True)
class Plan:
    """What was read of an approved plan."""

    spec: OrganisationSpec
    title: Title
    scheme: bytes
    meeting_on: date
    deadlines: dict[str, int]


def read(folder: Path) -> Plan:
    """The newest approved plan in a real data folder. Raises CannotRehearse with a sentence when there is none."""
    if datafolder.is_example(folder):
        raise CannotRehearse(f"{folder} holds an example already: play it with --example.")
    if not (folder / DATABASE).exists():
        raise CannotRehearse(f"There is no {DATABASE} in {folder}; a rehearsal copies its plan from there.")
    with _reading(folder / DATABASE) as database:
        try:
            return _plan(database, folder)
        except sqlite3.OperationalError as error:
            raise CannotRehearse(f"The database in {folder} is not one of this version of Shuping: {error}.") from None


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    """The database, read-only, without a trace in its folder: with a write-ahead log that is there, its index is
    only read; without one SQLite would make one, unless it takes the file for immutable.
    """
    log = file.with_name(f"{file.name}-wal")
    how = "readonly_shm=1" if log.exists() and log.stat().st_size else "immutable=1"
    database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&{how}", uri=True)
    database.row_factory = sqlite3.Row
    try:
        yield database
    finally:
        database.close()


def _plan(database: sqlite3.Connection, folder: Path) -> Plan:
    cycle = database.execute(
        "SELECT id, organiser_id, year, topic, title_zh, title_en, scheme_text, meeting_on FROM shuping_cycle"
        " WHERE approved_at IS NOT NULL ORDER BY year DESC, id DESC LIMIT 1"
    ).fetchone()
    if cycle is None:
        raise CannotRehearse(f"No plan in {folder} is approved yet: approve it first, then rehearse it.")
    deadlines = database.execute("SELECT kind, offset FROM shuping_deadline WHERE cycle_id = ?", (cycle["id"],))
    return Plan(
        spec=_spec(database, cycle["id"], cycle["organiser_id"]),
        title=Title(cycle["year"], cycle["topic"], cycle["title_zh"], cycle["title_en"]),
        scheme=bytes(cycle["scheme_text"]),
        meeting_on=date.fromisoformat(cycle["meeting_on"]),
        deadlines={str(kind): int(offset) for kind, offset in deadlines},
    )


def _spec(database: sqlite3.Connection, cycle: int, organiser: int) -> OrganisationSpec:
    root = database.execute(
        "SELECT code, kind, name_zh, name_en FROM shuping_organisation WHERE id = ?", (organiser,)
    ).fetchone()
    bodies, roles = _bodies(database, organiser), _roles(database, cycle)
    named = {seat.username for body in bodies for seat in body.seats}
    named |= {username for usernames in roles.values() for username in usernames}
    return OrganisationSpec(
        organiser=Organiser(*root),
        units=_units(database, cycle),
        people=_people(database, named),
        bodies=bodies,
        roles=roles,
    )


def _people(database: sqlite3.Connection, named: set[str]) -> dict[str, PersonSpec]:
    rows = database.execute("SELECT username, name_zh, name_en FROM shuping_person ORDER BY username")
    return {row["username"]: PersonSpec(*row) for row in rows if row["username"] in named}


def _roles(database: sqlite3.Connection, cycle: int) -> dict[str, tuple[str, ...]]:
    rows = database.execute(
        "SELECT kind, username FROM shuping_role JOIN shuping_person ON shuping_person.id = person_id"
        " WHERE cycle_id = ? ORDER BY place, shuping_role.id",
        (cycle,),
    )
    found: dict[str, tuple[str, ...]] = {}
    for kind, username in rows:
        found[kind] = (*found.get(kind, ()), username)
    return found


def _bodies(database: sqlite3.Connection, organiser: int) -> tuple[BodySpec, ...]:
    rows = database.execute(
        "SELECT id, code, name_zh, name_en FROM shuping_body WHERE organisation_id = ? ORDER BY id", (organiser,)
    ).fetchall()
    return tuple(BodySpec(row["code"], row["name_zh"], row["name_en"], _seats(database, row["id"])) for row in rows)


def _seats(database: sqlite3.Connection, body: int) -> tuple[Seat, ...]:
    rows = database.execute(
        "SELECT username, precedence, office_zh, office_en FROM shuping_membership"
        " JOIN shuping_person ON shuping_person.id = person_id WHERE body_id = ? ORDER BY precedence",
        (body,),
    )
    return tuple(Seat(*row) for row in rows)


def _units(database: sqlite3.Connection, cycle: int) -> tuple[Unit, ...]:
    rows = database.execute(
        "SELECT number, code, kind, unit_zh, unit_en, post_zh, post_en, person.name_zh, person.name_en, username, mode,"
        " capacity, '' FROM shuping_entry AS entry JOIN shuping_organisation AS unit ON unit.id = entry.unit_id"
        " JOIN shuping_person AS person ON person.id = entry.holder_id WHERE cycle_id = ? ORDER BY number",
        (cycle,),
    )
    return tuple(Unit(*row) for row in rows)
