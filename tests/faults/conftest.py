"""The hall that the faults strike, on each of the two databases."""

import pytest

from tests.faults import cluster, halls

BALLOTS, SLIPS, AT_ONCE = 60, 20, 64


@pytest.fixture(scope="package")
def postgresql():
    """A private PostgreSQL that syncs as a real one does."""
    if cluster.missing():
        pytest.skip(cluster.missing())
    with cluster.running() as found:
        yield found


@pytest.fixture(scope="package")
def hall_on_sqlite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hall") / "data"
    return halls.make(folder, slips=SLIPS, ballots=BALLOTS, of_one_slip=AT_ONCE)


@pytest.fixture(scope="package")
def hall_on_postgresql(tmp_path_factory, postgresql):
    folder = tmp_path_factory.mktemp("hall") / "data"
    return halls.make(folder, slips=SLIPS, ballots=BALLOTS, of_one_slip=AT_ONCE, cluster=postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=cluster.needed)])
def hall(request):
    return request.getfixturevalue(f"hall_on_{request.param}")
