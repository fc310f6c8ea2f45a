"""The worker process beside the server: started with it, started again when it dies, stopped with it."""

import os
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Self

PAUSE = 1.0  # seconds before a worker that died is started again
COMMAND = (sys.executable, "-m", "django", "db_worker", "--interval", "0.3", "--verbosity", "0")


class Worker:
    """Keeps one worker process alive for as long as the `with` lasts."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.process = self._start()
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shuping.settings"}
        return subprocess.Popen(COMMAND, env=environment)

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
