"""The log of acts notices every change, and the database refuses one."""

import pytest
from django.db import DatabaseError, connection, transaction

from shuping.core import acts, log_walk
from shuping.core.models import Act
from tests.builders import NOW, make_organisation, make_person

pytestmark = pytest.mark.django_db


def test_each_act_carries_the_digest_of_the_one_before():
    unit = make_organisation()
    first = acts.record("try_this", unit, by=None, now=NOW)
    second = acts.record("try_that", unit, by=make_person("wei"), now=NOW, reason="because")

    log = log_walk.walk()
    assert (log.number, log.faults) == (Act.objects.count(), [])
    assert first.parent != second.parent
    assert Act.objects.get(parent=first.digest).pk == first.pk + 1


@pytest.mark.parametrize("statement", ["UPDATE shuping_act SET reason = 'x'", "DELETE FROM shuping_act"])
def test_the_database_refuses_to_change_an_act(statement):
    make_organisation()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Act.objects.count() == 1


def test_a_row_changed_behind_the_database_is_found():
    make_organisation()
    acts.record("try_this", make_organisation(), by=None, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER act_no_update" + " ON shuping_act" * (connection.vendor == "postgresql"))
        cursor.execute("UPDATE shuping_act SET reason = 'other' WHERE id = (SELECT MIN(id) FROM shuping_act)")

    (fault,) = log_walk.walk().faults
    assert "act 1 (found_organisation of organisation:" in fault.sentence
    assert fault.sentence.endswith("was changed after it was recorded.")
