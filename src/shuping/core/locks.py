"""One after the other, where the order counts: the locks that transactions and servers take on PostgreSQL."""

from enum import IntEnum, unique

from django.db import connection


@unique
class Lock(IntEnum):
    """Every lock by its number, so that no two of them are one."""

    ACTS = 5401
    SERVER = 5402  # held by a server as long as it lives
    TRIES = 5403
    CONNECTIONS = 5404


def one_at_a_time(lock: Lock) -> None:
    """Wait until no other transaction that asks for this lock is under way. Inside a transaction only."""
    # SQLite's IMMEDIATE transactions already write one after another; PostgreSQL needs a lock.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(lock)])
