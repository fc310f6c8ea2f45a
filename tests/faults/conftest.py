"""The hall that the faults strike, on each of the two databases."""

import pytest

from tests.faults import cluster, halls

BALLOTS, SLIPS = 60, 20


@pytest.fixture(scope="package")
def postgresql():
    """A private PostgreSQL that syncs as a real one does."""
    if cluster.missing():
        pytest.skip(cluster.missing())
    with cluster.running() as found:
        yield found


@pytest.fixture(scope="package")
def hall_on_sqlite(tmp_path_factory):
    return halls.make(tmp_path_factory.mktemp("hall") / "data", slips=SLIPS, ballots=BALLOTS)


@pytest.fixture(scope="package")
def hall_on_postgresql(tmp_path_factory, postgresql):
    return halls.make(tmp_path_factory.mktemp("hall") / "data", slips=SLIPS, ballots=BALLOTS, cluster=postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=cluster.needed)])
def hall(request):
    return request.getfixturevalue(f"hall_on_{request.param}")
