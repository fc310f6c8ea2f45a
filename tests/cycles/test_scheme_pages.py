"""The scheme with its meaning, and the ballot as a voter will see it."""

import pytest

from scoring import builtin_scheme, load_scheme
from scoring.rules import KINDS
from scoring.scheme import SchemeFile
from shuping.cycles import meanings, queries
from tests.builders import client_for, make_cycle

pytestmark = pytest.mark.django_db


def test_every_table_and_every_kind_of_rule_has_a_meaning():
    assert set(meanings.TABLES) == set(SchemeFile.model_fields)
    assert set(meanings.RULES) == set(KINDS)


@pytest.mark.parametrize("name", queries.builtin_schemes())
def test_every_parameter_of_a_single_table_has_a_meaning(name):
    told = {part.key: part for part in meanings.parts(load_scheme(builtin_scheme(name)))}

    for key in ("ballot", "speech", "report", "circles"):
        assert [line.name for line in told[key].lines if not line.meaning] == []
    assert [line.name for line in told["rule"].lines if not line.meaning] == []


def test_the_page_shows_the_parameters_in_words():
    world = make_cycle()

    page = client_for(world.lin).get(f"/c/{world.cycle.pk}/plan/scheme/").content.decode()

    for told in ("Fairly good", "points: 80", "at_least: 15 %", "480", "Seconds for the report.", "33.3"):
        assert told in page


def test_the_file_comes_as_it_was_frozen():
    world = make_cycle()

    answer = client_for(world.lin).get(f"/c/{world.cycle.pk}/plan/scheme.toml")

    assert answer.content == builtin_scheme("provincial")
    assert "scheme-2022.toml" in answer["Content-Disposition"]


def test_the_preview_shows_every_entry_and_every_answer():
    world = make_cycle(entries=3, written=1)

    page = client_for(world.wei).get(f"/c/{world.cycle.pk}/plan/ballot/").content.decode()

    assert page.count("No opinion") == page.count("Fairly good") == 3
    assert "papers/ballot_paper/en.pdf" in page
    assert "<input" not in page.split('id="telephone"')[1]


def test_a_reporter_sees_the_preview_but_no_paper():
    world = make_cycle()

    page = client_for(world.lin).get(f"/c/{world.cycle.pk}/plan/ballot/").content.decode()

    assert "No opinion" in page
    assert "ballot_paper" not in page


@pytest.mark.parametrize("address", ["scheme/", "scheme.toml", "ballot/"])
def test_pages_ask_seldom(address, django_assert_max_num_queries):
    world = make_cycle(entries=12)
    client = client_for(world.wei)

    with django_assert_max_num_queries(12):
        assert client.get(f"/c/{world.cycle.pk}/plan/{address}").status_code == 200
