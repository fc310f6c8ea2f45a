"""A whole year over HTTP: how long `shuping rehearse` takes, and how much memory the server holds at most meanwhile.

Memory is the server, its worker, the background process and whatever they start, looked at five times a second. The
last line is JSON. Exit status 1 when a promise does not hold or the rehearsal fails. `--quick` plays 4 entries and 50
voters.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import ROOT, children, command, memory, promise, tell

LONGEST, LARGEST = 180, 340  # seconds, megabytes
EVERY = 0.2  # seconds between two looks at the memory: a paper is printed in about as long
FULL = ("--voters", "100", "--entries", "18")
QUICK = ("--voters", "50", "--entries", "4")


def main(arguments: list[str]) -> int:
    size = QUICK if "--quick" in arguments else FULL
    with tempfile.TemporaryDirectory(prefix="shuping-rehearsal-") as out:
        begun = time.monotonic()
        peak = play(size, Path(out))
        seconds = time.monotonic() - begun
        timings = json.loads((Path(out) / "results.json").read_text("utf-8"))["timings"]
    figures = {"size": " ".join(size), "seconds": round(seconds, 1), "memory_mb": round(peak), "scenes_s": timings}
    promises = {"seconds": promise(round(seconds, 1), LONGEST), "memory_mb": promise(round(peak, 1), LARGEST)}
    return tell("main_rehearsal", figures, promises)


def play(size: tuple[str, ...], out: Path) -> float:
    """Rehearse; returns the most megabytes that the server held. Raises SystemExit when the rehearsal fails."""
    asked = ["--example", "provincial", *size, "--seed", "1", "--out", str(out)]
    peak = 0.0
    with subprocess.Popen([sys.executable, "-m", "shuping.cli", "rehearse", *asked], cwd=ROOT / "src") as rehearsal:
        while rehearsal.poll() is None:
            time.sleep(EVERY)
            peak = max(peak, sum(memory(server) for server in servers(rehearsal.pid)))
    if rehearsal.returncode:
        raise SystemExit(rehearsal.returncode)
    return peak


def servers(rehearsal: int) -> list[int]:
    """The server that the rehearsal started, while it runs."""
    return [child for child in children(rehearsal) if "shuping.cli serve" in command(child)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
