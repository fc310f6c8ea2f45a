"""The desk's pages: the whole way by hand, steps on the home page, who sees what."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import ballotbox
from shuping.ballots import actions, queries, register
from shuping.ballots.models import Ballot
from shuping.box import checking
from tests.ballots.halls import GROUP, Hall, added_up, open_hall, pedersen, prepare, scheme, take_slips, take_trustees
from tests.builders import NOW, client_for, make_cycle

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2022-12-29T09:00:00+08:00")]


def _post(hall: Hall, name: str, by: str = "scrutineer", **fields):
    address = reverse(name, args=[hall.world.cycle.pk])
    return client_for(hall.world.people[by]).post(address, fields, follow=True)


def _desk(hall: Hall, by: str = "scrutineer") -> str:
    return client_for(hall.world.people[by]).get(reverse("ballot", args=[hall.world.cycle.pk])).content.decode()


def _file(name: str, body: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "application/json")


def test_a_ballot_is_run_from_the_desk():
    world = make_cycle("meeting", scheme=scheme({"A": 60, "B": 20, "C": 20}))
    hall = Hall(world, None)
    _post(hall, "prepare-ballot", by="wei")
    hall.ballot = queries.ballot_of(world.cycle)
    _post(hall, "set-trustees", trustees=_file("trustees.json", pedersen()))
    hall.slips = {code: [ballotbox.new_credential() for _ in range(n)] for code, n in (("A", 11), ("B", 4), ("C", 0))}
    listed = _file("public-credentials.json", json.dumps(hall.public_list()).encode())
    page = _post(
        hall, "set-credentials", credentials=listed, paper_issued_A=3, paper_issued_B=0, paper_issued_C=11
    ).content.decode()
    assert "15 public credentials are taken in." in page
    _post(hall, "merge-categories", source="B", target="A")
    assert [(part.electorate, part.paper_issued) for part in queries.categories(hall.ballot)] == [
        (15, 3),
        (0, 0),
        (0, 11),
    ]

    _post(hall, "open-ballot")
    assert hall.fresh().state == Ballot.State.OPEN
    _post(hall, "close-ballot")
    assert hall.fresh().state == Ballot.State.CLOSED
    _post(hall, "tally")
    assert hall.part().withheld


def test_a_refused_step_is_a_page_with_its_sentence():
    hall = prepare()

    answer = _post(hall, "open-ballot")

    assert answer.status_code == 409
    assert "hold the key ceremony and upload them first" in answer.content.decode()


@pytest.mark.parametrize("name", ["set-trustees", "set-credentials"])
def test_a_file_that_was_not_chosen_is_asked_for(name):
    assert "Choose the file" in _post(prepare(), name).content.decode()


def test_what_cannot_be_done_yet_says_why_at_the_desk():
    hall = prepare()

    assert "hold the key ceremony and upload them first" in _desk(hall)
    take_trustees(hall)
    assert "make the slips and upload the public list first" in _desk(hall)


def test_the_desk_shows_turnout_and_what_waits_and_no_result():
    hall = open_hall()
    hall.votes("A", 3)

    page = _desk(hall)

    assert "3 ballots are being checked" in page
    checking.check_all()
    assert "being checked" not in _desk(hall)
    assert queries.turnout(hall.ballot)[0]["cast"] == 3


def test_links_to_the_records_stand_on_the_desk_of_who_may_have_them():
    hall = added_up()
    hall.decrypt()

    assert "record-A.bel" in _desk(hall, "auditor")
    assert "record-A.bel" not in _desk(hall, "lin")


@pytest.mark.parametrize("name", ["prepare-ballot", "open-ballot", "close-ballot", "tally"])
def test_a_step_is_never_taken_by_looking(name):
    hall = prepare()

    assert client_for(hall.world.wei).get(reverse(name, args=[hall.world.cycle.pk])).status_code == 405


def test_somebody_from_another_county_finds_no_desk():
    hall = prepare()

    assert client_for(hall.world.zhou).get(reverse("ballot", args=[hall.world.cycle.pk])).status_code == 404
    assert Client().get(reverse("ballot", args=[hall.world.cycle.pk])).status_code == 302


def test_a_ballot_that_is_not_prepared_has_a_desk_and_nothing_else():
    world = make_cycle("meeting", scheme=scheme())
    browser = client_for(world.wei)

    assert "form-prepare-ballot" in browser.get(reverse("ballot", args=[world.cycle.pk])).content.decode()
    assert browser.post(reverse("open-ballot", args=[world.cycle.pk])).status_code == 404
    assert browser.get(reverse("board", args=["QingchuanAbcde"])).status_code == 404


def test_a_trustee_s_page_names_its_addresses_and_holds_no_secret():
    hall = added_up()
    address = reverse("trustee", args=[hall.ballot.identifier])

    page = client_for(hall.world.ada).get(address).content.decode()

    assert reverse("trustee-share", args=[hall.ballot.identifier]) in page
    assert actions.server_key(hall.ballot)["private"] not in page


def test_the_public_part_may_be_what_the_command_line_wrote():
    hall = prepare()
    body = pedersen() + b"\n"

    actions.set_trustees(hall.ballot, pedersen=body, by=hall.world.wei, now=NOW)

    assert GROUP.name in hall.ballot.group


def _steps(hall: Hall, name: str) -> list[str]:
    person = hall.world.people[name]
    found = [*register.desk_steps(person, NOW), *register.trustees_steps(person, NOW)]
    return [str(step.title) for step in (*found, *register.tellers_steps(person, NOW))]


def test_the_next_step_stands_on_the_home_page_of_whose_turn_it_is():
    world = make_cycle("meeting", scheme=scheme())
    hall = Hall(world, None)
    assert _steps(hall, "scrutineer") == ["Prepare the ballot"]
    hall.ballot = actions.prepare_ballot(world.cycle, by=world.wei, now=NOW)
    assert _steps(hall, "scrutineer") == ["Hold the key ceremony of the trustees"]
    take_trustees(hall)
    assert _steps(hall, "scrutineer") == ["Make the slips"]
    take_slips(hall, paper={"A": 12})
    assert _steps(hall, "scrutineer") == ["Open the ballot"]
    actions.open_ballot(hall.fresh(), by=world.wei, now=NOW)
    assert _steps(hall, "scrutineer") == ["Close the ballot when everybody has voted"]
    assert _steps(hall, "teller") == _steps(hall, "ada") == _steps(hall, "lin") == []
    hall.votes("A", 10)
    hall.close()
    assert _steps(hall, "scrutineer") == ["Add the ballots up"]
    hall.tally()
    assert _steps(hall, "ada") == ["Decrypt the sums with your key"]
    assert _steps(hall, "teller") == ["Key the paper ballots of category A"]


def test_the_desk_asks_the_database_as_often_for_many_ballots_as_for_few(django_assert_max_num_queries):
    hall = open_hall()
    hall.votes("A", 11)
    checking.check_all()
    browser = client_for(hall.world.scrutineer)
    address = reverse("ballot", args=[hall.world.cycle.pk])

    with django_assert_max_num_queries(45):
        assert browser.get(address).status_code == 200
