"""The same backup of a site on PostgreSQL: by pg_dump in one snapshot, put back into an empty database or refused."""

import json

import pytest

import ballotbox
from tests.faults import cluster
from tests.operate import sealed, sites
from tests.operate.sites import shuping

pytestmark = cluster.needed


@pytest.fixture(scope="module")
def server():
    with cluster.running() as found:
        yield found


@pytest.fixture(scope="module")
def site(server, tmp_path_factory):
    """A site with ten ballots, backed up while it served; then its folder and database are gone."""
    folder = tmp_path_factory.mktemp("site")
    address = server.create("laptop")
    hall = sites.make_hall(folder / "data", SHUPING_DATABASE_URL=address)
    with sites.serving(folder / "data", SHUPING_DATABASE_URL=address) as (_server, http):
        trackers = [sites.vote(hall, http, slip, (slip % 5, 0)) for slip in range(10)]
        status, said = shuping(folder / "data", "backup", folder / "stick", SHUPING_DATABASE_URL=address)
    assert status == 0, said
    return folder / "stick", hall, trackers


def test_a_standby_machine_goes_on_and_the_count_comes_out(server, site, tmp_path):
    stick, hall, trackers = site
    address = server.create("standby")

    status, said = shuping(tmp_path / "data", "restore", stick, SHUPING_DATABASE_URL=address)
    assert (status, "log of acts whole" in said) == (0, True), said
    with sites.serving(tmp_path / "data", SHUPING_DATABASE_URL=address) as (_server, http):
        sites.check_again(hall, http)
        sites.until(lambda: sites.board(hall, http, trackers), what="what was copied stands on the board")
        trackers.append(sites.vote(hall, http, 10, (4, 4)))
        record = sites.count(hall, http)

    (tmp_path / "record-A.bel").write_bytes(record)
    checked = ballotbox.verify_record(tmp_path / "record-A.bel")
    assert set(checked.trackers) == set(trackers)
    assert checked.counts == [[2, 2, 2, 2, 3], [10, 0, 0, 0, 1]]


def test_the_backup_says_which_migrations_it_has_seen(site):
    about = json.loads(sealed.members(site[0])[0][2])

    assert {"shuping.0001_tables", "auth.0001_initial"} < set(about["migrations"])


def test_a_database_that_holds_tables_and_another_kind_are_refused(server, site, tmp_path):
    stick, address = site[0], server.create("full")
    server.ask("full", "CREATE TABLE mine ()")

    full = shuping(tmp_path / "data", "restore", stick, SHUPING_DATABASE_URL=address)
    other = shuping(tmp_path / "data", "restore", stick)

    assert (full[0], "holds tables already" in full[1]) == (1, True), full[1]
    assert (other[0], "is of a site on PostgreSQL" in other[1]) == (1, True), other[1]
    assert [file.name for file in (tmp_path / "data").rglob("*") if file.is_file()] == ["lock"]


def test_without_the_client_programs_it_says_what_to_install(server, site, tmp_path):
    more = {"SHUPING_DATABASE_URL": server.create("unread")}
    sites.make_site(tmp_path / "data", **more)

    status, said = shuping(tmp_path / "data", "backup", tmp_path / "stick", PATH="/nowhere", **more)

    assert (status, "postgresql-client" in said, "Traceback" in said) == (1, True, False), said
