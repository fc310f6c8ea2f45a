"""The worker process beside the server: started with it, started again when it dies or hangs, stopped with it.

The server rings through the worker's standard input; the worker's beats come back through its standard output. So no
row of any table says when somebody voted.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from shuping.box.waking import AGAIN, LOOK

COMMAND = (sys.executable, "-m", "shuping.worker")
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a worker that died is started again, doubled each time
BEGIN, SILENCE = 60.0, 10.0  # seconds until the first beat, and between two, before it is taken for hung
WAITS = 60.0  # seconds after which a ballot that is not yet in the box is an ailment
MANY, LATELY = 3, 300.0  # so many ends in so many seconds are an ailment
PATIENT = 5  # the site answers first, the box is checked beside it


class Worker:
    """Keeps one worker process alive for as long as the `with` lasts."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.changing = threading.Lock()
        self.ends: list[float] = []
        self.heard = 0.0
        self.since: float | None = None  # since when the oldest ballot waits
        self.hung = False
        self.process = self._start()
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def ring(self, what: bytes = LOOK) -> None:
        """Wake it: a ballot was stored. Never waits and never fails; the worker also looks by itself."""
        if self.since is None:
            self.since = time.monotonic()
        # Full: it is awake already. Broken: it is being started again, and then looks by itself.
        with self.changing, contextlib.suppress(OSError, ValueError):
            assert self.process.stdin
            os.write(self.process.stdin.fileno(), what)

    def ailment(self) -> Any:
        """What is wrong with the process; empty when nothing is."""
        if len(self._lately()) >= MANY:
            words = {"number": len(self.ends)}
            return _("The process that checks ballots ended %(number)d times within minutes: see the log.") % words
        if self.hung:
            return _("The process that checks ballots did not answer and is being replaced.")
        if self.process.poll() is not None:
            return _("The process that checks ballots has stopped and is being started again.")
        return ""

    def waits(self) -> Any:
        """Whether a ballot waits too long to be put into the box; empty when none does."""
        since = self.since
        if since is None or time.monotonic() - since < WAITS:
            return ""
        return _("A ballot has been waiting for more than a minute to be put into the box.")

    def _start(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shuping.box.settings"}
        process = subprocess.Popen(COMMAND, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert process.stdin
        os.set_blocking(process.stdin.fileno(), False)
        self.heard = time.monotonic() + BEGIN - SILENCE
        return process

    def _watch(self) -> None:
        while not self.stopping.is_set():
            self._listen()
            self.process.wait()
            self.ends.append(time.monotonic())
            pause = min(PAUSE * 2 ** (len(self._lately()) - 1), LONGEST_PAUSE)
            self.stopping.wait(pause)
            with self.changing:
                if not self.stopping.is_set():
                    _close(self.process)
                    self.process = self._start()

    def _listen(self) -> None:
        """Hear its beats until it ends; one that is silent too long is ended."""
        assert self.process.stdout
        beats = select.poll()
        beats.register(self.process.stdout, select.POLLIN)
        while not self.stopping.is_set():
            if beats.poll(1000):
                said = os.read(self.process.stdout.fileno(), 65_536)
                if not said:
                    return
                self._hear(said)
            elif time.monotonic() - self.heard > SILENCE:
                self.hung = True
                self.process.kill()
                return

    def _hear(self, said: bytes) -> None:
        self.heard, self.hung = time.monotonic(), False
        with contextlib.suppress(ValueError, IndexError):
            waited = float(said.split()[-1])
            self.since = time.monotonic() - waited if waited else None

    def _lately(self) -> list[float]:
        now = time.monotonic()
        self.ends = [end for end in self.ends if now - end < LATELY]
        return self.ends

    def __enter__(self) -> Self:
        self.watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changing:
            self.stopping.set()
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGCONT)  # a stopped one could not end
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.watcher.join()
        _close(self.process)


def _close(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


# --- in the process itself ----------------------------------------------------------------------------------------


class Bell:
    """Hears the server's bell, and leaves when the server is gone: killed, it cannot say so, but the pipe closes."""

    def __init__(self) -> None:
        self.rung = threading.Event()
        self.said: set[int] = set()
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        while heard := os.read(sys.stdin.fileno(), 4096):
            self.said |= set(heard)
            self.rung.set()
        os._exit(1)

    def wait(self, seconds: float) -> bytes:
        """What was rung, at once or within so many seconds."""
        self.rung.wait(seconds)
        self.rung.clear()
        said, self.said = self.said, set()
        return bytes(said)


class Pulse:
    """Tells the server every now and then that all is well, and how long the oldest ballot waits."""

    EVERY: Final = 0.5

    def __init__(self) -> None:
        self.last = float("-inf")

    def __call__(self, waited: float) -> None:
        if time.monotonic() - self.last >= self.EVERY:
            self.last = time.monotonic()
            os.write(sys.stdout.fileno(), f"{waited:.1f}\n".encode())


def work() -> None:
    """Be the worker, until stopped or until the server is gone."""
    import django  # noqa: PLC0415 - only the worker's own process

    bell = Bell()
    os.nice(PATIENT)
    django.setup()
    from shuping.box import checker, tidying  # noqa: PLC0415 - needs Django set up

    checks = checker.Checker(Pulse())
    tidy, told = tidying.Tidying(), ""
    said = AGAIN
    while True:
        if AGAIN in said:
            checks.again()
            tidy.begin()
        told = _look(checks, tidy, told)
        said = bell.wait(checks.pause())


def _look(checks: Any, tidy: Any, told: str) -> str:
    """One look; when the database is away or full, the reason is told once, and the next look tries again."""
    from django.db import DatabaseError  # noqa: PLC0415 - needs Django set up

    try:
        checks.look()
        tidy.go_on()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[-1]
        if reason != told:
            print(f"The worker waits for the database: {reason}", file=sys.stderr)  # noqa: T201 - to the server's log
        checks.lost()
        checks.beat(checks.oldest())
        time.sleep(PAUSE)
        return reason
    return ""


if __name__ == "__main__":
    work()
