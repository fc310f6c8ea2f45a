"""The desk of every role, the page of a year and its papers: how often they ask the database."""

import pytest
from django.urls import reverse

from tests.builders import client_for, make_cycle

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2022-11-02T09:00:00+08:00")]

COUNTS = {
    ("home", "wei"): 30,
    ("home", "lin"): 25,
    ("cycle", "wei"): 32,
    ("cycle", "lin"): 27,
    ("papers", "wei"): 6,
    ("papers", "lin"): 6,
}


def _address(name, world):
    return reverse(name, args=[] if name == "home" else [world.cycle.pk])


@pytest.mark.parametrize("entries", [1, 3])
@pytest.mark.parametrize(("name", "reader"), COUNTS)
def test_a_page_asks_the_database_as_often_for_three_entries_as_for_one(
    name, reader, entries, django_assert_num_queries
):
    world = make_cycle("reporting", entries=entries)
    client = client_for(world.people[reader])

    with django_assert_num_queries(COUNTS[name, reader]):
        shown = client.get(_address(name, world)).content.decode()

    assert world.cycle.title_en in shown


def test_the_page_of_a_year_names_every_entry():
    world = make_cycle("reporting", entries=3)

    shown = client_for(world.wei).get(_address("cycle", world)).content.decode()

    assert [entry.unit_en in shown for entry in world.entries] == [True] * 3


def test_the_desk_of_somebody_without_a_part_is_empty():
    world = make_cycle("reporting")

    shown = client_for(world.zhou).get(reverse("home"))

    assert shown.status_code == 200
    assert world.cycle.title_en not in shown.content.decode()
