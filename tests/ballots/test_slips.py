"""Slips: what the page is told, private halves that come by mistake, made = used + returned + missing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import ballotbox
from shuping.ballots import actions, documents, halves, queries, slips
from shuping.core.models import Act
from shuping.core.refusals import Refused
from tests.ballots.halls import Hall, added_up, open_hall, prepare, take_slips
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db


def refusal(action, *arguments, **named) -> str:
    with pytest.raises(Refused) as caught:
        action(*arguments, **named, now=NOW)
    return caught.value.refusal.code


# --- private halves -----------------------------------------------------------------------------------------------


def spoilt(hall: Hall, how: str) -> bytes:
    """A public list into which a code got."""
    code = ballotbox.new_credential()
    listed = hall.public_list()
    if how == "all":
        return json.dumps({part: [ballotbox.new_credential() for _ in range(3)] for part in listed}).encode()
    listed["A"][3] = {"dashes": code, "plain": code.replace("-", ""), "slip": f"http://x/v/{'a' * 14}#{code}"}[how]
    return json.dumps(listed).encode()


@pytest.mark.parametrize("how", ["dashes", "plain", "slip", "all"])
def test_a_list_with_a_private_half_in_it_is_refused_and_says_what_happened(how):
    hall = prepare()
    hall.slips = {"A": [ballotbox.new_credential() for _ in range(11)], "B": []}
    acts = Act.objects.count()

    with pytest.raises(Refused, match="destroy these slips and make new ones") as caught:
        actions.set_credentials(hall.ballot, listed=spoilt(hall, how), paper_issued={}, by=hall.world.wei, now=NOW)

    assert caught.value.refusal.code == "private_half"
    assert Act.objects.count() == acts
    assert not hall.part().electorate


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_a_list_of_public_halves_is_never_taken_for_private(group):
    g = ballotbox.group(group)
    publics = [ballotbox.public_credential(g, "QingchuanAbcde", ballotbox.new_credential()) for _ in range(20)]

    assert halves.no_private_slip(json.dumps({"A": publics}).encode()) is None


# --- the page -----------------------------------------------------------------------------------------------------


def page(hall: Hall, by: str = "scrutineer") -> str:
    return client_for(hall.world.people[by]).get(reverse("slips", args=[hall.world.cycle.pk])).content.decode()


def test_the_page_knows_the_categories_and_nothing_private():
    text = page(prepare())

    assert 'data-group="Ed25519"' in text
    assert "Category B" in text


def test_after_opening_no_slips_are_made():
    assert "no longer change" in page(open_hall())


def send(hall: Hall, body: bytes, **fields):
    file = SimpleUploadedFile("public-credentials.json", body, "application/json")
    address = reverse("set-credentials", args=[hall.world.cycle.pk])
    values = {"credentials": file, "paper_issued_A": 0, "paper_issued_B": 4} | fields
    return client_for(hall.world.scrutineer).post(address, values, headers={"accept": "application/json"})


def test_the_page_is_answered_in_its_own_way():
    hall = prepare()
    hall.slips = {"A": [ballotbox.new_credential() for _ in range(3)], "B": []}

    answer = send(hall, json.dumps(hall.public_list()).encode())

    assert answer.json() == {"received": True, "numbers": {"A": 3, "B": 0}}
    assert hall.part("B").paper_issued == 4
    refused = send(hall, b'{"A":["zz"]}')
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "bad_credentials")
    assert refused.json()["error"]["zh"]


# --- the account --------------------------------------------------------------------------------------------------


@pytest.fixture
def hall():
    return added_up({"A": 10, "B": 10}, slips={"A": 14, "B": 10})


def account(hall: Hall, **returned: int):
    return slips.account_slips(hall.fresh(), returned=returned, by=hall.world.scrutineer, now=NOW)


def test_made_is_used_and_returned_and_missing(hall):
    rows = account(hall, A=3, B=0)

    assert [[row[key] for key in ("code", "made", "used", "returned", "missing")] for row in rows] == [
        ["A", 14, 10, 3, 1],
        ["B", 10, 10, 0, 0],
    ]
    assert Act.objects.get(verb="account_slips").details == {"slips": {"A": [14, 10, 3, 1], "B": [10, 10, 0, 0]}}


def test_more_slips_cannot_come_back_than_did_not_vote(hall):
    named = {"returned": {"A": 5, "B": 0}, "by": hall.world.scrutineer}

    assert refusal(slips.account_slips, hall.fresh(), **named) == "too_many_slips"
    assert hall.part().slips_returned is None


def test_every_category_is_counted(hall):
    named = {"returned": {"A": 4}, "by": hall.world.scrutineer}

    assert refusal(slips.account_slips, hall.fresh(), **named) == "not_counted"


def test_the_scrutineer_accounts_and_only_after_closing(hall):
    assert refusal(slips.account_slips, hall.fresh(), returned={"A": 4, "B": 0}, by=hall.world.wei) == "not_your_role"
    voting = open_hall()
    named = {"returned": {"A": 0, "B": 0}, "by": voting.world.scrutineer}
    assert refusal(slips.account_slips, voting.ballot, **named) == "slips_later"


@pytest.mark.time_machine("2022-12-29T09:00:00+08:00")
def test_the_account_is_kept_from_the_desk_and_stands_on_the_tally_sheet(hall):
    hall.decrypt()
    browser = client_for(hall.world.scrutineer)
    desk = reverse("ballot", args=[hall.world.cycle.pk])
    assert "form-account-slips" in browser.get(desk).content.decode()
    assert "not counted" in str(documents.tally_sheet(hall.world.cycle, language="en"))

    answer = browser.post(
        reverse("account-slips", args=[hall.world.cycle.pk]), {"returned_A": 2, "returned_B": 0}, follow=True
    )

    assert "stands on the tally sheet" in answer.content.decode()
    sheet = str(documents.tally_sheet(hall.world.cycle, language="en"))
    assert (
        "('Slips made', '14'), ('Slips voted with', '10'), ('Slips returned unused', '2'), ('Slips missing', '2')"
        in sheet
    )


def test_a_new_list_needs_a_new_account():
    hall = prepare()
    take_slips(hall)

    assert [row["returned"] for row in queries.slips_account(hall.ballot)] == [None, None]
