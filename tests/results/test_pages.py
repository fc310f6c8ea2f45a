"""Pages of the results: how often they ask the database, what each role finds on them, what comes next."""

import pytest
from django.urls import reverse

from shuping.results import register
from shuping.results.models import Component
from tests.builders import client_for
from tests.results.worlds import COUNTED_AT, compute, decide, issue, make_counted, take_marks

pytestmark = pytest.mark.django_db


def page(person, world, name, *arguments):
    return client_for(person).get(reverse(name, args=[world.cycle.pk, *arguments])).content.decode()


@pytest.mark.parametrize("entries", [1, 3])
@pytest.mark.parametrize(("name", "number"), [("results", 14), ("letters", 7)])
def test_a_list_asks_the_database_as_often_for_three_entries_as_for_one(
    name, number, entries, django_assert_num_queries
):
    world = issue(make_counted(entries))
    client, address = client_for(world.wei), reverse(name, args=[world.cycle.pk])

    with django_assert_num_queries(number):
        shown = client.get(address).content.decode()

    assert [entry.unit_en in shown for entry in world.entries] == [True] * entries


def test_the_secretariat_finds_what_is_missing_and_why_it_must_wait():
    world = make_counted()

    text = page(world.wei, world, "results")

    assert "Still missing: Routine assessment, Field verification." in text
    assert "Marks are missing for: Routine assessment, Field verification." in text
    assert "There are no scores yet: compute them first." in text


def test_the_committee_decides_and_takes_no_marks_in():
    world = compute(make_counted())

    text = page(world.committee, world, "results")

    assert "form-decide-all" in text
    assert "form-import-marks" not in text
    assert "3 entries are not decided yet." in text


def test_an_auditor_finds_no_form_for_a_decision():
    world = compute(make_counted())

    assert "form-decide-01" not in page(world.auditor, world, "score", "01")
    assert "form-decide-01" in page(world.committee, world, "score", "01")


def test_the_working_is_told_in_words():
    world = compute(make_counted())

    text = page(world.committee, world, "score", "01")

    assert "The exact score is" in text
    assert f'<dd class="big">{world.entries[0].score.value}</dd>' in text


def steps(person):
    return [step.title for step in register.organisers_steps(person, COUNTED_AT)]


def test_what_comes_next_is_said_from_marks_to_letters():
    world = make_counted()
    assert steps(world.wei) == ["Take in the routine marks"]
    take_marks(world)
    assert steps(world.wei) == ["Compute the scores"]
    assert steps(world.committee) == []
    Component.objects.all().delete()
    decide(world)
    assert steps(world.wei) == ["Issue the letters"]


def test_the_committee_is_told_what_is_open():
    world = compute(make_counted())

    assert steps(world.committee) == ["Decide the grades: 3 are open"]


def test_a_reporter_is_told_of_the_letter_until_it_is_received():
    world = issue(make_counted())
    assert len(list(register.reporters_steps(world.lin, COUNTED_AT))) == 1

    client_for(world.lin).post(reverse("mark-read", args=[world.cycle.pk, "01"]))

    assert list(register.reporters_steps(world.lin, COUNTED_AT)) == []
