"""The home page tells what others did since one last did something."""

import pytest

from shuping.core import acts
from shuping.cycles import actions
from tests.builders import NOW, client_for, make_cycle

pytestmark = pytest.mark.django_db


def _told(person, world):
    return [(told.act.verb, told.times) for told in acts.news([world.cycle.pk], person)]


def test_what_others_did_is_told_once_with_how_often():
    world = make_cycle()
    acts.record("write_minutes", world.cycle, by=world.chair, now=NOW, cycle=world.cycle.pk)
    for theme in world.cycle.themes.all()[:2]:
        given = {"theme": theme, "text": "a duty", "target": "", "entries": world.entries}
        actions.assign_duty(world.cycle, **given, by=world.wei, now=NOW)

    assert _told(world.chair, world) == [("assign_duty", 2)]


def test_the_own_acts_are_no_news():
    world = make_cycle()
    acts.record("write_minutes", world.cycle, by=world.wei, now=NOW, cycle=world.cycle.pk)

    assert _told(world.wei, world) == []


def test_years_of_others_are_no_news():
    world, other = make_cycle(), make_cycle()
    acts.record("write_minutes", other.cycle, by=other.wei, now=NOW, cycle=other.cycle.pk)

    assert "write_minutes" not in client_for(world.chair).get("/").content.decode()
    assert [verb for verb, _times in _told(other.chair, world)] != []
    assert not [year for year in client_for(world.chair).get("/").context["news"] if year[0] == other.cycle]


def test_the_page_shows_it_in_words():
    world = make_cycle()
    acts.record("open_ballot", world.cycle, by=world.scrutineer, now=NOW, cycle=world.cycle.pk)

    page = client_for(world.chair).get("/").content.decode()

    assert "opened the ballot" in page
    assert "The office" not in page
    assert "The office" in client_for(world.wei).get("/").content.decode()
