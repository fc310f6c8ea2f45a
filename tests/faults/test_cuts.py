"""What was acknowledged is there afterwards: server killed, power cut; and the cut does lose what was not synced."""

import asyncio
import random
from pathlib import Path

import pytest

from shuping.rehearsal import site as sites
from tests.faults import halls, load, power

BALLOTS = 60


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    return halls.make(tmp_path_factory.mktemp("hall") / "data", slips=20, ballots=BALLOTS)


def _vote(hall, port, told, moment, stop):
    """The voters arrive; at a moment the site is stopped; whoever is not answered gives up."""

    async def both():
        voting = asyncio.create_task(load.arrive(port, hall.identifier, hall.ballots, 1.5, told, again=False))
        await asyncio.sleep(moment)
        await asyncio.to_thread(stop)
        await voting

    asyncio.run(both())


def test_a_killed_server_loses_nothing_and_counts_nothing_twice(hall, tmp_path):
    folder, told = halls.copy(hall, tmp_path / "data"), load.Told()
    with halls.serving(folder, sites.free_port()) as site:
        (worker,) = sites.children(site.process.pid)
        _vote(hall, site.port, told, 0.5 + random.random() / 2, site.kill)
        site.start()
        asyncio.run(load.arrive(site.port, hall.identifier, hall.ballots, 1, told))
        assert not Path(f"/proc/{worker}").exists()

    kept = halls.stored(folder)
    assert set(told.acknowledged) == set(kept)
    assert len(kept) == BALLOTS


def test_a_power_cut_loses_nothing_that_was_acknowledged(hall, tmp_path):
    folder, told = halls.copy(hall, tmp_path / "data"), load.Told()
    with halls.serving(folder, sites.free_port(), LD_PRELOAD=str(power.library(tmp_path))) as site:
        _vote(hall, site.port, told, 0.8 + random.random() / 2, site.cut)
        power.lose_what_was_not_synced(folder)

    assert told.acknowledged
    assert set(told.acknowledged) <= set(halls.stored(folder))


def test_while_the_disk_is_full_nothing_is_acknowledged_and_afterwards_everything(hall, tmp_path):
    folder, told, full = halls.copy(hall, tmp_path / "data"), load.Told(), tmp_path / "full"
    more = {"LD_PRELOAD": str(power.library(tmp_path)), "POWERCUT_FULL": str(full)}
    with halls.serving(folder, sites.free_port(), **more) as site:
        full.touch()
        asyncio.run(load.arrive(site.port, hall.identifier, hall.ballots[:10], 0.2, told, again=False))
        assert told.statuses == {"503": 10}
        full.unlink()
        asyncio.run(load.arrive(site.port, hall.identifier, hall.ballots[:10], 0.2, told))

    assert set(told.acknowledged) == set(halls.stored(folder))
    assert max(told.seconds) < 5
