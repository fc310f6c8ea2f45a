"""A hall on disk: a data folder with an open ballot, and sealed ballots in a file; made once, copied for each trial.

Run as a program it fills the folder that SHUPING_DATA names.
"""

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
SPREAD = 5  # answers


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_", "PYTEST"))}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return clean | {"SHUPING_DATA": str(folder), "PYTHONPATH": paths, "SHUPING_LANGUAGE": "en"} | more


@dataclass
class Made:
    """A hall that lies ready: its folder, its ballot's address, its sealed ballots (one per slip, then re-votes)."""

    folder: Path
    identifier: str
    meeting_topic: str
    ballots: list[bytes]


def make(folder: Path, *, slips: int, ballots: int, rows: int = 2, revote: bool = True, url: str = "") -> Made:
    """Set up an open ballot and seal so many ballots with both cores, in a process of its own."""
    more = {"SHUPING_DATABASE_URL": url} if url else {}
    words = [str(slips), str(ballots), str(rows), str(int(revote))]
    command = [sys.executable, "-m", "tests.faults.halls", *words]
    subprocess.run(command, cwd=ROOT, env=environment(folder, **more), check=True)
    return load(folder)


def load(folder: Path) -> Made:
    told = json.loads((folder / "hall.json").read_text("utf-8"))
    return Made(folder, told["identifier"], told["topic"], [line.encode() for line in told["ballots"]])


def copy(made: Made, target: Path) -> Path:
    """A fresh copy of a hall that nobody serves."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(made.folder, target, ignore=shutil.ignore_patterns("hall.json", "lock"))
    return target


class Site:
    """`shuping serve` on a folder and a free port, in a process group of its own, so that a cut takes all of it."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        self.folder, self.port = folder, port
        self.environment = environment(folder, SHUPING_LISTEN=f"127.0.0.1:{port}", **more)
        self.process: subprocess.Popen[bytes] | None = None
        self.program: list[str] = ["-m", "shuping.cli", "serve"]
        self.log = folder.parent / f"{folder.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *self.program],
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False).is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"The site does not answer:\n{self.log.read_text('utf-8')[-3000:]}")

    def kill(self) -> None:
        """SIGKILL for the server alone, as the kernel would: its worker has to notice by itself."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def cut(self) -> None:
        """Everything of the site at once, as a power cut."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.cut()


@contextmanager
def serving(folder: Path, port: int, **more: str) -> Iterator[Site]:
    site = Site(folder, port, **more)
    site.start()
    try:
        yield site
    finally:
        if site.process and site.process.poll() is None:
            site.stop()


def stored(folder: Path) -> list[str]:
    """The trackers of all ballots in the database, as another program reads them. Asserts that the file is whole."""
    with closing(sqlite3.connect(folder / "shuping.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in database.execute("SELECT tracker FROM shuping_castballot")]


def in_the_box(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / 'shuping.sqlite3'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM shuping_castballot WHERE state = 'in_box'").fetchone()[0])


def _seal(task: tuple[str, str, str, int]) -> str:
    import ballotbox  # noqa: PLC0415 - in the processes that seal

    election_raw, identifier, slip, number = task
    election = ballotbox.Election.parse(election_raw.encode())
    rows = range(len(election.questions))
    marks = [[int(place == (number + row) % SPREAD) for place in range(SPREAD)] for row in rows]
    return ballotbox.encrypt_ballot(election, identifier, slip, marks).decode()


def _fill(slips: int, ballots: int, rows: int, *, revote: bool) -> None:
    import django  # noqa: PLC0415 - the folder is set by now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    from shuping.ballots import actions  # noqa: PLC0415
    from tests.ballots import halls  # noqa: PLC0415
    from tests.builders import NOW  # noqa: PLC0415

    hall = halls.prepare(text=halls.scheme(revote=str(revote).lower()), entries=rows)
    halls.take_trustees(hall)
    halls.take_slips(hall, {"A": slips, "B": 10})
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    raw, identifier = hall.part("A").election_raw, hall.ballot.identifier
    tasks = [(raw, identifier, hall.slips["A"][number % slips], number) for number in range(ballots)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        sealed = []
        for one in pool.imap(_seal, tasks, chunksize=10):
            sealed.append(one)
            if len(sealed) % 200 == 0:
                print(f"  sealed {len(sealed)} of {ballots}", file=sys.stderr, flush=True)
    told = {"identifier": identifier, "topic": f"ballot-{hall.ballot.pk}", "ballots": sealed}
    (Path(os.environ["SHUPING_DATA"]) / "hall.json").write_text(json.dumps(told), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
    numbers = [int(word) for word in sys.argv[1:]]
    _fill(*numbers[:3], revote=bool(numbers[3]))
