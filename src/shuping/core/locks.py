"""One transaction after the other, where the order counts."""

from django.db import connection


def one_at_a_time(number: int) -> None:
    """Wait until no other transaction that asks for this number is under way. Inside a transaction only."""
    # SQLite's IMMEDIATE transactions already write one after another; PostgreSQL needs a lock.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
