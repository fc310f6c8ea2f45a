"""A vote that is stopped at a random moment, the ways to stop it, and what is left of it afterwards."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.faults import halls, load, power


def vote_until(
    made: halls.Made, port: int, told: load.Told, *, over: float, moment: float, stop: Callable[[], None]
) -> None:
    """The voters arrive over some seconds; at a moment the site is stopped; whoever is not answered gives up."""

    async def both() -> None:
        voting = asyncio.create_task(load.arrive(port, made.identifier, made.ballots, over, told, again=False))
        await asyncio.sleep(moment)
        await asyncio.to_thread(stop)
        await voting

    asyncio.run(both())


def vote(
    made: halls.Made, port: int, told: load.Told, over: float, *, again: bool = True, first: int | None = None
) -> None:
    """All voters, or the first of them, arrive over some seconds and send again until answered."""
    asyncio.run(load.arrive(port, made.identifier, made.ballots[:first], over, told, again=again))


def powered(made: halls.Made, place: Path) -> tuple[dict[str, str], Path]:
    """A machine whose power can be cut, with its site in `place`/data: the environment of its processes, the undo."""
    library = power.library(made.cluster.shared("shim") if made.cluster else place)
    if not made.cluster:
        undo = place / "undo"
        return power.shim(library, place / "data", undo), undo
    undo = made.cluster.shared("undo")
    made.cluster.stop()
    made.cluster.more = power.shim(library, made.cluster.data, undo)
    made.cluster.start()
    return {}, undo


def cut(made: halls.Made, site: halls.Site) -> None:
    """Every process at once: the database first, so that nothing is acknowledged that it did not keep."""
    if made.cluster:
        made.cluster.kill()
    site.cut()


def after_the_cut(made: halls.Made, undo: Path) -> None:
    """What the disk shows when the power is back."""
    power.lose_what_was_not_synced(undo)
    if made.cluster:
        made.cluster.start()
