"""A hall votes: real sealed ballots of 18 units, each over a connection of its own, from a second process.

2,000 over 60, 10 and 5 seconds, each at a fresh copy of the hall (`--quick`: 100 over 5 seconds). Promised: answered at
p99 within 0.5 s over 60 s and within 2 s over 10 s, none fails, and every ballot is verified and in the box within 60 s
of the last answer. `--postgresql` takes a private PostgreSQL. The last line is JSON. Exit status 1 when a promise does
not hold.
"""

import json
import subprocess
import sys
from typing import Any

import hall
from report import ROOT, memory, promise, tell
from tests.faults import halls

VOTERS, OVER = 2000, (60, 10, 5)
LIMITS = {60: 500, 10: 2000}  # milliseconds at p99, by seconds over which the ballots arrive
ROWS = 18
WITHIN, PATIENCE = 60, 600  # seconds until all are in the box: promised, and given up


def main(arguments: list[str]) -> int:
    with hall.setting("The burst of a hall.", arguments) as setting:
        voters = 100 if setting.quick else VOTERS
        made = halls.make(
            setting.place / "made", slips=voters, ballots=voters, rows=ROWS, revote=False, cluster=setting.server
        )
        figures: dict[str, Any] = {
            "voters": voters,
            "database": setting.database,
            "ballot_bytes": sum(map(len, made.ballots)) // voters,
        }
        promises: dict[str, Any] = {}
        for over in OVER[-1:] if setting.quick else OVER:
            found = measure(made, setting, over)
            hall.say(f"over {over} s: {found}")
            figures[f"over_{over}s"] = found
            promises |= promised(found, over)
    return tell("hall_burst", figures, promises)


def measure(made: halls.Made, setting: hall.Setting, over: int) -> dict[str, Any]:
    """Milliseconds until the answers, seconds from the last answer until all were in the box, megabytes held."""
    trial = made.trial(setting.place / "data")
    with trial.serving() as site:
        told = votes(made, site.port, over)
        settled = trial.wait_for_the_box(len(made.ballots), PATIENCE)
        held = round(memory(site.process.pid)) if site.process else 0
    times = sorted(seconds * 1000 for seconds in told["seconds"]) or [float("inf")]
    answered = sum(told["statuses"].get(status, 0) for status in ("200", "201"))
    refused = sum(told["statuses"].values()) - answered
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p99_ms": round(times[int(len(times) * 0.99)], 1),
        "max_ms": round(times[-1], 1),
        "failed": len(made.ballots) - answered + refused,
        "in_the_box_s": settled,
        "memory_mb": held,
    }


def votes(made: halls.Made, port: int, over: int) -> dict[str, Any]:
    """Let a second process vote; what it saw. Whoever is refused once counts as failed, even when a later try helps."""
    words = [str(port), str(made.folder), "0", str(len(made.ballots)), str(over)]
    command = [sys.executable, "-m", "tests.faults.load", *words]
    environment = halls.environment(made.folder)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def promised(found: dict[str, Any], over: int) -> dict[str, Any]:
    """What has to hold for a burst of so many seconds."""
    slowest = {f"p99_ms_over_{over}s": promise(found["p99_ms"], LIMITS[over])} if over in LIMITS else {}
    return slowest | {
        f"failed_over_{over}s": promise(found["failed"], 0),
        f"in_the_box_s_over_{over}s": promise(found["in_the_box_s"], WITHIN),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
