"""Power cuts at random moments of a vote: nothing acknowledged is lost; with synchronous=NORMAL something is.

Twenty cuts (`--quick`: two). The last line is JSON. Exit status 1 when something was lost, or when the control lost
nothing, because then the cut proves nothing.
"""

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from report import ROOT, promise, tell

sys.path.insert(0, str(ROOT))

from tests.faults import halls, load, power

from shuping.rehearsal.site import free_port

WEAKER = """
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
from shuping import server
server.assert_durable = lambda: None
server.serve()
"""


def main(arguments: list[str]) -> int:
    cuts, ballots = (2, 100) if "--quick" in arguments else (20, 600)
    with tempfile.TemporaryDirectory(prefix="shuping-power-") as name:
        place = Path(name)
        hall = halls.make(place / "made" / "data", slips=50, ballots=ballots)
        shim = power.library(place)
        full = [_cut(hall, place, shim, weaker=False, number=number) for number in range(cuts)]
        control = [_cut(hall, place, shim, weaker=True, number=number) for number in range(max(2, cuts // 4))]
    lost, lost_by_control = sum(one[1] for one in full), sum(one[1] for one in control)
    figures = {"cuts": cuts, "acknowledged": sum(one[0] for one in full), "control_lost": lost_by_control}
    silent = int(lost_by_control == 0)
    return tell("hall_power", figures, {"lost": promise(lost, 0), "control_that_lost_nothing": promise(silent, 0)})


def _cut(hall: halls.Made, place: Path, shim: Path, *, weaker: bool, number: int) -> tuple[int, int]:
    """How many ballots were acknowledged before the cut, and how many of them are gone."""
    folder, told = halls.copy(hall, place / "data"), load.Told()
    site = halls.Site(folder, free_port(), LD_PRELOAD=str(shim), DJANGO_SETTINGS_MODULE="shuping.settings")
    if weaker:
        site.program = ["-c", WEAKER]
    site.start()

    async def both() -> None:
        over = len(hall.ballots) / 60
        voting = asyncio.create_task(load.arrive(site.port, hall.identifier, hall.ballots, over, told, again=False))
        await asyncio.sleep(over * (0.3 + random.random() * 0.6))
        await asyncio.to_thread(site.cut)
        await voting

    try:
        asyncio.run(both())
    finally:
        site.cut()
    power.lose_what_was_not_synced(folder)
    lost = len(set(told.acknowledged) - set(halls.stored(folder)))
    kind = "control" if weaker else "cut"
    print(f"  {kind} {number + 1}: {len(told.acknowledged)} acknowledged, {lost} lost", file=sys.stderr, flush=True)
    return len(told.acknowledged), lost


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
