"""A hall on disk: a data folder with an open ballot, and sealed ballots in a file; made once, copied for each trial.

Run as a program it fills the folder that SHUPING_DATA names.
"""

import contextlib
import itertools
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
from typing import Any

import httpx

from shuping.core import datafolder
from shuping.rehearsal.site import free_port
from tests.faults.cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
SPREAD = 5  # answers
LEAST = 10  # slips below which the ballot of a category is not opened
NUMBERS = itertools.count(1)

# A server that acknowledges before the disk has it: the control without which a power cut proves nothing.
WEAKER = """
from django.conf import settings
options = settings.DATABASES[settings.BOX]["OPTIONS"]
if "init_command" in options:
    options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
else:
    options["options"] = "-c synchronous_commit=off"
from shuping import fitness, server
fitness.assert_safe = lambda: None
server.serve()
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_", "PYTEST"))}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return clean | {"SHUPING_DATA": str(folder), "PYTHONPATH": paths, "SHUPING_LANGUAGE": "en"} | more


@dataclass
class Made:
    """A hall that lies ready: its folder, its ballot's address, its meeting, its sealed ballots (one per slip, then
    re-votes), different ballots that are all of the first slip, what stands on the last slip, and the account of a
    reporter of another year, which is at its reports (cycle, username, password).
    """

    folder: Path
    identifier: str
    meeting: int
    ballots: list[bytes]
    of_one_slip: list[bytes]
    last_slip: str
    reporter: dict[str, Any]
    cluster: Cluster | None = None
    template: str = ""  # the database that each trial on PostgreSQL gets a copy of

    def trial(self, target: Path) -> "Trial":
        """A fresh copy of the hall that nobody serves yet; its database too, when that is on PostgreSQL."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target, ignore=shutil.ignore_patterns("hall.json", "lock"))
        if not self.cluster:
            return Trial(target)
        name = f"trial_{next(NUMBERS)}"
        return Trial(target, self.cluster, name, self.cluster.create(name, template=self.template))


@dataclass
class Trial:
    """One copy of a hall, to be served, killed and looked into."""

    folder: Path
    cluster: Cluster | None = None
    name: str = ""
    url: str = ""

    def site(self, **more: str) -> "Site":
        if self.url:
            more["SHUPING_DATABASE_URL"] = self.url
        return Site(self.folder, free_port(), **more)

    @contextmanager
    def serving(self, **more: str) -> Iterator["Site"]:
        site = self.site(**more)
        site.start()
        try:
            yield site
        finally:
            if site.process and site.process.poll() is None:
                site.stop()

    def rows(self, query: str) -> list[str]:
        """What another program reads in box and database, which are one for it."""
        if self.cluster:
            return self.cluster.ask(self.name, query)
        with closing(sqlite3.connect(self.folder / datafolder.BOX)) as database:
            database.execute("ATTACH ? AS site", [str(self.folder / datafolder.SITE)])
            return ["|".join(map(str, row)) for row in database.execute(query)]

    def stored(self) -> list[str]:
        """The trackers of all ballots. Asserts that a file is whole."""
        if not self.cluster:
            assert self.rows("PRAGMA integrity_check") == ["ok"]
        return self.rows("SELECT tracker FROM box_sealed")

    def in_the_box(self) -> int:
        return int(self.rows("SELECT count(*) FROM box_sealed WHERE state = 'in_box'")[0])

    def wait_for_the_box(self, number: int, patience: float) -> float:
        """Seconds until so many ballots are verified and in the box; tells how far it is. Gives up at `patience`."""
        begun = time.monotonic()
        while (found := self.in_the_box()) < number and time.monotonic() < begun + patience:
            print(f"  in the box: {found} of {number}", file=sys.stderr, flush=True)
            time.sleep(1)
        return round(time.monotonic() - begun, 1)


def make(
    folder: Path,
    *,
    slips: int,
    ballots: int,
    of_one_slip: int = 0,
    rows: int = 2,
    revote: bool = True,
    cluster: Cluster | None = None,
) -> Made:
    """Set up an open ballot and seal so many ballots with both cores, in a process of its own."""
    template = f"hall_{next(NUMBERS)}" if cluster else ""
    more = {"SHUPING_DATABASE_URL": cluster.create(template)} if cluster else {}
    words = [str(number) for number in (slips, ballots, of_one_slip, rows, int(revote))]
    command = [sys.executable, "-m", "tests.faults.halls", *words]
    subprocess.run(command, cwd=ROOT, env=environment(folder, **more), check=True)
    made = load(folder)
    made.cluster, made.template = cluster, template
    return made


def load(folder: Path) -> Made:
    told = json.loads((folder / "hall.json").read_text("utf-8"))
    sealed = [line.encode() for line in told["ballots"]]
    number, more = told["number"], {name: told[name] for name in ("identifier", "meeting", "last_slip", "reporter")}
    return Made(folder, ballots=sealed[:number], of_one_slip=sealed[number:], **more)


class Site:
    """`shuping serve` on a folder and a free port, in a process group of its own, so that a cut takes all of it."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        self.folder, self.port = folder, port
        more.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
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
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{self.port}/health", trust_env=False)
                return
            time.sleep(0.05)
        raise AssertionError(f"The site does not answer:\n{self.log.read_text('utf-8')[-3000:]}")

    def run(self, *words: str) -> tuple[int, str]:
        """Another `shuping` command on the same folder; its exit code and what it said."""
        command = [sys.executable, "-m", "shuping.cli", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

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


def _seal(task: tuple[str, str, str, int]) -> str:
    import ballotbox  # noqa: PLC0415 - in the processes that seal

    election_raw, identifier, slip, number = task
    election = ballotbox.Election.parse(election_raw.encode())
    rows = range(len(election.questions))
    marks = [[int(place == (number + row) % SPREAD) for place in range(SPREAD)] for row in rows]
    return ballotbox.encrypt_ballot(election, identifier, slip, marks).decode()


def _sealed(tasks: list[tuple[str, str, str, int]]) -> list[str]:
    """Seal on both cores, and tell how far it is."""
    sealed = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for one in pool.imap(_seal, tasks, chunksize=10):
            sealed.append(one)
            if len(sealed) % 200 == 0:
                print(f"  sealed {len(sealed)} of {len(tasks)}", file=sys.stderr, flush=True)
    return sealed


def _fill(slips: int, ballots: int, of_one_slip: int, rows: int, *, revote: bool) -> None:
    import django  # noqa: PLC0415 - the folder is set by now

    from shuping.core import datafolder  # noqa: PLC0415

    os.umask(0o077)  # as the command line does
    datafolder.settle(datafolder.path())
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from shuping.box import making  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    making.make()
    from shuping.ballots import actions  # noqa: PLC0415
    from tests.ballots import halls  # noqa: PLC0415
    from tests.builders import NOW  # noqa: PLC0415
    from tests.meetings.halls import make_meeting  # noqa: PLC0415

    hall = halls.prepare(text=halls.scheme(revote=str(revote).lower()), entries=rows)
    halls.take_trustees(hall)
    halls.take_slips(hall, {"A": max(slips, LEAST), "B": LEAST})
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    raw, identifier = hall.part("A").election_raw, hall.ballot.identifier
    used = [number % slips for number in range(ballots)] + [0] * of_one_slip
    tasks = [(raw, identifier, hall.slips["A"][slip], number) for number, slip in enumerate(used)]
    told = {
        "identifier": identifier,
        "meeting": make_meeting(hall.world).pk,
        "number": ballots,
        "ballots": _sealed(tasks),
        "last_slip": hall.slips["A"][-1],
        "reporter": _reporter(),
    }
    (Path(os.environ["SHUPING_DATA"]) / "hall.json").write_text(json.dumps(told), "utf-8")


def _reporter() -> dict[str, Any]:
    from tests.builders import make_cycle  # noqa: PLC0415 - as above

    world, password = make_cycle("reporting"), "a-long-word-for-a-reporter"
    world.lin.set_password(password)
    world.lin.must_change_password = False
    world.lin.save()
    return {"cycle": world.cycle.pk, "username": world.lin.username, "password": password}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
    numbers = [int(word) for word in sys.argv[1:]]
    _fill(*numbers[:4], revote=bool(numbers[4]))
