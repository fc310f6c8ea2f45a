"""Sixty-four ballots of one slip at the same moment, each on a connection of its own, at a real server."""

import asyncio
from collections import Counter

import pytest

from tests.faults import cluster, halls, load

AT_ONCE = 64


async def _all_at_once(port: int, identifier: str, ballots: list[bytes]) -> Counter[int]:
    """Every connection is open and all but the last byte is on its way before the first one is finished."""
    lines = [await load.begin(port, identifier, raw) for raw in ballots]
    return Counter(await asyncio.gather(*(load.finish(line, raw) for line, raw in zip(lines, ballots, strict=True))))


def _race(made: halls.Made, trial: halls.Trial, ballots: list[bytes]) -> tuple[Counter[int], list[str]]:
    with trial.serving() as site:
        statuses = asyncio.run(_all_at_once(site.port, made.identifier, ballots))
        trial.wait_for_the_box(len(trial.stored()), 60)
    return statuses, trial.rows("SELECT height FROM shuping_castballot WHERE state = 'in_box' ORDER BY height")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=cluster.needed)])
def database(request):
    """The private server on which the halls of this file lie; none for SQLite."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else None


@pytest.fixture(scope="module", params=[True, False], ids=["re-voting", "once"])
def made(request, database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("race") / "data"
    return request.param, halls.make(folder, slips=1, ballots=AT_ONCE, revote=request.param, cluster=database)


def test_of_sixty_four_different_ballots_of_one_slip_one_counts(made, tmp_path):
    revote, hall = made
    trial = hall.trial(tmp_path / "data")

    statuses, heights = _race(hall, trial, hall.ballots)

    assert statuses == ({201: AT_ONCE} if revote else {201: 1, 409: AT_ONCE - 1})
    kept = AT_ONCE if revote else 1
    assert heights == [str(height + 1) for height in range(kept)]
    # The tally takes the last one of each slip (tests/ballots/test_many_at_once.py): there is one slip.
    assert len(trial.rows("SELECT DISTINCT credential_hash FROM shuping_castballot")) == 1


def test_the_same_ballot_sixty_four_times_is_one_ballot(made, tmp_path):
    hall = made[1]
    trial = hall.trial(tmp_path / "data")

    statuses, heights = _race(hall, trial, hall.ballots[:1] * AT_ONCE)

    assert statuses == {201: 1, 200: AT_ONCE - 1}
    assert heights == ["1"]
