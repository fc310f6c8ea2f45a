"""SIGKILL at random moments of a vote: no acknowledged ballot is lost, none is there twice, and the site is back soon.

Twenty kills with 600 voters each (`--quick`: two with 60); every voter sends again until answered, and what was
acknowledged is kept outside. On PostgreSQL every second kill is the database's. The last line is JSON. Exit status 1
when a promise does not hold.
"""

import asyncio
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import hall
from report import promise, tell
from tests.faults import halls, load

KILLS, VOTERS, OVER = 20, 600, 6.0
ROWS = 6
PATIENCE = 300  # seconds until all are in the box
ON_ITS_WAY = 0.1  # seconds in which an answer from before the kill may still arrive
BACK = 5  # seconds to the next acknowledgement: from the server's kill, or from when the database runs again


def main(arguments: list[str]) -> int:
    with hall.setting("Servers killed in mid-vote.", arguments) as setting:
        kills, voters = (2, 60) if setting.quick else (KILLS, VOTERS)
        made = halls.make(setting.place / "made", slips=voters, ballots=voters, rows=ROWS, cluster=setting.server)
        rounds = [_round(made, setting, number) for number in range(kills)]
    figures: dict[str, Any] = {
        "database": setting.database,
        "kills": kills,
        "acknowledged": sum(one["acknowledged"] for one in rounds),
        "sent_again": sum(one["sent_again"] for one in rounds),
    }
    promises = {name: promise(sum(one[name] for one in rounds), 0) for name in ("lost", "double", "not_in_the_box")}
    promises["back_s"] = promise(max(one["back_s"] for one in rounds), BACK)
    return tell("hall_kill", figures, promises)


def _round(made: halls.Made, setting: hall.Setting, number: int) -> dict[str, Any]:
    """One vote with one kill in it; what was lost, double or missing, and how long nobody was answered."""
    trial, told = made.trial(setting.place / "data"), load.Told()
    over = OVER / 3 if setting.quick else OVER
    with trial.serving() as site:
        kill = _database(setting) if setting.server and number % 2 else _server(site)
        back = asyncio.run(_vote(made, site.port, told, over, kill))
        trial.wait_for_the_box(len(made.ballots), PATIENCE)
    kept = trial.stored()
    found = {
        "acknowledged": len(told.acknowledged),
        "sent_again": sum(told.statuses.values()) - len(told.acknowledged),
        "lost": len(set(told.acknowledged) - set(kept)),
        "double": len(kept) - len(set(kept)) + len(told.acknowledged) - len(set(told.acknowledged)),
        "not_in_the_box": len(made.ballots) - trial.in_the_box(),
        "back_s": back,
    }
    hall.say(f"kill {number + 1}: {found}")
    return found


def _server(site: halls.Site) -> Callable[[], float]:
    def kill() -> float:
        site.kill()
        killed = time.monotonic()
        site.start()
        return killed

    return kill


def _database(setting: hall.Setting) -> Callable[[], float]:
    assert setting.server
    server = setting.server

    def kill() -> float:
        server.kill()
        killed = time.monotonic()
        server.start()
        hall.say(f"the database recovered in {time.monotonic() - killed:.1f} s")
        return time.monotonic()

    return kill


async def _vote(made: halls.Made, port: int, told: load.Told, over: float, kill: Callable[[], float]) -> float:
    """Everybody votes until answered; seconds from the fault's end until somebody was answered again."""
    voting = asyncio.create_task(load.arrive(port, made.identifier, made.ballots, over, told))
    await asyncio.sleep(over * (0.1 + 0.8 * random.random()))
    ended = await asyncio.to_thread(kill)
    await voting
    after = (moment for moment in told.moments if moment > ended + ON_ITS_WAY)
    return round(min(after, default=ended) - ended, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
