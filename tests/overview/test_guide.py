"""The guided way through an example's year: only there, in both languages, ticked by what has happened."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from shuping.core import log_walk
from shuping.overview import guide
from tests.builders import NOW, client_for, make_cycle
from tests.rectification.ledgers import lead_to, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def example(settings, tmp_path):
    """An example folder in which everybody of the world has a sign-in link."""
    settings.EXAMPLE, settings.DATA = True, tmp_path
    world = make_cycle("draft")
    (tmp_path / "demo").mkdir()
    people = [*world.people.values(), *(entry.holder for entry in world.entries)]
    links = [
        {"token": f"to-{one.username}", "username": one.username, "zh": "", "en": "", "bar": True} for one in people
    ]
    (tmp_path / "demo" / "links.json").write_text(json.dumps(links), "utf-8")
    return world


def test_outside_an_example_there_is_no_guide(settings):
    world = make_cycle()
    settings.EXAMPLE = False
    assert client_for(world.wei).get("/guide/").status_code == 404


def test_an_example_without_a_year_has_no_guide(settings):
    settings.EXAMPLE = True
    assert Client().get("/guide/").status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "Ten minutes through the year"), ("zh-hans", "十分钟走完一年")])
def test_the_guide_shows_ten_steps_in_both_languages(example, language, title):
    shown = Client(headers={"accept-language": language}).get("/guide/").content.decode()
    assert shown.count('<li id="step-') == 10
    assert f"<h1>{title}</h1>" in shown
    assert shown.count('aria-current="step"') == 1


def test_the_band_leads_to_the_guide(example):
    assert 'href="/guide/"' in client_for(example.wei).get("/").content.decode()


def test_every_link_signs_in_and_leads_to_a_page_of_the_year(example):
    links = [link for step in guide.steps(example.cycle) for _name, link in step.links]
    assert len(links) == 15
    first = Client().get(links[0])
    assert (first.status_code, first.headers["Location"]) == (302, reverse("plan", args=[example.cycle.pk]))


def test_a_role_that_nobody_has_is_left_out(example):
    example.cycle.roles.filter(kind="scrutineer").delete()
    links = [link for step in guide.steps(example.cycle) for _name, link in step.links]
    assert len(links) == 13


def test_nothing_is_ticked_in_a_draft(example):
    assert [step.done for step in guide.steps(example.cycle)] == [False] * 10


def test_what_has_happened_is_ticked_by_itself(example):
    from shuping.cycles import actions  # noqa: PLC0415 - beside what it is about

    actions.approve_plan(example.cycle, by=example.wei, now=NOW)
    assert [step.done for step in guide.steps(example.cycle)] == [True, *[False] * 9]
    lead_to(example, make_item(example), "closed")
    assert [step.done for step in guide.steps(example.cycle)] == [True, *[False] * 8, True]
    log = log_walk.walk()
    assert (log.number > 0, log.faults) == (True, [])
