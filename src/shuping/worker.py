"""The worker process beside the server: started with it, started again when it dies, stopped with it."""

import os
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Self

PAUSE = 1.0  # seconds before a worker that died is started again
COMMAND = (sys.executable, "-m", "shuping.worker")
# The site that starts it has just been checked; to check it again would load every page and paper in here.
WORK = ["django", "db_worker", "--interval", "0.3", "--skip-checks"]
PATIENT = 5  # the site answers first, the box is checked beside it


class Worker:
    """Keeps one worker process alive for as long as the `with` lasts."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.process = self._start()
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shuping.settings"}
        return subprocess.Popen(COMMAND, env=environment, stdin=subprocess.PIPE)

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self.process.wait()
            if not self.stopping.wait(PAUSE):
                self.process = self._start()

    def __enter__(self) -> Self:
        self.watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def work() -> None:
    """Be the worker, until stopped or until the server is gone: two of them would undo each other's tasks."""
    import django  # noqa: PLC0415 - only the worker's own process
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    threading.Thread(target=_leave_with_the_server, daemon=True).start()
    os.nice(PATIENT)
    django.setup()
    _take_up_what_was_left()
    execute_from_command_line(WORK)


def _take_up_what_was_left() -> None:
    # Whoever died in mid-check left ballots that nobody else would ask for before the next voter comes.
    from django.db import OperationalError  # noqa: PLC0415 - needs Django set up

    from shuping.ballots import casting  # noqa: PLC0415

    try:
        casting.wake_worker()
    except OperationalError as error:
        # The server starts a worker again every second; the reason is told once each time, without a page of lines.
        sys.exit(f"The worker waits for the database: {str(error).strip().splitlines()[-1]}")


def _leave_with_the_server() -> None:
    # The server holds the other end and never writes; killed, it cannot say goodbye, but the pipe closes.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    work()
