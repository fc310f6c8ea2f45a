"""What the benchmarks of the hall share: a ballot open for any number of voters, sealed ballots, a real server.

The ballot is set up by the same actions as a real one (the helpers of the tests), in a data folder of its own. Ballots
are sealed beforehand by the program of the booth's protocol, on every core. Everything goes to loopback only.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from report import ROOT

import ballotbox
from shuping.rehearsal.site import free_port

sys.path.insert(0, str(ROOT))
ENTRIES, ANSWERS = 18, 5
PATIENCE = 60.0  # seconds until a server has to answer


@dataclass(frozen=True)
class Hall:
    """An open ballot: its identifier, its meeting, and the slips as (category, private credential)."""

    identifier: str
    meeting: int
    slips: list[tuple[str, str]]
    elections: dict[str, bytes]

    @property
    def cast(self) -> str:
        """The address to which a booth sends its ballot."""
        return f"/v/{self.identifier}/cast"


def settle(folder: Path, database: str = "") -> str:
    """Set the environment for a data folder and a free port; returns the address."""
    address = f"127.0.0.1:{free_port()}"
    os.environ |= {
        "SHUPING_DATA": str(folder),
        "SHUPING_ADDRESS": f"http://{address}",
        "SHUPING_LISTEN": address,
        "SHUPING_DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "shuping.settings",
    }
    return f"http://{address}"


def open_ballot(voters: int, entries: int = ENTRIES) -> Hall:
    """A year in its meeting whose ballot is open for `voters` slips in two categories. Once in a process."""
    import django  # noqa: PLC0415 - the environment names its folder only now
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from tests.ballots import halls  # noqa: PLC0415
    from tests.builders import NOW  # noqa: PLC0415
    from tests.meetings.halls import make_meeting  # noqa: PLC0415

    from shuping.ballots import actions, queries  # noqa: PLC0415

    hall = halls.prepare(entries=entries)
    meeting = make_meeting(hall.world)
    halls.take_trustees(hall)
    halls.take_slips(hall, {"A": voters - voters // 2, "B": voters // 2})
    actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    elections = {code: queries.election_of(hall.part(code)).raw for code in "AB"}
    slips = [(code, slip) for code, listed in hall.slips.items() for slip in listed]
    return Hall(hall.ballot.identifier, meeting.pk, slips, elections)


def seal_all(hall: Hall, number: int | None = None, *, rounds: int = 1) -> list[bytes]:
    """A sealed ballot for each slip (`rounds` different ones), made on every core; tells how far it is."""
    asked = [
        (hall.elections[code], hall.identifier, slip, place + turn)
        for turn in range(rounds)
        for place, (code, slip) in enumerate(hall.slips[:number])
    ]
    found = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for sealed in pool.map(_seal, asked, chunksize=10):
            found.append(sealed)
            if len(found) % 200 == 0:
                say(f"sealed {len(found)} of {len(asked)}")
    return found


def _seal(asked: tuple[bytes, str, str, int]) -> bytes:
    raw, identifier, slip, seed = asked
    election = ballotbox.Election.parse(raw)
    number = len(election.questions)
    marks = [[int((seed + row) % ANSWERS == place) for place in range(ANSWERS)] for row in range(number)]
    return ballotbox.encrypt_ballot(election, identifier, slip, marks)


def say(words: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


@contextmanager
def serving(log: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`shuping serve` on the folder that is set; stopped at the end, if it still runs."""
    with log.open("ab") as out:
        server = start(out, **more)
        try:
            yield server
        finally:
            stop(server)


def start(out: Any, **more: str) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers. Raises TimeoutError."""
    command = [sys.executable, "-m", "shuping.cli", "serve"]
    environment = {**os.environ, **more}
    server = subprocess.Popen(
        command, cwd=ROOT / "src", env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
    )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(os.environ["SHUPING_ADDRESS"] + "/health", trust_env=False).is_success:
                return server
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError("The server does not answer.")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; kill it with everything it started when it does not."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            kill(server)


def kill(server: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the server and everything it started, at once."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
