"""Of two servers on one PostgreSQL one worker checks; the other stands by, and takes over when that one is gone."""

import time

import pytest
from django.conf import settings
from django.db import connections

from shuping.box import checker
from shuping.box.models import Sealed, State
from tests.ballots.halls import GOOD, POOR, open_hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def another():
    """The connection of another server's worker."""
    if connections[settings.BOX].vendor == "postgresql":
        with connections[settings.BOX].cursor() as cursor:  # what checkers of other tests held
            cursor.execute("SELECT pg_advisory_unlock_all()")
    connection = connections[settings.BOX].copy()
    yield connection
    connection.close()


def _lock(connection, what: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what}(%s)", [checker.ONE_CHECKS])
        return cursor.fetchone()[0]


def test_no_ballot_is_checked_twice(another):
    hall, beats = open_hall(), []
    hall.vote([GOOD, POOR])
    checks = checker.Checker(beats.append)
    if another.vendor != "postgresql":
        checks.look()
        assert checks.batches  # one folder has one server, and that one worker
        return
    assert _lock(another, "pg_try_advisory_lock")

    checks.look()
    assert (checks.batches, len(beats)) == ({}, 1)
    another.close()
    until = time.monotonic() + 10  # the database notices in its own time that a connection has ended
    while not checks.batches:
        assert time.monotonic() < until
        checks.look()

    assert len(next(iter(checks.batches.values())).faults) == 1
    assert not _lock(another, "pg_try_advisory_lock")
    assert Sealed.objects.get().state == State.RECEIVED
    assert _lock(connections[settings.BOX], "pg_advisory_unlock")
