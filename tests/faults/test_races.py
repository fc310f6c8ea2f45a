"""Sixty-four ballots of one slip at the same moment, each on a connection of its own, at a real server."""

import asyncio
from collections import Counter

from tests.faults import halls, load
from tests.faults.conftest import AT_ONCE


async def _all_at_once(port: int, identifier: str, ballots: list[bytes]) -> Counter[int]:
    """Every connection is open and all but the last byte is on its way before the first one is finished."""
    lines = [await load.begin(port, identifier, raw) for raw in ballots]
    return Counter(await asyncio.gather(*(load.finish(line, raw) for line, raw in zip(lines, ballots, strict=True))))


def _race(made: halls.Made, trial: halls.Trial, ballots: list[bytes]) -> tuple[Counter[int], list[str]]:
    with trial.serving() as site:
        statuses = asyncio.run(_all_at_once(site.port, made.identifier, ballots))
        trial.wait_for_the_box(len(trial.stored()), 60)
    return statuses, trial.rows("SELECT height FROM box_sealed WHERE state = 'in_box' ORDER BY height")


def test_of_sixty_four_different_ballots_of_one_slip_one_counts(hall, tmp_path):
    trial = hall.trial(tmp_path / "data")

    statuses, heights = _race(hall, trial, hall.of_one_slip)

    # Whoever comes while the first one is not yet in the box is asked to send again.
    assert statuses == {201: 1, 503: AT_ONCE - 1}
    assert heights == ["1"]


def test_the_same_ballot_sixty_four_times_is_one_ballot(hall, tmp_path):
    trial = hall.trial(tmp_path / "data")

    statuses, heights = _race(hall, trial, hall.of_one_slip[:1] * AT_ONCE)

    assert statuses == {201: 1, 200: AT_ONCE - 1}
    assert heights == ["1"]


def test_without_re_voting_one_of_sixty_four_is_taken(tmp_path):
    hall = halls.make(tmp_path / "hall", slips=1, ballots=0, of_one_slip=AT_ONCE, revote=False)
    trial = hall.trial(tmp_path / "data")

    statuses, heights = _race(hall, trial, hall.of_one_slip)

    assert statuses == {201: 1, 409: AT_ONCE - 1}
    assert heights == ["1"]
