"""`shuping serve`: one web server and one worker on one data folder."""

import contextlib
import ctypes
import os
import signal
import sys
from types import FrameType

from django.conf import settings

from shuping.core import datafolder, soundness
from shuping.worker import Worker

ARENAS, TRIM = (-8, 1), (-1, 128 * 1024)  # mallopt(3): M_ARENA_MAX; M_TRIM_THRESHOLD, bytes
PATIENCE = 10  # seconds that requests under way have when the server is asked to stop


class UnsafeDatabase(Exception):
    """The database is not set so that an acknowledged ballot survives a power cut and bears no time."""


class DatabaseAway(Exception):
    """The database does not answer, or not to this account."""


UNFIT = (UnsafeDatabase, DatabaseAway, soundness.NetworkFolder)


def serve() -> int:
    """Serve until stopped. Returns 0, or 1 with a sentence when the folder is in use or the database is not safe."""
    # Whoever stops the server, by Ctrl+C or by a signal, stops its worker with it; what it keeps is nobody else's.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(0o077)
    try:
        held = datafolder.hold(settings.DATA)
    except datafolder.FolderInUse as error:
        print(error, file=sys.stderr)
        return 1
    _give_memory_back()
    with held:
        try:
            prepare()
        except UNFIT as error:
            print(error, file=sys.stderr)
            return 1
        with Worker():
            _listen()
    return 0


def _give_memory_back() -> None:
    # After a large paper glibc would keep a seventh of the server's memory for each thread's next one.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option in (ARENAS, TRIM):
            mallopt(*option)


def prepare() -> None:
    """Set Django up and bring the database to this version. Raises UnsafeDatabase when it would lose what is
    acknowledged, NetworkFolder when SQLite would lie on a disk that is not this machine's, and DatabaseAway.
    """
    import django
    from django.core.management import call_command
    from django.db import OperationalError

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        soundness.refuse_network_folder(settings.DATA)
    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        assert_safe()
    except OperationalError as error:
        why = str(error).strip().partition("\n")[0]
        raise DatabaseAway(
            f"The database does not answer ({why}). Start it, or correct SHUPING_DATABASE_URL."
        ) from error


LOSES = "would lose acknowledged ballots in a power cut"
TELLS = "keeps the time of every commit, and every row names its commit: that is the time of a vote"

# What a database has to answer, and what it does otherwise: SQLite's PRAGMA (2 is FULL), PostgreSQL's SHOW.
SAFE: dict[str, dict[str, tuple[int | str, str]]] = {
    "sqlite": {"PRAGMA synchronous": (2, LOSES), "PRAGMA journal_mode": ("wal", LOSES)},
    "postgresql": {
        "SHOW synchronous_commit": ("on", LOSES),
        "SHOW fsync": ("on", LOSES),
        "SHOW full_page_writes": ("on", LOSES),
        "SHOW track_commit_timestamp": ("off", TELLS),
    },
}


def assert_safe() -> None:
    """Raise UnsafeDatabase unless writes are synced before they are acknowledged, and no time is kept beside them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for question, (expected, otherwise) in SAFE[connection.vendor].items():
            cursor.execute(question)
            if (found := cursor.fetchone()[0]) != expected:
                raise UnsafeDatabase(
                    f"The database {otherwise} ({question.split()[1]} is {found}, not {expected}); "
                    "see docs/operate/install.md."
                )


def _listen() -> None:
    import uvicorn

    from shuping.asgi import application

    class Server(uvicorn.Server):
        """One that does not wait for those who watch when it is asked to stop."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            application.end()
            super().handle_exit(sig, frame)

    host, _, port = settings.LISTEN.rpartition(":")
    # No access log: a line per request would hold a time beside every ballot (R57).
    config = uvicorn.Config(
        application,
        host=host,
        port=int(port),
        access_log=False,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=PATIENCE,
    )
    # It raises the signal that stopped it once more, when all is closed.
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()


def check() -> int:
    """Check database and log of acts; print what was found. Returns 1 when something is wrong."""
    try:
        prepare()
    except UNFIT as error:
        print(error, file=sys.stderr)
        return 1
    from shuping.core import acts

    try:
        number = acts.check()
    except acts.BrokenChain as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Database safe; log of acts whole ({number} acts).")
    print(soundness.disk(settings.DATA))
    return 0
