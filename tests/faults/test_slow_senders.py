"""Telephones on a bad network, all in the middle of sending: they hold up nobody, and what they finish is taken."""

import asyncio
import time

import httpx

from tests.faults import load

SLOW = 19  # several times the threads of the site, and each of another slip


def test_half_sent_ballots_hold_up_nobody(hall_on_sqlite, tmp_path):
    hall = hall_on_sqlite
    trial = hall.trial(tmp_path / "data")

    async def all_of_it(port):
        lines = [await load.begin(port, hall.identifier, raw) for raw in hall.ballots[:SLOW]]
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        # Through Django and its database: a page, not what the front answers alone.
        answer = await asyncio.to_thread(
            httpx.get, f"http://127.0.0.1:{port}/b/{hall.identifier}/", trust_env=False, timeout=20
        )
        waited = time.monotonic() - begun
        quick = await load.post(port, hall.identifier, hall.ballots[SLOW])
        finished = await asyncio.gather(
            *(load.finish(line, raw) for line, raw in zip(lines, hall.ballots[:SLOW], strict=True))
        )
        return answer.status_code, waited, quick, finished

    with trial.serving() as site:
        status, waited, quick, finished = asyncio.run(all_of_it(site.port))
        trial.wait_for_the_box(SLOW + 1, 60)
        written = site.log.read_text("utf-8").splitlines()

    assert (status, quick) == (200, 201)
    assert waited < 10
    assert finished == [201] * SLOW
    assert len(trial.stored()) == SLOW + 1
    # A line for each ballot, or each check of one, would hold a time beside it (R57).
    assert [line.partition(":")[0] for line in written] == ["数据目录 Data folder", "数据库 Database"]
