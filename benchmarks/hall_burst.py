"""The burst of a hall: real sealed ballots arriving over 60, 10 and 5 seconds at the default installation.

2,000 voters, each with a connection of its own, from a second process on loopback. Promised: answered at p99 within
0.5 s over 60 s, within 2 s over 10 s, none fails over 5 s; and every ballot is verified and in the box within 60 s of
the last. The last line is JSON. Exit status 1 when a promise does not hold. `--quick` sends 100 ballots.
`--database URL` takes a PostgreSQL database instead of SQLite.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hall
from report import memory, promise, tell

VOTERS, QUICK = 2000, 100
OVER = (60, 10, 5)
LIMITS = {60: 500, 10: 2000}  # milliseconds at p99
SETTLED = 60  # seconds from the last answer until all are in the box


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    figures: dict[str, Any] = {"voters": options.voters, "database": "postgresql" if options.database else "sqlite"}
    promises: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="shuping-burst-") as folder:
        address = hall.settle(Path(folder) / "data", options.database)
        (Path(folder) / "data").mkdir()
        ballot = hall.open_ballot(options.voters)
        sealed = hall.seal_all(ballot, rounds=len(OVER))
        files = keep(Path(folder), sealed)
        for turn, over in enumerate(OVER if not options.quick else OVER[1:2]):
            mine = files[turn * options.voters : (turn + 1) * options.voters]
            with hall.serving(Path(folder) / "server.log") as server:
                found = measure(address + ballot.cast, mine, over)
                found["memory_mb"] = round(memory(server.pid))
            figures[f"over_{over}s"] = found
            promises |= promised(found, over)
            hall.say(f"over {over} s: {found}")
    return tell("hall_burst", figures, promises)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The burst of a hall.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--voters", type=int, default=0)
    parser.add_argument("--database", default="")
    options = parser.parse_args(arguments)
    options.voters = options.voters or (QUICK if options.quick else VOTERS)
    return options


def keep(folder: Path, sealed: list[bytes]) -> list[str]:
    """The ballots as files, for the process that sends them."""
    files = []
    for place, body in enumerate(sealed):
        file = folder / f"ballot-{place:06}.json"
        file.write_bytes(body)
        files.append(str(file))
    return files


def measure(address: str, files: list[str], over: int) -> dict[str, Any]:
    """Send the ballots over some seconds: milliseconds until the answers, and seconds until all were in the box."""
    before = stored()["total"]
    answers = send(address, files, over)
    settled = wait_for_the_box(before + len(files), time.monotonic())
    times = [seconds * 1000 for _status, seconds, _tracker in answers]
    return {
        "p50_ms": round(hall.percentile(times, 0.5), 1),
        "p99_ms": round(hall.percentile(times, 0.99), 1),
        "max_ms": round(max(times), 1),
        "failed": sum(status not in (200, 201) for status, _seconds, _tracker in answers),
        "in_the_box_s": settled,
    }


def promised(found: dict[str, Any], over: int) -> dict[str, Any]:
    """What has to hold for a burst of so many seconds."""
    slowest = {f"p99_ms_over_{over}s": promise(found["p99_ms"], LIMITS[over])} if over in LIMITS else {}
    return slowest | {
        f"failed_over_{over}s": promise(found["failed"], 0),
        f"in_the_box_s_over_{over}s": promise(found["in_the_box_s"], SETTLED),
    }


def send(address: str, files: list[str], over: int) -> list[list[Any]]:
    """Let a second process send the ballots; its answers in their order."""
    parts = urlsplit(address)
    asked = {"host": parts.hostname, "port": parts.port, "path": parts.path, "over": over, "ballots": files}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as told:
        json.dump(asked, told)
        told.flush()
        sender = [sys.executable, str(Path(__file__).with_name("loadgen.py")), told.name]
        done = subprocess.run(sender, check=True, capture_output=True, text=True)
    found: list[list[Any]] = json.loads(done.stdout)
    return found


def stored() -> dict[str, int]:
    """How many ballots are in the database, and how many of them were not looked at yet."""
    from shuping.ballots.models import CastBallot  # noqa: PLC0415 - Django is set up by now

    waiting = CastBallot.objects.filter(state=CastBallot.State.RECEIVED).count()
    return {"total": CastBallot.objects.count(), "waiting": waiting}


def wait_for_the_box(expected: int, last: float) -> float:
    """Seconds from the last answer until every ballot is checked; gives up after ten minutes."""
    while time.monotonic() - last < 10 * SETTLED:
        now = stored()
        if now["waiting"] == 0 and now["total"] >= expected:
            return round(time.monotonic() - last, 1)
        hall.say(f"in the box: {now['total'] - now['waiting']} of {expected}")
        time.sleep(2)
    return 10.0 * SETTLED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
