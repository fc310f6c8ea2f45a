"""`shuping serve`: one web server and one worker on one data folder."""

import os
import signal
import sys

from django.conf import settings

from shuping.core import datafolder
from shuping.worker import Worker


class UnsafeDatabase(Exception):
    """The database is not set so that an acknowledged ballot survives a power cut."""


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
    with held:
        prepare()
        with Worker():
            _listen()
    return 0


def prepare() -> None:
    """Set Django up and bring the database to this version; raise UnsafeDatabase when it would lose what is
    acknowledged.
    """
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    assert_durable()


def assert_durable() -> None:
    """Raise UnsafeDatabase unless writes are synced before they are acknowledged."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            full = cursor.fetchone()[0] == 2
            cursor.execute("PRAGMA journal_mode")
            safe = full and cursor.fetchone()[0] == "wal"
        else:
            cursor.execute("SHOW synchronous_commit")
            safe = cursor.fetchone()[0] == "on"
            cursor.execute("SHOW track_commit_timestamp")
            _refuse_times(cursor.fetchone()[0])
    if not safe:
        raise UnsafeDatabase("The database would lose acknowledged ballots in a power cut; see docs/operate/.")


def _refuse_times(tracked: str) -> None:
    # Every row carries the number of its transaction (xmin); with this setting the number leads to the time of a vote.
    if tracked != "off":
        raise UnsafeDatabase("PostgreSQL keeps the time of every commit: set track_commit_timestamp = off.")


def _listen() -> None:
    import uvicorn

    host, _, port = settings.LISTEN.rpartition(":")
    # No access log: a line per request would hold a time beside every ballot (R57).
    uvicorn.run(
        "shuping.asgi:application", host=host, port=int(port), access_log=False, log_level="warning", lifespan="on"
    )


def check() -> int:
    """Check database and log of acts; print what was found. Returns 1 when something is wrong."""
    prepare()
    from shuping.core import acts

    try:
        number = acts.check()
    except acts.BrokenChain as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Database safe; log of acts whole ({number} acts).")
    return 0
