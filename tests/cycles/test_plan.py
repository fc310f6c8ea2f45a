"""A plan is drafted, approved once and frozen."""

import pytest
import time_machine

from shuping.core import log_walk
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions
from shuping.cycles.models import CarriedItem, Cycle
from tests.builders import NOW, client_for, make_cycle

pytestmark = pytest.mark.django_db


def test_approving_freezes_the_plan():
    world = make_cycle(stage="draft")

    version = actions.approve_plan(world.cycle, by=world.wei, now=NOW)

    assert world.cycle.stage == Cycle.Stage.REPORTING
    assert [entry["number"] for entry in version.content["entries"]] == ["01", "02"]
    assert len(version.digest) == 64


def test_a_plan_is_not_approved_twice():
    world = make_cycle(stage="reporting")

    with pytest.raises(Refused) as refused:
        actions.approve_plan(world.cycle, by=world.wei, now=NOW)

    assert refused.value.refusal.code == "plan_frozen"
    assert world.cycle.versions.count() == 1


def test_names_stay_when_the_tree_changes():
    world = make_cycle(stage="reporting")
    unit = world.entries[0].unit
    before = world.entries[0].unit_zh

    unit.name_zh = "改名后的市委"
    unit.save()
    world.entries[0].refresh_from_db()

    assert world.entries[0].unit_zh == before


@pytest.mark.parametrize("who", ["lin", "chair", "zhou"])
def test_only_the_secretariat_approves(who):
    world = make_cycle(stage="draft")

    with pytest.raises(Refused) as refused:
        actions.approve_plan(world.cycle, by=world.people[who], now=NOW)

    assert refused.value.refusal.code == "not_your_role"
    assert not Cycle.objects.get(pk=world.cycle.pk).approved


def test_a_meeting_in_the_past_is_refused():
    world = make_cycle(stage="draft")

    with pytest.raises(Refused) as refused:
        actions.approve_plan(world.cycle, by=world.wei, now=NOW.replace(year=2023))

    assert refused.value.refusal.code == "date_past"


def test_a_stranger_finds_nothing():
    world = make_cycle()

    assert client_for(world.wei).get(f"/c/{world.cycle.pk}/").status_code == 200
    assert client_for(world.zhou).get(f"/c/{world.cycle.pk}/").status_code == 404


@time_machine.travel(NOW)
def test_the_plan_is_approved_on_its_page():
    world = make_cycle(stage="draft")
    client = client_for(world.wei)

    page = client.get(f"/c/{world.cycle.pk}/plan/").content.decode()
    answer = client.post(f"/c/{world.cycle.pk}/plan/approve")

    assert 'id="form-approve-plan"' in page
    assert answer.status_code == 302
    assert Cycle.objects.get(pk=world.cycle.pk).approved


def test_duties_are_set_for_the_chosen_units():
    world = make_cycle()
    client = client_for(world.wei)
    theme = world.cycle.themes.first()

    client.post(
        f"/c/{world.cycle.pk}/duties/", {"theme": theme.code, "text": "抓好支部", "target": "100%", "entries": ["01"]}
    )

    assert [duty.text for duty in world.entries[0].duties.all()] == ["抓好支部"]
    assert world.entries[1].duties.count() == 0


def test_nothing_is_carried_over_in_a_first_year():
    world = make_cycle()

    assert CarriedItem.objects.filter(cycle=world.cycle).count() == 0


def test_the_log_of_acts_is_a_chain():
    make_cycle()

    log = log_walk.walk()
    assert log.faults == []
    assert log.number == Act.objects.count() > 10
