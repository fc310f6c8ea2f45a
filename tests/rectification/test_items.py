"""An item on its way from issued to closed, and every step that is refused on the way."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.organisations import actions as organising
from shuping.rectification import actions, rules
from shuping.rectification.models import Item, Verification
from tests.builders import NOW, make_cycle
from tests.rectification.ledgers import PLAN, STATEMENT, lead_to, make_item

pytestmark = pytest.mark.django_db

ORDINARY = {"plan": PLAN, "extend": {"until": date(2023, 9, 1), "reason": "Flood"}, "reopen": {"reason": "Again"}}
CALLS = {
    "plan": actions.plan_item,
    "approve": actions.approve_plan,
    "start": actions.start_work,
    "declare": actions.declare_done,
    "close": actions.close_item,
    "reopen": actions.reopen_item,
    "extend": actions.extend_item,
}


@pytest.fixture
def world():
    return make_cycle("rectification")


def test_an_item_is_closed_after_plan_work_evidence_and_another_person_s_look(world):
    item = lead_to(world, make_item(world), "closed")

    assert item.closed_at == NOW
    assert list(Act.objects.filter(subject=f"item:{item.pk}").values_list("verb", flat=True)) == [
        "issue_item",
        "plan_item",
        "approve_item_plan",
        "start_item",
        "add_evidence",
        "declare_done",
        "verify_item",
        "close_item",
    ]


def test_the_statement_is_kept_word_for_word(world):
    item = make_item(world)

    assert item.statement == STATEMENT
    assert item.owner == world.lin
    assert item.due == date(2023, 6, 27)  # the plan's date for everything put right: 180 days after the meeting


def test_the_same_source_twice_is_one_item(world):
    first, again = make_item(world), make_item(world)

    assert again == first
    assert Item.objects.count() == 1


def test_one_priority_for_two_units_is_two_items(world):
    numbers = [make_item(world, entry, "passage:1", kind="priority").number for entry in (0, 1)]

    assert numbers == ["2022-001", "2022-002"]


def test_numbers_go_on_beyond_a_thousand(world):
    first = make_item(world)
    Item.objects.filter(pk=first.pk).update(number="2022-999")

    assert [make_item(world, source=f"problem:{n}").number for n in (2, 3)] == ["2022-1000", "2022-1001"]


STATES = ("issued", "planned", "approved", "in_progress", "done", "verified", "closed")
OUT_OF_TURN = [(step, state) for step in CALLS for state in STATES if state not in rules.FROM[step]]


@pytest.mark.parametrize("state", STATES)
def test_a_step_out_of_its_turn_is_refused_and_changes_nothing(world, state):
    item = lead_to(world, make_item(world), state)

    for step in [step for step, wrong in OUT_OF_TURN if wrong == state]:
        with pytest.raises(Refused) as caught:
            CALLS[step](item, **ORDINARY.get(step, {}), by=world.wei, now=NOW)
        item.refresh_from_db()
        assert caught.value.refusal.code in {"wrong_state", "no_evidence"}
        assert item.state == state


def test_nothing_is_declared_done_without_evidence(world):
    item = lead_to(world, make_item(world), "in_progress")

    with pytest.raises(Refused, match="no evidence yet"):
        actions.declare_done(item, by=world.lin, now=NOW)


def test_nothing_is_closed_without_evidence(world):
    item = lead_to(world, make_item(world), "verified")
    item.evidence.all().delete()

    with pytest.raises(Refused, match="not closed without evidence"):
        actions.close_item(item, by=world.wei, now=NOW)


def test_nobody_verifies_the_own_item(world):
    item = lead_to(world, make_item(world), "done")

    with pytest.raises(Refused, match="somebody else has to look"):
        actions.verify_item(item, put_right=True, opinion="Fine", by=world.lin, now=NOW)
    assert not item.verifications.exists()


def test_an_owner_who_is_also_secretary_neither_verifies_nor_closes(world):
    item = make_item(world)
    Item.objects.filter(pk=item.pk).update(owner=world.wei)
    item.refresh_from_db()

    assert rules.may_verify(world.wei, lead_to(world, item, "done")).code == "own_item"
    assert rules.may_close(world.wei, lead_to(world, item, "verified")).code == "own_item"


def test_the_database_knows_that_nobody_verifies_the_own_item(world):
    item = make_item(world)

    with pytest.raises(IntegrityError, match="verifier_is_not_owner"), transaction.atomic():
        Verification.objects.create(item=item, owner=world.lin, by=world.lin, put_right=True, verified_at=NOW)


def test_the_database_knows_that_a_closed_item_has_its_date(world):
    make_item(world)

    with pytest.raises(IntegrityError, match="closed_item_has_its_date"), transaction.atomic():
        Item.objects.update(state="closed")


def test_another_unit_s_head_can_do_nothing_with_an_item(world):
    item, other = make_item(world), world.entries[1].holder

    assert all(rules.may(other, item, step) is not None for step in rules.STEPS)
    assert all(rules.may(world.zhou, item, step) is not None for step in rules.STEPS)


def test_somebody_of_the_owner_s_unit_does_not_verify(world):
    item = lead_to(world, make_item(world), "done")
    deputy = world.commentator
    organising.appoint(item.entry.post, deputy, starts=date(2022, 1, 1), by=None, now=NOW)

    assert rules.may_verify(deputy, item).code == "own_unit"
    assert rules.may_verify(world.committee, item) is None


def test_what_is_not_put_right_goes_back_and_comes_again(world):
    item = lead_to(world, make_item(world), "done")
    actions.verify_item(item, put_right=False, opinion="Two units left out", by=world.committee, now=NOW)
    item.refresh_from_db()
    assert item.state == "returned"

    actions.start_work(item, by=world.lin, now=NOW)
    actions.declare_done(item, by=world.lin, now=NOW)
    actions.verify_item(item, put_right=True, opinion="Now all", by=world.committee, now=NOW)

    assert list(item.verifications.values_list("put_right", flat=True)) == [False, True]


def test_a_reopened_item_is_open_again_with_its_reason_on_record(world):
    item = lead_to(world, make_item(world), "closed")
    item = actions.reopen_item(item, reason="It came back", by=world.wei, now=NOW)

    assert (item.state, item.closed_at) == ("reopened", None)
    assert Act.objects.get(verb="reopen_item").reason == "It came back"


def test_more_time_is_given_with_a_reason_by_the_organiser(world):
    item = make_item(world)
    with pytest.raises(Refused):
        actions.extend_item(item, until=date(2023, 9, 1), reason="Flood", by=world.lin, now=NOW)

    extension = actions.extend_item(item, until=date(2023, 9, 1), reason="Flood", by=world.wei, now=NOW)
    item.refresh_from_db()

    assert item.due == date(2023, 9, 1)
    assert (extension.reason, extension.approved_by) == ("Flood", world.wei)


@pytest.mark.parametrize(("reopened", "state"), [(False, "closed"), (True, "reopened")])
def test_a_look_back_leaves_an_item_closed_or_opens_it(world, reopened, state):
    item = lead_to(world, make_item(world), "closed")
    actions.recheck_item(item, result="Looked in June", reopened=reopened, by=world.wei, now=NOW)
    item.refresh_from_db()

    assert item.state == state
    assert item.rechecks.get().result == "Looked in June"


def test_the_clerk_s_step_for_an_owner_is_recorded_as_such(world):
    actions.plan_item(make_item(world), **PLAN, by=world.clerk, now=NOW)
    act = Act.objects.get(verb="plan_item")

    assert (act.by, act.on_behalf_of) == (world.clerk, world.lin)
