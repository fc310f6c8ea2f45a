"""An approved plan changes by a new version with a reason, until the ballot opens."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine

from shuping.core import acts, log_walk
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions, amending, checks, planning, queries
from shuping.cycles.models import Cycle, Deadline
from tests.builders import NOW, client_for, make_cycle
from tests.cycles.pages import read_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def world():
    return make_cycle(stage="reporting", entries=3)


def send(world, changes):
    client = client_for(world.wei)
    address, values = read_form(client.get(f"/c/{world.cycle.pk}/plan/"), "form-amend")
    return client.post(address, values | changes)


def rows_of(world, **changes):
    entry = world.entries[0]
    given = {name: getattr(entry, name) for name in ("number", "mode", "capacity", "holder", "mandatory")}
    return [checks.Row(**({"entry": entry, "not_graded_because": ""} | given | changes))]


def test_a_reporter_is_replaced_with_a_reason(world):
    first, second = world.entries[0], world.entries[1]
    before = first.holder
    changes = {
        "amend-reason": "transferred in November",
        f"entry-{first.pk}-holder": str(second.holder_id),
        f"entry-{first.pk}-capacity": "acting",
        f"entry-{first.pk}-mode": "written",
        f"entry-{first.pk}-not_graded_because": "new in office",
    }

    answer = send(world, changes)

    first.refresh_from_db()
    one, two = world.cycle.versions.all()
    assert answer.status_code == 302
    assert (first.holder, first.capacity, first.mode) == (second.holder, "acting", "written")
    assert one.content["entries"][0]["holder_en"] == before.name_en
    assert two.content["entries"][0]["holder_en"] == second.holder.name_en
    assert (two.reason, one.reason) == ("transferred in November", "")
    assert one.digest != two.digest
    act = Act.objects.get(verb="amend_plan")
    assert (act.by, act.reason, act.details["version"]) == (world.wei, "transferred in November", 2)
    assert log_walk.walk().faults == []


def test_an_amendment_keeps_the_group_that_was_approved():
    world = make_cycle(entries=2, stage="draft")
    rows = [replace(planning.row_of(world.entries[0]), group="甲组")]
    planning.edit_entries(world.cycle, rows, by=world.wei, now=NOW)
    actions.approve_plan(world.cycle, by=world.wei, now=NOW)
    changes = {"amend-reason": "ill", f"entry-{world.entries[0].pk}-mode": "written"}

    send(world, changes | {f"entry-{world.entries[0].pk}-group": "乙组"})

    entry = world.cycle.entries.get(number="01")
    assert (entry.mode, entry.group) == ("written", "甲组")


def test_versions_stand_on_the_page_with_what_they_changed(world):
    send(world, {"amend-reason": "hall not free", "amend-meeting_on": "2023-01-12"})

    page = client_for(world.lin).get(f"/c/{world.cycle.pk}/plan/").content.decode()

    assert "<del>2022-12-29</del> <ins>2023-01-12</ins>" in page
    assert "hall not free" in page
    assert page.count("· Wei") == 2
    assert "form-amend" not in page


def test_a_new_day_moves_every_date(world):
    amending.amend_plan(world.cycle, reason="hall", meeting_on=date(2023, 1, 12), by=world.wei, now=NOW)

    assert world.cycle.meeting_on == date(2023, 1, 12)
    assert Deadline.objects.get(cycle=world.cycle, kind="report").due.date() == date(2023, 1, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amend-meeting_on": "2023-01-12"}, "This field is required"),
        ({"amend-meeting_on": "2023-01-12", "amend-reason": "  "}, "This field is required"),
        ({"amend-reason": "because"}, "Nothing is changed"),
        ({"amend-reason": "because", "amend-meeting_on": "2022-10-01"}, "2022-10-01 has already passed"),
        ({"amend-reason": "because", "holder": ""}, "choose who reports"),
        ({"amend-reason": "because", "holder": "7777777"}, "choose who reports"),
        ({"amend-reason": "because", "mode": "sung"}, "choose mode and capacity"),
    ],
)
def test_a_fault_is_told_and_nothing_changed(world, changes, sentence):
    entry = world.entries[0]
    changes = {name if "-" in name else f"entry-{entry.pk}-{name}": value for name, value in changes.items()}

    assert sentence in send(world, changes).content.decode()
    assert world.cycle.versions.count() == 1


def test_number_and_post_stay_as_approved(world):
    entry = world.entries[0]

    send(
        world,
        {"amend-reason": "x", f"entry-{entry.pk}-number": "09", f"entry-{entry.pk}-removed": "on", "entry-0": "x"},
    )

    assert list(world.cycle.entries.values_list("number", flat=True)) == ["01", "02", "03"]
    assert world.cycle.versions.count() == 1


def test_whoever_counts_does_not_come_to_report(world):
    with pytest.raises(Refused) as refused:
        amending.amend_plan(world.cycle, reason="x", rows=rows_of(world, holder=world.teller), by=world.wei, now=NOW)

    assert refused.value.refusal.code == "entries"


@pytest.mark.parametrize("who", ["chair", "clerk", "lin", "zhou"])
def test_only_the_secretariat_changes_the_plan(world, who):
    with pytest.raises(Refused) as refused:
        amending.amend_plan(world.cycle, reason="x", meeting_on=date(2023, 1, 12), by=world.people[who], now=NOW)

    assert refused.value.refusal.code == "not_your_role"


@pytest.mark.parametrize(
    ("stage", "code"),
    [("draft", "not_approved"), ("decision", "too_late_to_amend"), ("finished", "too_late_to_amend")],
)
def test_outside_of_its_time_nothing_changes(stage, code):
    world = make_cycle(stage=stage)

    with pytest.raises(Refused) as refused:
        amending.amend_plan(world.cycle, reason="x", meeting_on=date(2023, 1, 12), by=world.wei, now=NOW)

    assert refused.value.refusal.code == code
    assert "form-amend" not in client_for(world.wei).get(f"/c/{world.cycle.pk}/plan/").content.decode()


def test_in_the_meeting_only_the_day_changes():
    world = make_cycle(stage="meeting")

    with pytest.raises(Refused) as refused:
        amending.amend_plan(world.cycle, reason="x", rows=rows_of(world, mode="written"), by=world.wei, now=NOW)
    answer = send(world, {"amend-reason": "broken off", "amend-meeting_on": "2023-01-12"})

    assert refused.value.refusal.code == "meeting_runs"
    assert answer.status_code == 302


def test_once_the_ballot_was_opened_nothing_changes():
    world = make_cycle(stage="meeting")
    acts.record("open_ballot", world.cycle, by=world.wei, now=NOW, cycle=world.cycle.pk)

    with pytest.raises(Refused) as refused:
        amending.amend_plan(world.cycle, reason="x", meeting_on=date(2023, 1, 12), by=world.wei, now=NOW)

    assert refused.value.refusal.code == "too_late_to_amend"


def test_of_two_approvals_at_once_the_second_is_refused():
    world = make_cycle(stage="draft")
    windows = [Cycle.objects.get(pk=world.cycle.pk) for _window in range(2)]

    actions.approve_plan(windows[0], by=world.wei, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.approve_plan(windows[1], by=world.wei, now=NOW)

    assert refused.value.refusal.code == "plan_frozen"
    assert world.cycle.versions.count() == 1


def test_two_windows_amend_one_after_the_other(world):
    windows = [Cycle.objects.get(pk=world.cycle.pk) for _window in range(2)]
    day = date(2023, 1, 12)

    amending.amend_plan(windows[0], reason="x", meeting_on=day, by=world.wei, now=NOW)
    with pytest.raises(Refused) as refused:
        amending.amend_plan(windows[1], reason="x", meeting_on=day, by=world.wei, now=NOW)

    assert refused.value.refusal.code == "nothing_changed"
    assert planning.row_of(queries.entries(world.cycle)[0]).number == "01"
