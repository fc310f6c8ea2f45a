"""The background process beside the server: it makes what takes longer than a page (`core.jobs`).

It is started when something is asked for and leaves when nothing was for half a minute: nothing runs and nobody asks
for anything while there is nothing to do. Ballots never wait for it; they have a worker of their own.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

COMMAND = (sys.executable, "-m", "shuping.background")
IDLE = 30.0  # seconds without anything to do before it leaves
PAUSE = 5.0  # seconds before it is started again after it died, or the database after it was away
MOST_DEATHS = 3  # one after another, with nothing made between them: then what waits is given up
PATIENT = 10  # pages and ballots first


class Background:
    """Starts the process whenever something waits for it, for as long as the `with` lasts."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.wanted, self.stopping = threading.Event(), threading.Event()
        self.deaths = 0
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        from django_tasks.signals import task_enqueued  # noqa: PLC0415 - Django is set up once the server begins

        task_enqueued.connect(self._on_task)
        self.watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from django_tasks.signals import task_enqueued  # noqa: PLC0415

        task_enqueued.disconnect(self._on_task)
        self.stopping.set()
        self.wanted.set()
        if self.process is not None:
            self.process.kill()  # what it was making is told as broken off when the server begins again
        self.watcher.join(PAUSE)

    def _on_task(self, task_result: Any, **_: Any) -> None:
        if task_result.task.queue_name != _queue():
            return
        self.wanted.set()
        process = self.process
        if process is not None and process.stdin is not None:
            with suppress(OSError):  # it is just leaving: the watcher looks once more after that
                os.write(process.stdin.fileno(), b".")

    def _watch(self) -> None:
        from django.db import DatabaseError, connections  # noqa: PLC0415 - Django is set up once the server begins

        look = self._first_look
        while not self.stopping.is_set():
            self.wanted.clear()
            try:
                waits, until = look()
                look = _look
            except DatabaseError:  # it is away for a moment
                waits, until = False, PAUSE
            finally:
                connections.close_all()
            if waits:
                self._run()
            else:
                self.wanted.wait(until)

    def _first_look(self) -> tuple[bool, float | None]:
        _lose_strays()
        return _look()

    def _run(self) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shuping.settings"}
        self.process = subprocess.Popen(COMMAND, env=environment, stdin=subprocess.PIPE)
        died = self.process.wait() != 0
        self.process = None
        if died and not self.stopping.is_set():
            self._bury()
            self.stopping.wait(PAUSE)

    def _bury(self) -> None:
        from django.db import DatabaseError  # noqa: PLC0415 - Django is set up once the server begins

        with suppress(DatabaseError):
            self.deaths = 0 if _lose_what_ran() else self.deaths + 1
            if self.deaths >= MOST_DEATHS:
                self.deaths = 0
                _lose(_tasks())


def _look() -> tuple[bool, float | None]:
    """Whether anything waits; if not, after how many seconds something has to be cleaned (None: nothing)."""
    from django.utils import timezone  # noqa: PLC0415 - Django is set up once the server begins

    from shuping.core import jobs  # noqa: PLC0415

    if _tasks(status="READY").exists():
        return True, None
    left = jobs.clean(timezone.now())
    return False, None if left is None else left.total_seconds()


def _queue() -> str:
    from django.conf import settings  # noqa: PLC0415 - Django is set up once the server begins

    return str(settings.BACKGROUND)


def _tasks(**which: Any) -> Any:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - its table exists once Django is set up

    return DBTaskResult.objects.filter(queue_name=_queue(), **which)


def _lose(tasks: Any) -> int:
    from shuping.core import jobs  # noqa: PLC0415 - needs Django set up

    lost = [task["args"][0] for task in tasks.values_list("args_kwargs", flat=True)]
    jobs.lose(lost)
    tasks.delete()
    return len(lost)


def _lose_what_ran() -> int:
    """What runs in a process that is gone was broken off; it is told and not begun again."""
    return _lose(_tasks(status="RUNNING"))


def _lose_strays() -> None:
    """What an earlier server left: what it was making, and jobs whose task is in no queue any more."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 - its table exists once Django is set up

    from shuping.core import jobs  # noqa: PLC0415
    from shuping.core.models import Job  # noqa: PLC0415

    _lose_what_ran()
    queued = DBTaskResult.objects.filter(task_path=jobs.run.module_path).values_list("args_kwargs", flat=True)
    known = {task["args"][0] for task in queued}
    jobs.lose(set(Job.objects.filter(state__in=jobs.OPEN).values_list("pk", flat=True)) - known)


def work() -> None:
    """Be the process: make what waits, until nothing was asked for in a while or the server is gone."""
    import django  # noqa: PLC0415 - only the process itself

    asked = threading.Event()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    os.nice(PATIENT)
    django.setup()
    while True:
        asked.clear()
        _make_what_waits()
        if not asked.wait(IDLE):
            return


def _listen(asked: threading.Event) -> None:
    # The server writes when something is asked for; killed, it cannot say goodbye, but the pipe closes.
    while os.read(sys.stdin.fileno(), 1024):
        asked.set()
    os._exit(1)


def _make_what_waits() -> None:
    from django.core.management import call_command  # noqa: PLC0415 - needs Django set up

    call_command("db_worker", queue_name=_queue(), interval=0, batch=True, startup_delay=False, skip_checks=True)
    # When whoever asked for what is nobody's business any longer.
    _tasks().exclude(status__in=("READY", "RUNNING")).delete()


if __name__ == "__main__":
    work()
