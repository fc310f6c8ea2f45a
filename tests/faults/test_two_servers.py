"""Two servers on one database of PostgreSQL, each on a folder of its own: the second refuses, a lost hold is told."""

import shutil
import time

import httpx
import psycopg
import pytest

from shuping.core import datafolder, sole
from tests.faults import cluster
from tests.operate import sites
from tests.operate.sites import shuping

pytestmark = cluster.needed


@pytest.fixture
def quick(monkeypatch):
    """Looks at the session ten times a second."""
    monkeypatch.setattr(sole, "EVERY", 0.1)


@pytest.fixture
def address(postgresql, monkeypatch, request):
    """An empty database that this process is set to as well."""
    name = f"sole_{abs(hash(request.node.name))}"
    given = postgresql.create(name)
    monkeypatch.setenv("SHUPING_DATABASE_URL", given)
    return name, given


def test_a_second_server_is_refused_by_the_name_of_the_database(address, tmp_path):
    name, given = address
    more = {"SHUPING_DATABASE_URL": given}
    sites.make_site(tmp_path / "one", **more)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with sites.serving(tmp_path / "one", **more) as (_server, at):
        for words in (["serve"], ["upgrade"], ["restore", tmp_path / "stick"]):
            folder = tmp_path / ("two" if words[0] != "restore" else "three")
            status, said = shuping(folder, *words, **more)

            assert (status, f"already works on the database (PostgreSQL, {name} at" in said) == (1, True), said
            assert "Traceback" not in said
        assert httpx.get(f"{at}/sign-in/", trust_env=False).status_code == 200
        assert shuping(tmp_path / "two", "check", **more)[0] == 0

    with sites.serving(tmp_path / "two", **more) as (_server, at):
        assert sites.answers(at)


def test_a_new_folder_is_not_made_on_the_database_of_another(address, tmp_path):
    more = {"SHUPING_DATABASE_URL": address[1]}
    sites.make_site(tmp_path / "one", **more)

    status, said = shuping(tmp_path / "two", "serve", "--new", **more)

    assert (status, "holds a site already, which does not belong to the new folder" in said) == (1, True), said


def held(postgresql, name):
    """The sessions that hold the lock of a database."""
    here = f"SELECT oid FROM pg_database WHERE datname = '{name}'"
    return postgresql.ask(name, f"SELECT pid FROM pg_locks WHERE objid = {sole.LOCK} AND database = ({here})")


def test_a_session_that_broke_is_made_anew_and_the_lock_taken_again(postgresql, address, quick, tmp_path):
    datafolder.settle(tmp_path)
    with sole.held(tmp_path) as session:
        [before] = held(postgresql, address[0])

        postgresql.ask(address[0], f"SELECT pg_terminate_backend({before})")

        [after] = sites.until(lambda: [pid for pid in held(postgresql, address[0]) if pid != before])
        assert after != before
        assert session.ailment() == ""
    assert held(postgresql, address[0]) == []


def test_a_server_that_lost_its_database_to_another_says_so_until_it_has_it_back(postgresql, address, quick, tmp_path):
    datafolder.settle(tmp_path)
    with sole.held(tmp_path) as session, psycopg.connect(address[1], autocommit=True) as other:
        [before] = held(postgresql, address[0])
        # The other one waits, as a server that is started again and again does, and gets the lock that was lost.
        postgresql.ask(address[0], f"SELECT pg_terminate_backend({before})")
        taken = False
        until = time.monotonic() + 10
        while not taken and time.monotonic() < until:
            taken = other.execute("SELECT pg_try_advisory_lock(%s)", [sole.LOCK]).fetchone()[0]
            if not taken:
                [now] = held(postgresql, address[0]) or [before]
                postgresql.ask(address[0], f"SELECT pg_terminate_backend({now})")
        assert taken

        assert sites.until(lambda: str(session.ailment()), what="it is told")
        other.execute("SELECT pg_advisory_unlock(%s)", [sole.LOCK])

        assert sites.until(lambda: not session.ailment(), what="it has its database back")


def test_a_database_that_stops_for_a_while_is_still_held_afterwards(postgresql, address, quick, tmp_path):
    datafolder.settle(tmp_path)
    with sole.held(tmp_path) as session:
        postgresql.stop("immediate")
        time.sleep(0.5)
        assert session.ailment() == ""
        postgresql.start()

        assert sites.until(lambda: held(postgresql, address[0]), what="the lock is taken again")
        assert session.ailment() == ""


def test_a_database_that_is_away_at_the_start_is_told(postgresql, address, tmp_path):
    datafolder.settle(tmp_path)
    postgresql.stop()
    try:
        with pytest.raises(sole.DatabaseAway, match="The database does not answer"), sole.held(tmp_path):
            pass
    finally:
        postgresql.start()


def test_without_pg_dump_there_is_no_upgrade_but_for_whoever_has_a_copy(address, tmp_path):
    more = {"SHUPING_DATABASE_URL": address[1]}
    sites.make_site(tmp_path / "data", sites.OLDER, **more)

    without = shuping(tmp_path / "data", "upgrade", PATH="/nowhere", **more)
    served = shuping(tmp_path / "data", "serve", PATH="/nowhere", **more)
    whole = shuping(tmp_path / "data", "upgrade", **more)

    for status, said in (without, served):
        assert (status, "postgresql-client" in said, "--without-copy" in said) == (1, True, True), said
    [copy] = (tmp_path / "data").glob("before-*.pgdump")
    assert (whole[0], f"before the upgrade: {copy}" in whole[1]) == (0, True), whole[1]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.read_bytes()[:5] == b"PGDMP"


def test_a_newer_database_is_refused(address, tmp_path):
    more = {"SHUPING_DATABASE_URL": address[1]}
    sites.make_site(tmp_path / "data", **more)
    with psycopg.connect(address[1], autocommit=True) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('shuping', '0099_from_the_future', now())"
        )
        before = database.execute("SELECT count(*) FROM django_migrations").fetchone()

        for words in (["serve"], ["check"], ["upgrade"], ["backup", tmp_path / "stick"]):
            status, said = shuping(tmp_path / "data", *words, **more)

            assert (status, "newer version of Shuping (0099_from_the_future)" in said) == (1, True), said
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone() == before


def test_check_cannot_write_on_postgresql_either(address, tmp_path):
    more = {"SHUPING_DATABASE_URL": address[1]}
    sites.make_site(tmp_path / "data", **more)
    given = datafolder.database(tmp_path)
    datafolder.read_only(given)

    with (
        psycopg.connect(address[1], options=given["OPTIONS"]["options"]) as database,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        database.execute("DELETE FROM django_migrations")
