"""A private PostgreSQL 15: made with initdb in a folder of its own, on a unix socket, stopped and removed again."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from shuping.rehearsal.site import children

HOME = Path("/usr/lib/postgresql/15/bin")
OWNER = "postgres"  # made by Debian's package; initdb refuses root


def missing() -> str:
    """Why there can be no cluster here; empty when there can."""
    if not (HOME / "initdb").exists():
        return "PostgreSQL 15 is not installed: apt-get install --yes postgresql"
    return ""


# In CI it is never skipped: there a missing server has to be an error.
needed = pytest.mark.skipif(bool(missing()) and "CI" not in os.environ, reason=missing())


class Cluster:
    """A running cluster that can be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.more: dict[str, str] = {}  # of the environment of a server that is started
        self.owner = OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        folder.chmod(0o755)
        self._run("initdb", "--pgdata", self.data, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")

    def _run(self, program: str, *arguments: object) -> None:
        user = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        words = [str(HOME / program), *map(str, arguments)]
        # Into a file: the server would keep a pipe open for as long as it runs.
        environment = os.environ | self.more
        with tempfile.TemporaryFile() as told:
            done = subprocess.run(
                words, cwd=self.folder, env=environment, stdout=told, stderr=told, check=False, **user
            )
            told.seek(0)
            assert done.returncode == 0, told.read().decode()

    def start(self, *options: str) -> None:
        given = " ".join(["-c listen_addresses=", f"-c unix_socket_directories={self.folder}", *options])
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--log", self.folder / "log", "--options", given, "start")

    def stop(self, mode: str = "fast") -> None:
        """Mode "immediate" is as if it were killed: what is not in the write-ahead log is gone."""
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--mode", mode, "stop")

    def kill(self) -> None:
        """SIGKILL for every process of the server, as when the power goes."""
        first = int((self.data / "postmaster.pid").read_text("ascii").split()[0])
        pids = [first, *children(first)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while any(_runs(pid) for pid in pids) and time.monotonic() < until:
            time.sleep(0.02)
        # After a power cut nobody has the old number; here it may be kept by a process that nobody has waited for.
        for lock in (self.data / "postmaster.pid", *self.folder.glob(".s.PGSQL.*")):
            lock.unlink()

    def shared(self, name: str) -> Path:
        """A folder into which both the server and the tests write."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        return folder

    def ask(self, name: str, query: str) -> list[str]:
        """The lines that a query of the database `name` answers."""
        words = ["--no-psqlrc", "--tuples-only", "--no-align", f"--host={self.folder}", f"--username={self.owner}"]
        command = [str(HOME / "psql"), *words, f"--command={query}", name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database; returns the address for SHUPING_DATABASE_URL."""
        self._run("createdb", "--host", self.folder, f"--username={self.owner}", f"--template={template}", name)
        return f"postgresql://{self.owner}@{quote(str(self.folder), safe='')}/{name}"


def _runs(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False


@contextmanager
def running(*options: str) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="shuping-pg-"))
    try:
        cluster = Cluster(folder)
        cluster.start(*options)
        try:
            yield cluster
        finally:
            with contextlib.suppress(AssertionError):  # it may lie stopped already
                cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
