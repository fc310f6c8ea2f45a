"""Before voting: trustees, slips, merging, opening; every no has its name."""

import json

import pytest

import ballotbox
from shuping.ballots import actions, queries
from shuping.ballots.models import Ballot, Credential, Event
from shuping.core.refusals import Refused
from shuping.cycles import actions as years
from shuping.cycles.models import Role
from tests.ballots.halls import (
    GOOD,
    GROUP,
    POOR,
    Hall,
    ceremony,
    open_hall,
    pedersen,
    prepare,
    scheme,
    take_slips,
    take_trustees,
)
from tests.builders import NOW, make_cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return prepare()


def _open(hall: Hall) -> Ballot:
    return actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)


def _refusal(action, *arguments, **named) -> str:
    """By which name an action is refused; nothing may have been written."""
    with pytest.raises(Refused) as caught:
        action(*arguments, **named, now=NOW)
    return caught.value.refusal.code


def test_a_ballot_has_the_categories_of_the_scheme_and_a_key_of_the_server(hall, settings):
    assert [(part.code, int(part.weight)) for part in queries.categories(hall.ballot)] == [("A", 60), ("B", 40)]
    file = settings.DATA / "keys" / f"{hall.ballot.identifier}.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "private" not in hall.ballot.trustees_raw


def test_a_year_has_one_ballot(hall):
    assert _refusal(actions.prepare_ballot, hall.world.cycle, by=hall.world.wei) == "ballot_exists"


def test_there_is_no_ballot_before_the_plan_is_approved():
    world = make_cycle("draft")

    assert _refusal(actions.prepare_ballot, world.cycle, by=world.wei) == "plan_not_approved"


@pytest.mark.parametrize("name", ["lin", "teller", "ada", "committee", "auditor", "zhou"])
def test_only_secretariat_and_scrutineers_run_the_ballot(hall, name):
    take_trustees(hall)
    take_slips(hall)
    person = hall.world.people[name]

    assert _refusal(actions.open_ballot, hall.ballot, by=person) == "not_your_role"
    assert _refusal(actions.set_trustees, hall.ballot, pedersen=pedersen(), by=person) == "not_your_role"
    assert _refusal(actions.set_credentials, hall.ballot, listed=b"{}", paper_issued={}, by=person) == "not_your_role"
    _open(hall)
    assert _refusal(actions.close_ballot, hall.ballot, by=person) == "not_your_role"


# --- trustees -----------------------------------------------------------------------------------------------------


def test_the_server_is_the_first_owner_and_the_trustees_follow_in_their_order(hall):
    take_trustees(hall)

    owners = [(trustee.owner, trustee.person) for trustee in hall.ballot.trustees.all()]

    world = hall.world
    assert owners == [(1, None), (2, world.ada), (3, world.second_trustee), (4, world.third_trustee)]
    assert queries.shares_needed(hall.ballot) == 2


def test_taking_the_keys_in_again_replaces_them(hall):
    take_trustees(hall)
    take_trustees(hall)

    assert hall.ballot.trustees.count() == 4


NO_CEREMONY = [b"", b"{", b"[]", b"{}", b"3", b"null", b'["Pedersen",{}]', b'["Single",{}]', b"\xff", b"[" * 100_000]


@pytest.mark.parametrize("body", NO_CEREMONY)
def test_what_is_no_ceremony_is_refused(hall, body):
    assert _refusal(actions.set_trustees, hall.ballot, pedersen=body, by=hall.world.wei) == "bad_trustees"
    assert hall.fresh().trustees_raw == ""


def test_a_ceremony_with_a_false_proof_is_refused(hall):
    public = json.loads(pedersen())
    content = public if isinstance(public, dict) else public[1]
    keys = content["verification_keys"]
    keys[0]["pok"], keys[1]["pok"] = keys[1]["pok"], keys[0]["pok"]

    body = json.dumps(public).encode()

    assert _refusal(actions.set_trustees, hall.ballot, pedersen=body, by=hall.world.wei) == "bad_trustees"


def test_a_ceremony_of_another_number_of_trustees_is_refused(hall):
    body = json.dumps(ceremony(4).public).encode()

    assert _refusal(actions.set_trustees, hall.ballot, pedersen=body, by=hall.world.wei) == "trustees_differ"


# --- slips --------------------------------------------------------------------------------------------------------


def test_only_public_halves_are_kept_and_found_by_their_category(hall):
    take_slips(hall)

    assert Credential.objects.filter(category__ballot=hall.ballot).count() == 21
    found = queries.category_of_credential(hall.ballot, hall.public("B", 3))
    assert found.code == "B"
    kept = set(Credential.objects.values_list("public", flat=True))
    assert not kept & {slip for slips in hall.slips.values() for slip in slips}


def test_a_new_list_replaces_the_old_one(hall):
    take_slips(hall)
    old = hall.public()
    take_slips(hall, {"A": 12, "B": 10})

    assert queries.category_of_credential(hall.ballot, old) is None
    assert [part.electorate for part in queries.categories(hall.ballot)] == [12, 10]


def _publics(number: int) -> list[str]:
    return [ballotbox.public_credential(GROUP, "QingchuanAbcde", ballotbox.new_credential()) for _ in range(number)]


NO_LISTS = [b"", b"{", b"[]", b"3", b'{"A":3}', b'{"A":"abc"}', b'{"A":["zz"]}', b'{"A":[["a"]]}', b"\xff", b"[" * 9999]


@pytest.mark.parametrize("body", NO_LISTS)
def test_what_is_no_list_of_public_credentials_is_refused(hall, body):
    refused = _refusal(actions.set_credentials, hall.ballot, listed=body, paper_issued={}, by=hall.world.wei)

    assert refused == "bad_credentials"


def test_a_slip_that_is_listed_twice_is_refused(hall):
    (one,) = _publics(1)
    body = json.dumps({"A": [one], "B": [one]}).encode()

    refused = _refusal(actions.set_credentials, hall.ballot, listed=body, paper_issued={}, by=hall.world.wei)

    assert refused == "bad_credentials"


def test_a_slip_that_would_count_twice_is_refused(hall):
    (one,) = _publics(1)
    body = json.dumps({"A": [f"{one},2"]}).encode()

    refused = _refusal(actions.set_credentials, hall.ballot, listed=body, paper_issued={}, by=hall.world.wei)

    assert refused == "bad_credentials"


def test_a_category_that_the_scheme_does_not_have_is_refused(hall):
    body = json.dumps({"A": _publics(1), "X": _publics(1)}).encode()

    refused = _refusal(actions.set_credentials, hall.ballot, listed=body, paper_issued={}, by=hall.world.wei)

    assert refused == "unknown_category"


# --- opening ------------------------------------------------------------------------------------------------------


def test_a_ballot_is_not_opened_without_trustees(hall):
    take_slips(hall)

    assert _refusal(actions.open_ballot, hall.ballot, by=hall.world.wei) == "no_trustees"


def test_a_ballot_is_not_opened_without_slips(hall):
    take_trustees(hall)

    assert _refusal(actions.open_ballot, hall.ballot, by=hall.world.wei) == "no_credentials"


def test_a_ballot_is_not_opened_outside_the_meeting():
    hall = prepare("reporting")
    take_trustees(hall)
    take_slips(hall)

    assert _refusal(actions.open_ballot, hall.ballot, by=hall.world.wei) == "not_in_meeting"


def test_a_ballot_is_opened_once(hall):
    take_trustees(hall)
    take_slips(hall)
    _open(hall)

    assert _refusal(actions.open_ballot, hall.ballot, by=hall.world.wei) == "not_prepared"


def test_after_opening_nothing_is_set_any_more():
    hall = open_hall()
    by = hall.world.wei

    assert _refusal(actions.set_trustees, hall.ballot, pedersen=pedersen(), by=by) == "ballot_frozen"
    assert _refusal(actions.set_credentials, hall.ballot, listed=b"{}", paper_issued={}, by=by) == "ballot_frozen"
    merged = _refusal(actions.merge_categories, hall.ballot, hall.part("B"), hall.part("A"), by=by)
    assert merged == "ballot_frozen"


def test_opening_fixes_an_election_for_each_category_with_every_unit_and_answer():
    hall = open_hall()
    elections = [queries.election_of(hall.part(code)) for code in ("A", "B")]

    for election in elections:
        units = [f"{entry.number} {entry.unit_zh} / {entry.unit_en}" for entry in hall.world.entries]
        assert [question.question for question in election.questions] == units
        answers = ("好 / Good", "较好 / Fairly good", "一般 / Average", "差 / Poor", "不了解 / No opinion")
        assert {question.answers for question in election.questions} == {answers}
    assert elections[0].uuid != elections[1].uuid
    assert [json.loads(event.raw)["type"] for event in Event.objects.filter(category__ballot=hall.ballot)] == [
        "Setup",
        "Setup",
    ]


def test_a_person_who_became_a_trustee_afterwards_has_no_part_of_the_key():
    hall = open_hall()
    years.assign_role(hall.world.cycle, hall.world.zhou, Role.Kind.TRUSTEE, by=hall.world.wei, now=NOW)

    assert queries.trustee_of(hall.world.zhou, hall.ballot) is None


# --- merging ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small():
    """A hall in which category B has too few slips."""
    hall = prepare()
    take_trustees(hall)
    take_slips(hall, {"A": 11, "B": 3}, {"B": 2})
    return hall


def _merge(hall: Hall, source: str = "B", target: str = "A") -> None:
    parts = hall.part(source), hall.part(target)
    actions.merge_categories(hall.fresh(), *parts, by=hall.world.scrutineer, now=NOW)


def test_a_category_with_too_few_slips_has_to_be_merged_first(small):
    assert _refusal(actions.open_ballot, small.ballot, by=small.world.wei) == "below_floor"

    _merge(small)
    _open(small)

    assert [(part.electorate, part.paper_issued) for part in queries.categories(small.ballot)] == [(14, 2), (0, 0)]
    assert (small.part("B").withheld, small.part("B").election_raw) == (True, "")


def test_slips_of_a_merged_category_stay_good(small):
    _merge(small)
    _open(small)
    credential = small.slips["B"][0]
    small.slips["A"].append(credential)

    assert small.which("A", -1).json()["category"] == "A"
    small.vote([GOOD, POOR], "A", -1)


def test_a_category_is_not_merged_with_itself_nor_with_one_that_is_gone(small):
    by = small.world.wei
    parts = small.part("A"), small.part("B")
    assert _refusal(actions.merge_categories, small.ballot, parts[0], parts[0], by=by) == "no_merge"
    _merge(small)

    parts = small.part("A"), small.part("B")
    assert _refusal(actions.merge_categories, small.ballot, *parts, by=by) == "no_merge"


def test_a_new_list_of_slips_undoes_a_merge(small):
    _merge(small)

    take_slips(small, {"A": 11, "B": 10})

    assert not small.part("B").withheld
    _open(small)
    assert small.part("B").election_raw


def test_a_category_that_votes_on_paper_only_needs_no_slips(hall):
    take_trustees(hall)
    take_slips(hall, {"A": 11}, {"B": 12})

    assert _open(hall).state == Ballot.State.OPEN


def test_a_category_with_neither_slips_nor_enough_paper_is_too_small(hall):
    take_trustees(hall)
    take_slips(hall, {"A": 11}, {"B": 9})

    assert _refusal(actions.open_ballot, hall.ballot, by=hall.world.wei) == "below_floor"


def test_three_categories_may_become_one():
    hall = prepare(text=scheme({"A": 40, "B": 30, "C": 30}))
    take_trustees(hall)
    take_slips(hall, {"A": 6, "B": 3, "C": 4})
    _merge(hall, "B", "A")
    _merge(hall, "C", "A")

    _open(hall)

    assert hall.part("A").electorate == 13
