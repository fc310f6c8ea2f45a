"""Two thousand phones on the page "now": how soon a change reaches them, what they cost, and a restart.

Streams from a second process on loopback. Promised: a change is there at p99 within 0.5 s; the server's threads do not
grow with viewers, its memory by 40 MB at most; after a restart all are back within 5 s. The last line is JSON. Exit
status 1 when a promise does not hold. `--quick` takes 200 phones.
"""

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

VIEWERS, QUICK = 2000, 200
CHANGES, GAP = 12, 1.5  # how many changes, seconds between two
SOON, MORE, BACK = 500, 40, 5.0  # milliseconds, megabytes, seconds
FEW = 10  # viewers before the many come
PATIENCE = 60.0


class Phones:
    """The second process."""

    def __init__(self, address: str, path: str, number: int) -> None:
        parts = urlsplit(address)
        command = [sys.executable, str(Path(__file__).with_name("viewers.py")), str(parts.hostname), str(parts.port)]
        self.number = number
        self.process = subprocess.Popen(
            [*command, path, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, words: str) -> dict[str, Any]:
        """Ask and read the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def wait(self) -> float:
        """Wait until all are connected; seconds from the first to the last. Raises TimeoutError."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            answer = self.ask("open")
            if answer["open"] == self.number:
                return float(answer["took"])
            time.sleep(0.05)
        raise TimeoutError("Not every phone got its stream.")

    def end(self) -> None:
        """Close every stream."""
        self.process.kill()
        self.process.wait()


def main(arguments: list[str]) -> int:
    number = QUICK if "--quick" in arguments else VIEWERS
    with tempfile.TemporaryDirectory(prefix="shuping-viewers-") as folder:
        (Path(folder) / "data").mkdir()
        address = hall.settle(Path(folder) / "data")
        meeting = hall.open_ballot(20, entries=18).meeting
        path = f"/live/?topic=meeting-{meeting}&topic=cycle-1&page=/now/{meeting}/"
        figures = measure(Path(folder) / "server.log", address, meeting, path, number)
    promises = {
        "late_p99_ms": promise(figures["late_p99_ms"], SOON),
        "threads_more": promise(figures["threads_more"], 0),
        "memory_more_mb": promise(figures["memory_more_mb"], MORE),
        "back_after_restart_s": promise(figures["back_after_restart_s"], BACK),
    }
    return tell("hall_viewers", {"viewers": number, **figures}, promises)


def measure(log: Path, address: str, meeting: int, path: str, number: int) -> dict[str, Any]:
    """Changes before the eyes of few and of many, then a restart."""
    with hall.serving(log) as server:
        few = Phones(address, path, FEW)
        few.wait()
        change(few, meeting, 2)
        before = (threads(server.pid), memory(server.pid))
        phones = Phones(address, path, number)
        hall.say(f"{number} phones connected in {phones.wait():.1f} s")
        late = change(phones, meeting, CHANGES)
        after = (threads(server.pid), memory(server.pid))
        few.end()
    with hall.serving(log):
        back = phones.wait()
        again = change(phones, meeting, 2)
    phones.end()
    return {
        "late_p50_ms": round(hall.percentile(late, 0.5) * 1000),
        "late_p99_ms": round(hall.percentile(late, 0.99) * 1000),
        "late_max_ms": round(max(late) * 1000),
        "threads_more": after[0] - before[0],
        "memory_more_mb": round(after[1] - before[1], 1),
        "back_after_restart_s": round(back, 1),
        "late_after_restart_max_ms": round(max(again) * 1000),
    }


def change(phones: Phones, meeting: int, times: int) -> list[float]:
    """Announce changes of the meeting; how many seconds later each phone had each of them."""
    from shuping.core import clock, live  # noqa: PLC0415 - Django is set up by now
    from shuping.meetings.models import Meeting  # noqa: PLC0415

    time.sleep(GAP)
    phones.ask("clear")
    marks = []
    for turn in range(times):
        Meeting.objects.filter(pk=meeting).update(adjourned_at=clock.now(), adjourned_for=f"Change {turn}")
        marks.append(time.monotonic())
        live.announce(f"meeting-{meeting}")
        time.sleep(GAP)
    late: list[float] = phones.ask(f"late {' '.join(str(mark) for mark in marks)}")["late"]
    return late


def threads(process: int) -> int:
    """How many threads a process has (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
