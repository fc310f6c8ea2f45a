"""A hall votes while strangers, one voter and one reporter do what they can against it.

200 voters over 60 seconds fetch the booth, ask which election their slip belongs to, and cast a real ballot of 18
units. At the same time: 2,000 idle and 300 dripping connections, 400 streams on pages that are not there, wrong hosts,
from the voters' address and from another; one slip sends ballots with a false proof as fast as it can; one reporter
hands in six of the worst files of 100 kB. The server may have 1,024 descriptors when it starts, and raises that itself.
`--quick` is a fifth of it; `--postgresql` takes a private PostgreSQL. Promised: an honest step is answered at p99
within a second and none refused, every honest ballot is in the box within 60 s of the last answer, memory grows by
150 MB at most, the log to 1 MB at most. Each part can be left out to see what the others do (`--without slip`). The
last line is JSON. Exit status 1 when a promise does not hold.
"""

import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hall
from report import ROOT, memory, promise, tell, worked
from tests.faults import halls

ROWS = 18
SOFT, HARD = 1024, 20_000
SECOND, WITHIN, MORE, LOG = 1000, 60, 150, 1.0  # milliseconds, seconds, megabytes, megabytes
PATIENCE = 300
PARTS = ("strangers", "slip", "uploads")
HERE = Path(__file__).parent
LIMITED = f"""
import resource, sys
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, ({SOFT}, hard))
from shuping import cli
sys.exit(cli.main(["serve"]))
"""


@dataclass(frozen=True)
class Size:
    """How many of each there are, and over how many seconds the honest ones come."""

    voters: int
    over: int
    idle: int
    dripping: int
    streams: int
    uploads: int


WHOLE = Size(200, 60, 2000, 300, 400, 6)
QUICK = Size(40, 12, 400, 60, 80, 2)


def main(arguments: list[str]) -> int:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < HARD:
        sys.exit(f"This machine allows {hard} descriptors; the benchmark needs {HARD}: ulimit -Hn")
    without = {arguments[place + 1] for place, word in enumerate(arguments[:-1]) if word == "--without"}
    rest = [word for word in arguments if word != "--without" and word not in without]
    with hall.setting("A hall under attack.", rest) as setting:
        size = QUICK if setting.quick else WHOLE
        made = halls.make(
            setting.place / "made", slips=size.voters + 1, ballots=size.voters, rows=ROWS, cluster=setting.server
        )
        figures = measure(made, setting.place / "data", size, set(PARTS) - without)
    figures |= {"database": setting.database, "voters": size.voters, "without": sorted(without)}
    return tell("hall_hostile", figures, promised(figures))


def promised(figures: dict[str, Any]) -> dict[str, Any]:
    """What has to hold while all of it happens."""
    slowest = {f"{step}_p99_ms": promise(figures[f"{step}_p99_ms"], SECOND) for step in ("booth", "which", "cast")}
    return slowest | {
        "refused": promise(figures["refused"], 0),
        "in_the_box_s": promise(figures["in_the_box_s"], WITHIN),
        "memory_more_mb": promise(figures["memory_more_mb"], MORE),
        "log_mb": promise(figures["log_mb"], LOG),
    }


def measure(made: halls.Made, folder: Path, size: Size, parts: set[str]) -> dict[str, Any]:
    """The vote with all that goes against it."""
    trial = made.trial(folder)
    site = trial.site()
    site.program = ["-c", LIMITED]
    site.start()
    try:
        assert site.process
        _voters(made, site.port, 0, 0)
        with _watched(site.process.pid) as held, ExitStack() as against:
            ends = [against.enter_context(one) for one in _against(made, site.port, size, parts)]
            time.sleep(2)
            begun = worked(site.process.pid)
            told = _voters(made, site.port, size.voters, size.over)
            took = worked(site.process.pid) - begun
            settled = trial.wait_for_the_box(size.voters, PATIENCE)
            misused = {name: end() for name, end in ends}
    finally:
        site.stop()
    return _figures(told) | {
        "in_the_box_s": settled,
        "memory_more_mb": round(max(held["all"]) - held["all"][0], 1),
        "memory_of_the_server_more_mb": round(max(held["server"]) - held["server"][0], 1),
        "server_worked_s": round(took, 1),
        "log_mb": round(site.log.stat().st_size / 1_000_000, 3),
        "log_lines": len(site.log.read_text("utf-8", "replace").splitlines()),
        "against": misused,
    }


def _figures(told: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each step, and how many steps were not answered as they should be."""
    found: dict[str, Any] = {}
    for step, seconds in told["seconds"].items():
        times = sorted(seconds) or [float("inf")]
        found[f"{step}_p50_ms"] = round(times[len(times) // 2] * 1000, 1)
        found[f"{step}_p99_ms"] = round(times[int(len(times) * 0.99)] * 1000, 1)
    answers = [(status, number) for counted in told["statuses"].values() for status, number in counted.items()]
    return found | {
        "refused": sum(number for status, number in answers if status not in {"200", "201"}),
        "statuses": told["statuses"],
    }


def _voters(made: halls.Made, port: int, number: int, over: int) -> dict[str, Any]:
    words = [str(port), str(made.folder), str(number), str(over)]
    done = subprocess.run(_program("voters.py", *words), cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _program(name: str, *words: str) -> list[str]:
    return [sys.executable, str(HERE / name), *words]


def _against(made: halls.Made, port: int, size: Size, parts: set[str]) -> Iterator[Any]:
    """What goes against the vote: each part with its name, and what ends it and tells how it went."""
    numbers = [str(number) for number in (port, size.idle, size.dripping, size.streams)]
    hall_of = (str(port), str(made.folder))
    if "strangers" in parts:
        yield _going_on("strangers", _program("strangers.py", *numbers))
    if "slip" in parts:
        yield _going_on("slip", _program("members.py", "slip", *hall_of))
    if "uploads" in parts:
        yield _going_on("uploads", _program("members.py", "reporter", *hall_of, str(size.uploads)))


@contextmanager
def _going_on(name: str, command: list[str]) -> Iterator[Any]:
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end() -> Any:
        return json.loads(process.communicate("end\n", timeout=PATIENCE)[0] or "null")

    try:
        yield name, end
    finally:
        process.kill()
        process.wait()


@contextmanager
def _watched(process: int) -> Iterator[dict[str, list[float]]]:
    """Megabytes that the server holds, and it with whatever it started, twice a second from now on."""
    held: dict[str, list[float]] = {"server": [memory(process, alone=True)], "all": [memory(process)]}
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            held["server"].append(memory(process, alone=True))
            held["all"].append(memory(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield held
    finally:
        stop.set()
        watcher.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
