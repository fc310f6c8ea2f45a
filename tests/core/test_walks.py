"""A walk reads one moment of the database, and holds nobody up who writes."""

import threading

import pytest
from django.db import connection, connections

from shuping.core import acts
from shuping.core.models import Act
from shuping.core.walks import snapshot
from tests.ballots.conftest import file_database  # noqa: F401 - a fixture
from tests.builders import NOW, make_organisation


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("file_database")
def test_a_walk_sees_one_moment_and_holds_nobody_up():
    unit = make_organisation()
    before = Act.objects.count()
    with snapshot():
        assert Act.objects.count() == before
        writer = threading.Thread(target=_write, args=(unit,))
        writer.start()
        writer.join(timeout=20)
        assert not writer.is_alive()
        assert Act.objects.count() == before
    assert Act.objects.count() == before + 1


def _write(unit) -> None:
    acts.record("try_this", unit, by=None, now=NOW)
    connections["default"].close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("file_database")
def test_after_a_walk_writing_takes_its_lock_at_once_again():
    make_organisation()
    with snapshot():
        pass
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"
    acts.record("try_this", make_organisation(), by=None, now=NOW)
