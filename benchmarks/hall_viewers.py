"""Two thousand phones on the page "now" while two thousand ballots arrive: how soon a change reaches them, what they
cost, and a restart.

Streams and voters are processes of their own on loopback (`--quick`: 200 phones, 100 ballots). Promised: a change is
there at p99 within 0.5 s, also during the vote; the server's threads do not grow with viewers, its memory by 40 MB at
most; after a restart all are back within 5 s. The last line is JSON. Exit status 1 when a promise does not hold.
"""

import json
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import hall
import hall_burst
from report import memory, promise, tell
from tests.faults import halls

VIEWERS, QUICK = 2000, 200
CHANGES, GAP = 12, 1.5  # how many changes, seconds between two
OVER = 60  # seconds over which the ballots arrive
SOON, SOON_ANSWERED, MORE, BACK = 500, 500, 40, 5.0  # milliseconds, milliseconds, megabytes, seconds
FEW = 10  # viewers before the many come
PATIENCE = 60.0


class Phones:
    """The process of the streams."""

    def __init__(self, made: halls.Made, port: int, number: int) -> None:
        path = f"/live/?page=/now/{made.meeting}/"
        command = [sys.executable, str(Path(__file__).with_name("viewers.py")), "127.0.0.1", str(port), path]
        self.number = number
        self.process = subprocess.Popen(
            [*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
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
    with hall.setting("Phones that follow the meeting.", arguments) as setting:
        number = QUICK if setting.quick else VIEWERS
        voters = 100 if setting.quick else hall_burst.VOTERS
        made = halls.make(setting.place / "made", slips=voters, ballots=voters, rows=hall_burst.ROWS, revote=False)
        figures = measure(made, setting.place / "data", number, 10 if setting.quick else OVER)
    promises = {
        "late_p99_ms": promise(figures["late_p99_ms"], SOON),
        "late_in_the_vote_p99_ms": promise(figures["late_in_the_vote_p99_ms"], SOON),
        "answered_in_the_vote_p99_ms": promise(figures["answered_in_the_vote_p99_ms"], SOON_ANSWERED),
        "threads_more": promise(figures["threads_more"], 0),
        "memory_more_mb": promise(figures["memory_more_mb"], MORE),
        "back_after_restart_s": promise(figures["back_after_restart_s"], BACK),
    }
    return tell("hall_viewers", {"viewers": number, "voters": voters, **figures}, promises)


def measure(made: halls.Made, folder: Path, number: int, over: int) -> dict[str, Any]:
    """Changes before the eyes of few and of many, then during a vote, then a restart."""
    trial = made.trial(folder)
    with trial.serving() as site:
        assert site.process
        few = Phones(made, site.port, FEW)
        few.wait()
        change(few, made, folder, 2)
        before = (threads(site.process.pid), memory(site.process.pid))
        phones = Phones(made, site.port, number)
        hall.say(f"{number} phones connected in {phones.wait():.1f} s")
        late = change(phones, made, folder, CHANGES)
        after = (threads(site.process.pid), memory(site.process.pid))
        few.end()
        hall.say("the vote")
        with ThreadPoolExecutor(1) as pool:
            voting = pool.submit(hall_burst.votes, made, site.port, over)
            late_then = change(phones, made, folder, int(over / GAP) - 2)
            answered = sorted(voting.result()["seconds"])
        site.cut()
        site.start()
        back = phones.wait()
        again = change(phones, made, folder, 2)
    phones.end()
    return {
        "late_p50_ms": at(late, 0.5),
        "late_p99_ms": at(late, 0.99),
        "late_max_ms": at(late, 1),
        "late_in_the_vote_p99_ms": at(late_then, 0.99),
        "late_in_the_vote_max_ms": at(late_then, 1),
        "answered_in_the_vote_p99_ms": at(answered, 0.99),
        "threads_more": after[0] - before[0],
        "memory_more_mb": round(after[1] - before[1], 1),
        "back_after_restart_s": round(back, 1),
        "late_after_restart_max_ms": at(again, 1),
    }


def at(seconds: list[float], share: float) -> int:
    """Milliseconds below which a share of the values lies."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000)


def change(phones: Phones, made: halls.Made, folder: Path, times: int) -> list[float]:
    """Change what the page says of the meeting; how many seconds later each phone had each change."""
    time.sleep(GAP)
    phones.ask("clear")
    marks = []
    for turn in range(times):
        _announce(folder, made.meeting, f"{turn} {time.monotonic()}")
        marks.append(time.monotonic())
        time.sleep(GAP)
    late: list[float] = phones.ask(f"late {' '.join(str(mark) for mark in marks)}")["late"]
    return late


def _announce(folder: Path, meeting: int, words: str) -> None:
    """As the desk does when it adjourns, in one transaction."""
    with closing(sqlite3.connect(folder / "shuping.sqlite3", timeout=30)) as database, database:
        database.execute(
            "UPDATE shuping_meeting SET adjourned_at = datetime('now'), adjourned_for = ? WHERE id = ?",
            (words, meeting),
        )
        database.execute(
            "INSERT INTO shuping_signal (topic, version) VALUES (?, 1) "
            "ON CONFLICT (topic) DO UPDATE SET version = version + 1",
            (f"meeting-{meeting}",),
        )


def threads(process: int) -> int:
    """How many threads a process has (Linux)."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
