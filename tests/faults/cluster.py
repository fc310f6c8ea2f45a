"""A private PostgreSQL 15: made with initdb in a folder of its own, on a unix socket, stopped and removed again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

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
        self.owner = OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        folder.chmod(0o755)
        self._run("initdb", "--pgdata", self.data, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")

    def _run(self, program: str, *arguments: object) -> None:
        user = {"user": OWNER, "group": OWNER, "extra_groups": []} if os.geteuid() == 0 else {}
        words = [str(HOME / program), *map(str, arguments)]
        # Into a file: the server would keep a pipe open for as long as it runs.
        with tempfile.TemporaryFile() as told:
            done = subprocess.run(words, cwd=self.folder, stdout=told, stderr=told, check=False, **user)
            told.seek(0)
            assert done.returncode == 0, told.read().decode()

    def start(self, *options: str) -> None:
        given = " ".join(["-c listen_addresses=", f"-c unix_socket_directories={self.folder}", *options])
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--log", self.folder / "log", "--options", given, "start")

    def stop(self, mode: str = "fast") -> None:
        """Mode "immediate" is as if it were killed: what is not in the write-ahead log is gone."""
        self._run("pg_ctl", "--pgdata", self.data, "--wait", "--mode", mode, "stop")

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


@contextmanager
def running(*options: str) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="shuping-pg-"))
    try:
        cluster = Cluster(folder)
        cluster.start(*options)
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
