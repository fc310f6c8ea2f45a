"""One server on one data folder and on one database: whoever changes what both hold has them to itself.

The folder is held by a lock on a file, the database on PostgreSQL by an advisory lock of a session that does nothing
else. The session is kept alive, and the lock taken again when it is lost; should another server have taken it
meanwhile, `lost` says so.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from shuping.core import datafolder
from shuping.core.locks import Lock

LOCK = int(Lock.SERVER)
EVERY = 2.0  # seconds between two looks at the session
# A machine that died is noticed by the database, and a database that died by us, within half a minute.
SESSION = "-c idle_session_timeout=0 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
CLIENT = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}


class DatabaseInUse(datafolder.CannotWork):
    """Another server, on another folder or machine, already works on the database."""


class DatabaseAway(datafolder.CannotWork):
    """The database does not answer, or not to this account."""


def away(error: Exception) -> DatabaseAway:
    """What to raise when PostgreSQL does not answer; the error's first line says why."""
    why = str(error).strip().partition("\n")[0]
    return DatabaseAway(
        f"数据库没有响应（{why}）。请启动数据库，或更正 SHUPING_DATABASE_URL。 / The database does not answer "
        f"({why}). Start it, or correct SHUPING_DATABASE_URL."
    )


@contextmanager
def held(folder: Path) -> Iterator["Session | None"]:
    """Hold a data folder and its database. Raises FolderInUse, DatabaseInUse or DatabaseAway."""
    with datafolder.hold(folder):
        if not datafolder.on_postgresql(folder):
            yield None
            return
        with Session(datafolder.database(folder)) as session:
            yield session


class Session:
    """A session on PostgreSQL that holds the database's advisory lock for as long as the `with` lasts."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given, self.lost = given, False
        self.stopping = threading.Event()
        self.keeper = threading.Thread(target=self._keep, name="sole", daemon=True)
        self.connection: Any = None

    def __enter__(self) -> Self:
        import psycopg  # noqa: PLC0415 - only where the database is PostgreSQL

        try:
            taken = self._take()
        except psycopg.OperationalError as error:
            raise away(error) from error
        if not taken:
            self.connection.close()
            name = datafolder.called(self.given)
            raise DatabaseInUse(
                f"已有述评服务在使用数据库（{name}）。请先停止它，或将 SHUPING_DATABASE_URL 设为其他数据库。 / "
                f"Another Shuping server already works on the database ({name}). Stop it first, or set "
                "SHUPING_DATABASE_URL to another one."
            )
        self.keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.keeper.join()
        self.connection.close()

    def _take(self) -> bool:
        """Open the session and try the lock."""
        import psycopg  # noqa: PLC0415

        connect: Any = psycopg.connect
        given = {name: self.given[name.upper()] or None for name in ("host", "port", "user", "password")}
        self.connection = connect(
            dbname=self.given["NAME"],
            autocommit=True,
            connect_timeout=5,
            options=SESSION,
            application_name="shuping",
            **given,
            **CLIENT,
        )
        return bool(self.connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0])

    def _keep(self) -> None:
        while not self.stopping.wait(EVERY):
            self.lost = not self._still_holds()

    def _still_holds(self) -> bool:
        """Whether the lock is ours, taken again where the session broke. While the database is away nobody has it."""
        import psycopg  # noqa: PLC0415

        try:
            if not self.lost:
                self.connection.execute("SELECT 1")
                return True
        except psycopg.Error:
            pass
        try:
            self.connection.close()
            return self._take()
        except psycopg.Error:
            return not self.lost

    def ailment(self) -> Any:
        """A sentence when another server has taken the database; else an empty one."""
        if not self.lost:
            return ""
        return _("Another server works on the same database: stop one of the two.")
