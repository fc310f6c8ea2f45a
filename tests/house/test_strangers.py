"""Whoever has no part in a cycle finds none of its pages and can send in nothing (mission, M13; design, 9)."""

import pytest
from django.urls import get_resolver, reverse

from shuping.core.models import Act
from tests.builders import client_for, make_cycle

pytestmark = pytest.mark.django_db

VALUES = {
    "number": "01",
    "item": 1,
    "place": 1,
    "code": "ABCDE",
    "step": "plan",
    "evidence": 1,
    "comment": 1,
    "revision": 1,
    "category": "A",
    "kind": "agenda",
    "language": "zh",
    "format": "pdf",
    "question": 1,
    "phrase": 1,
    "passage": 1,
    "asked": 1,
    "check": 1,
}


def _of_a_cycle():
    """Every named address that lies in a cycle, with the names of its parts."""
    found = {}
    for entry in get_resolver().url_patterns:
        for pattern in entry.url_patterns:
            parts = pattern.pattern.converters
            if "cycle" in parts:
                found[pattern.name] = [part for part in parts if part != "cycle"]
    return found


ADDRESSES = _of_a_cycle()


def test_the_rooms_of_a_cycle_are_all_looked_at():
    assert len(ADDRESSES) > 45
    assert {part for parts in ADDRESSES.values() for part in parts} <= VALUES.keys()


def _address(world, name):
    return reverse(name, kwargs={"cycle": world.cycle.pk} | {part: VALUES[part] for part in ADDRESSES[name]})


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_stranger_finds_nothing_and_changes_nothing(name):
    world = make_cycle()
    acts = Act.objects.count()
    stranger = client_for(world.zhou)

    answers = {stranger.get(_address(world, name)).status_code, stranger.post(_address(world, name)).status_code}

    assert answers <= {404, 405}
    assert 404 in answers
    assert Act.objects.count() == acts


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_nobody_gets_further_than_the_sign_in(name, client):
    world = make_cycle()

    answer = client.get(_address(world, name))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("sign-in"))
