"""The draft of a plan: who reports, the calendar, who does what."""

from datetime import date

import pytest
import time_machine

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions, checks, planning, queries
from shuping.cycles.models import Deadline, Entry, Role
from shuping.organisations import actions as organising
from tests.builders import NOW, client_for, make_cycle, make_organisation, make_person
from tests.cycles.pages import read_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def world():
    return make_cycle(stage="draft", entries=3)


def page_of(world, who="wei"):
    return client_for(world.people[who]).get(f"/c/{world.cycle.pk}/plan/")


def send(world, form_id, changes=None, *, without=()):
    """Send a form of the plan page in as it stands, but for the changes; names are without their prefix."""
    address, values = read_form(page_of(world), form_id)
    values = {name: given for name, given in values.items() if name not in without} | (changes or {})
    return client_for(world.wei).post(address, values)


def cell(world, place, name):
    return f"entry-{world.entries[place].pk}-{name}"


def acts_of(verb):
    return Act.objects.filter(verb=verb)


def test_the_page_has_its_forms_for_the_secretariat_alone(world):
    told, others = page_of(world).content.decode(), page_of(world, "chair").content.decode()

    for form in ("form-entries", "form-add-entry", "form-calendar", "form-roles"):
        assert f'id="{form}"' in told
        assert f'id="{form}"' not in others


def test_forms_sent_in_as_they_stand_change_nothing(world):
    before = list(world.cycle.entries.order_by("pk").values())
    roles = list(world.cycle.roles.values("person", "kind", "place"))

    answers = [send(world, form) for form in ("form-entries", "form-calendar", "form-roles")]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert list(world.cycle.entries.order_by("pk").values()) == before
    assert list(world.cycle.roles.values("person", "kind", "place")) == roles
    assert acts_of("edit_entries").get().details == {"changed": [], "removed": []}


def test_the_list_is_changed_in_one_post(world):
    changes = {
        cell(world, 0, "number"): "02",
        cell(world, 1, "number"): "01",
        cell(world, 0, "mode"): "written",
        cell(world, 0, "capacity"): "acting",
        cell(world, 0, "holder"): str(world.entries[1].holder_id),
        cell(world, 1, "not_graded_because"): "less than half a year in office",
        cell(world, 2, "removed"): "on",
    }

    answer = send(world, "form-entries", changes, without=[cell(world, 0, "mandatory")])

    assert answer.status_code == 302
    one, two = world.cycle.entries.order_by("number")
    assert (one.pk, one.not_graded_because) == (world.entries[1].pk, "less than half a year in office")
    assert (two.mode, two.capacity, two.mandatory) == ("written", "acting", False)
    assert two.holder == world.entries[1].holder
    assert acts_of("edit_entries").get().details == {"changed": ["01", "02"], "removed": ["03"]}


def test_the_draft_names_the_group_of_a_reporter_and_approval_freezes_it(world):
    assert send(world, "form-entries", {cell(world, 0, "group"): " 甲组 "}).status_code == 302
    actions.approve_plan(world.cycle, by=world.wei, now=NOW)

    page = client_for(world.lin).get(f"/c/{world.cycle.pk}/plan/").content.decode()

    assert page.count('<span class="pill">甲组</span>') == 1
    frozen = world.cycle.versions.get().content["entries"]
    assert [entry.get("group") for entry in frozen] == ["甲组", None, None]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("number", "02", "The number 02 stands more than once"),
        ("number", "7", "“7” is no number"),
        ("number", "00", "“00” is no number"),
        ("number", "１２", "is no number"),
        ("number", "", "“” is no number"),
        ("number", "1" * 3000, "is no number"),
        ("group", "组" * 41, "the name of a group has at most 40 characters"),
        ("holder", "", "choose who reports"),
        ("holder", "999999", "choose who reports"),
        ("mode", "sung", "choose mode and capacity"),
        ("capacity", "", "choose mode and capacity"),
    ],
)
def test_a_fault_in_the_list_names_its_place(world, name, value, sentence):
    told = send(world, "form-entries", {cell(world, 0, name): value}).content.decode()

    assert sentence in told
    assert world.entries[0].unit_name in told
    assert not acts_of("edit_entries").exists()


@pytest.mark.parametrize("role", ["teller", "scrutineer", "ada"])
def test_whoever_counts_does_not_report(world, role):
    counting = world.people[role]
    post = organising.create_post(world.organiser, name_zh="甲", name_en="A", head=False, by=None, now=NOW)
    organising.appoint(post, counting, starts=date(2020, 1, 1), by=None, now=NOW)

    told = send(world, "form-entries", {cell(world, 1, "holder"): str(counting.pk)}).content.decode()

    assert "and cannot report" in told
    assert counting.name_en in told


def test_a_row_that_came_meanwhile_is_left_alone(world):
    _address, values = read_form(page_of(world), "form-entries")
    post = organising.create_post(make_organisation(), name_zh="甲", name_en="A", head=True, by=None, now=NOW)
    actions.add_entry(world.cycle, post, make_person("new"), number="04", by=world.wei, now=NOW)

    told = client_for(world.wei).post(f"/c/{world.cycle.pk}/plan/entries", values | {cell(world, 0, "number"): "04"})
    taken = client_for(world.wei).post(f"/c/{world.cycle.pk}/plan/entries", values | {cell(world, 0, "number"): "05"})

    assert told.status_code == 409
    assert "stands more than once" in told.content.decode()
    assert taken.status_code == 302
    assert list(world.cycle.entries.values_list("number", flat=True)) == ["02", "03", "04", "05"]


def new_post(world, holder=None):
    unit = make_organisation(parent=world.organiser)
    post = organising.create_post(unit, name_zh="书记", name_en="Secretary", head=True, by=None, now=NOW)
    if holder:
        organising.appoint(post, holder, starts=date(2021, 1, 1), by=None, now=NOW)
    return post


def test_a_post_is_added_with_whoever_holds_it(world):
    head = make_person("head")
    post = new_post(world, head)

    answer = send(world, "form-add-entry", {"add-post": str(post.pk)})

    entry = Entry.objects.get(cycle=world.cycle, post=post)
    assert answer.status_code == 302
    assert (entry.number, entry.holder, entry.mode) == ("04", head, "oral")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Nobody holds this post today"),
        ({"add-post": ""}, "This field is required"),
        ({"add-number": "4"}, "“4” is no number"),
        ({"add-number": "01", "holder": "lin"}, "The number 01 is"),
    ],
)
def test_a_fault_in_a_new_entry_is_told(world, changes, sentence):
    post = new_post(world)
    changes = {"add-post": str(post.pk)} | changes
    if changes.pop("holder", None) or "add-number" in changes:
        changes["add-holder"] = str(world.lin.pk)

    assert sentence in send(world, "form-add-entry", changes).content.decode()
    assert world.cycle.entries.count() == 3


def test_a_post_of_others_cannot_be_added(world):
    post = organising.create_post(make_organisation(), name_zh="甲", name_en="A", head=True, by=None, now=NOW)

    assert "Select a valid choice" in send(world, "form-add-entry", {"add-post": str(post.pk)}).content.decode()


def test_a_post_is_called_once(world):
    with pytest.raises(Refused) as refused:
        actions.add_entry(world.cycle, world.entries[0].post, world.lin, number="09", by=world.wei, now=NOW)

    assert refused.value.refusal.code == "post_twice"


def test_the_calendar_follows_the_meeting(world):
    send(world, "form-calendar", {"day-meeting_on": "2023-01-10", "day-report": "-14", "day-decision": "5"})

    due = {deadline.kind: str(deadline.due.date()) for deadline in Deadline.objects.filter(cycle=world.cycle)}
    assert (due["report"], due["meeting"], due["decision"]) == ("2022-12-27", "2023-01-10", "2023-01-15")
    assert "2022-12-27" in page_of(world).content.decode()
    assert acts_of("set_calendar").get().details["offsets"]["report"] == -14


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"day-report": "ten"}, "Written report handed in: give a whole number of days"),
        ({"day-marks": ""}, "Routine marks in: give a whole number of days"),
        ({"day-plans": "9999"}, "Rectification plans in: at most 730 days"),
        ({"day-report": "-2"}, "Reports read and accepted: this cannot come before “Written report handed in”."),
        ({"day-review": "1"}, "Meeting: this cannot come before “Reports read and accepted”."),
        ({"day-decision": "-1"}, "Grades decided: this cannot come before “Meeting”."),
        ({"day-meeting_on": "2022-10-31"}, "2022-10-31 has already passed"),
        ({"day-meeting_on": "soon"}, "Enter a valid date"),
    ],
)
def test_a_fault_in_the_calendar_names_its_place(world, changes, sentence):
    told = send(world, "form-calendar", changes).content.decode().replace("&#x27;", "'")

    assert sentence in told
    assert not acts_of("set_calendar").exists()


def test_roles_are_set_in_one_post(world):
    clerk, chair = world.clerk, world.chair

    answer = send(world, "form-roles", {"role-chair": [str(clerk.pk)], "role-observer": [], "role-teller": []})

    assert answer.status_code == 302
    assert queries.people_with(world.cycle, Role.Kind.CHAIR) == [clerk]
    assert queries.people_with(world.cycle, Role.Kind.OBSERVER, Role.Kind.TELLER) == []
    assert queries.people_with(world.cycle, Role.Kind.CLERK) == [clerk]
    assert str(chair.pk) not in acts_of("set_roles").get().details["chair"]


def test_whoever_stays_keeps_the_place(world):
    second, third = world.second_trustee, world.third_trustee
    chosen = queries.people_by_role(world.cycle) | {"trustee": [third, world.clerk, second]}

    planning.set_roles(world.cycle, chosen, by=world.wei, now=NOW)

    assert queries.people_with(world.cycle, "trustee") == [second, third, world.clerk]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"role-chair": []}, "Presiding officer: choose who presides."),
        ({"role-secretariat": []}, "Secretariat: keep yourself in it"),
        ({"role-clerk": ["999999"]}, "Select a valid choice"),
    ],
)
def test_a_fault_in_the_roles_names_its_place(world, changes, sentence):
    assert sentence in send(world, "form-roles", changes).content.decode()
    assert not acts_of("set_roles").exists()


@pytest.mark.parametrize("role", checks.COUNTING)
def test_a_reporter_neither_counts_nor_holds_a_key(world, role):
    world.cycle.roles.create(person=world.lin, kind=Role.Kind.COMMITTEE, place=9)

    told = send(world, "form-roles", {f"role-{role}": [str(world.lin.pk)]}).content.decode()

    assert "Lin reports as 01" in told
    assert world.cycle.roles.filter(person=world.lin).count() == 1


def test_a_plan_with_a_teller_who_reports_is_not_approved(world):
    world.cycle.roles.create(person=world.lin, kind=Role.Kind.TELLER, place=9)

    with pytest.raises(Refused) as refused:
        actions.approve_plan(world.cycle, by=world.wei, now=NOW)

    assert refused.value.refusal.code == "roles"


@pytest.mark.parametrize("form", ["entries", "entry", "calendar", "roles"])
def test_others_change_nothing_and_an_approved_plan_stays(world, form):
    address = f"/c/{world.cycle.pk}/plan/{form}"
    chosen = queries.people_by_role(world.cycle)
    with pytest.raises(Refused):
        planning.set_roles(world.cycle, chosen, by=world.chair, now=NOW)
    with pytest.raises(Refused):
        planning.set_calendar(world.cycle, meeting_on=date(2023, 1, 1), offsets={}, by=world.clerk, now=NOW)
    acts = Act.objects.count()

    assert client_for(world.zhou).post(address).status_code == 404
    assert client_for(world.wei).get(address).status_code == 405
    client_for(world.chair).post(address, {})
    assert Act.objects.count() == acts


def test_a_draft_in_an_old_window_does_not_change_an_approved_plan(world):
    rows = [planning.row_of(entry) for entry in queries.entries(world.cycle)]
    actions.approve_plan(type(world.cycle).objects.get(pk=world.cycle.pk), by=world.wei, now=NOW)

    with pytest.raises(Refused) as refused:
        planning.edit_entries(world.cycle, rows, by=world.wei, now=NOW)

    assert refused.value.refusal.code == "plan_frozen"


def test_the_page_asks_as_often_for_many_units(django_assert_max_num_queries):
    many = make_cycle(stage="draft", entries=12)
    client = client_for(many.wei)

    with django_assert_max_num_queries(40):
        assert client.get(f"/c/{many.cycle.pk}/plan/").status_code == 200
