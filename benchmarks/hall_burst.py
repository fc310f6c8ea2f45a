"""A hall votes: real sealed ballots of 18 units, each over a connection of its own, from a second process.

2,000 over 60, 10 and 5 seconds, each on a fresh copy of the hall (`--quick`: 60 over 5 seconds). The last line is
JSON. Exit status 1 when a promise does not hold.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import ROOT, promise, tell

sys.path.insert(0, str(ROOT))

from tests.faults import halls, load

from shuping.rehearsal.site import free_port

FULL = (2000, {60: 0.5, 10: 2.0, 5: None})
QUICK = (60, {5: 2.0})
PATIENCE, WITHIN = 300, 60  # seconds


def main(arguments: list[str]) -> int:
    number, trials = QUICK if "--quick" in arguments else FULL
    figures, promises = {}, {}
    with tempfile.TemporaryDirectory(prefix="shuping-burst-") as name:
        hall = halls.make(Path(name) / "made", slips=number, ballots=number, rows=18)
        for over, limit in trials.items():
            told, waited = _burst(hall, Path(name) / "data", over)
            unanswered = number - len(told.acknowledged)
            refused = sum(count for status, count in told.statuses.items() if status not in {"200", "201"})
            figures[f"over_{over}_s"] = {
                "p50_s": told.quantile(0.5),
                "p99_s": told.quantile(0.99),
                "most_s": told.quantile(1),
                "in_the_box_s": waited,
            }
            promises[f"failed_over_{over}_s"] = promise(unanswered + refused, 0)
            promises[f"in_the_box_over_{over}_s"] = promise(waited, WITHIN)
            if limit:
                promises[f"p99_s_over_{over}_s"] = promise(told.quantile(0.99), limit)
    return tell("hall_burst", figures, promises)


def _burst(hall: halls.Made, place: Path, over: int) -> tuple[load.Told, float]:
    """What the voters saw, and seconds from the last answer until every ballot was in the box."""
    folder = halls.copy(hall, place)
    with halls.serving(folder, free_port()) as site:
        words = [str(site.port), str(hall.folder), "0", str(len(hall.ballots)), str(over)]
        command = [sys.executable, "-m", "tests.faults.load", *words]
        done = subprocess.run(command, cwd=ROOT, env=halls.environment(folder), stdout=subprocess.PIPE, check=True)
        begun = time.monotonic()
        while (found := halls.in_the_box(folder)) < len(hall.ballots) and time.monotonic() < begun + PATIENCE:
            print(f"  in the box: {found} of {len(hall.ballots)}", file=sys.stderr, flush=True)
            time.sleep(1)
        waited = round(time.monotonic() - begun, 1)
    seen = json.loads(done.stdout)
    told = load.Told(seen["acknowledged"], seen["seconds"])
    told.statuses.update(seen["statuses"])
    return told, waited


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
