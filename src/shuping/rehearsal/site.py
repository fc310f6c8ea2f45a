"""The real server, started and stopped for a rehearsal."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx

PATIENCE = 60.0  # seconds until the server has to answer


class ServerFailed(Exception):
    """The server did not start, or stopped on its own."""


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken_port(address: str) -> None:
    """Raise ServerFailed with a sentence when something answers at the address."""
    parts = urlsplit(address)
    with socket.socket() as probe:
        if probe.connect_ex((parts.hostname or "", parts.port or 80)) == 0:
            raise ServerFailed(
                f"Another program already listens at {address}. Stop it, or choose another address with "
                f"SHUPING_ADDRESS=http://127.0.0.1:{free_port()}"
            )


@contextmanager
def running(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`shuping serve` on the folder and address that are set; what it says goes to `log`.

    Raises ServerFailed when somebody else listens at the address already.
    """
    refuse_taken_port(os.environ["SHUPING_ADDRESS"])
    with log.open("wb") as out:
        command = [sys.executable, "-m", "shuping.cli", "serve"]
        server = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until_it_answers(server, log)
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def wait_until_it_answers(server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the site answers. Raises ServerFailed with the end of its log."""
    address = os.environ["SHUPING_ADDRESS"]
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with suppress(httpx.TransportError):
            httpx.get(f"{address}/health", trust_env=False)  # whether it is well is not the question
            return
        time.sleep(0.2)
    raise ServerFailed(f"The server does not answer at {address}:\n{log.read_text('utf-8')[-2000:]}")


def memory(server: subprocess.Popen[bytes]) -> float:
    """What the server and its worker hold, in megabytes (proportional set size, Linux)."""
    return sum(_held(pid) for pid in [server.pid, *children(server.pid)])


def children(pid: int) -> list[int]:
    """The processes that any thread of a process started and that still run (Linux)."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in lists for child in file.read_text("ascii").split()]


def _held(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
