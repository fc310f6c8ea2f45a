"""The key ceremony over HTTP: whose turn it is, what is refused, how it is started over, what a lost key costs."""

import json

import pytest
from django.urls import reverse

import ballotbox
from ballotbox import exchange
from shuping.ballots import actions, ceremonies, queries, register
from shuping.ballots.models import Ballot
from shuping.box import checking
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions as years
from shuping.cycles.models import Role
from tests.ballots.halls import GROUP, TRUSTEES, Hall, prepare, take_slips, take_trustees
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db


class Keys:
    """The trustees' side: each with a seed, speaking to the site over HTTP."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.seeds = {name: exchange.new_seed() for name in TRUSTEES}

    @property
    def ceremony(self):
        return queries.latest_ceremony(self.hall.ballot)

    def state(self, name: str = "ada") -> dict:
        return client_for(self.hall.world.people[name]).get(self._address("ceremony-state")).json()

    def _address(self, name: str) -> str:
        return reverse(name, args=[self.hall.ballot.identifier])

    def file(self) -> exchange.Ceremonial:
        return exchange.read_ceremony(json.dumps(self.state()).encode())

    def message(self, step: int, name: str) -> bytes:
        index, seed = TRUSTEES.index(name) + 1, self.seeds[name]
        if step == 1:
            return exchange.first_message(self.file().setting, index, seed)
        if step == 2:
            return exchange.second_message(self.file(), index, seed)
        return exchange.third_message(self.file(), index, seed)[0]

    def send(self, raw: bytes, name: str = "ada"):
        body = json.dumps({"message": raw.decode()})
        client = client_for(self.hall.world.people[name])
        return client.post(self._address("ceremony-send"), data=body, content_type="application/json")

    def take(self, *steps: int) -> None:
        """Everybody who has not yet done so sends the message of these steps."""
        for step in steps:
            sent = [row[step - 1] for row in self.state()["messages"]]
            for name in [name for name, raw in zip(TRUSTEES, sent, strict=False) if not raw]:
                assert self.send(self.message(step, name), name).json() == {"received": True, "step": step}

    def key(self, name: str) -> ballotbox.KeyFile:
        """The key that the seed of a printed sheet makes again."""
        return exchange.third_message(self.file(), TRUSTEES.index(name) + 1, self.seeds[name])[1]


def start(hall: Hall, threshold: int = 2) -> Keys:
    ceremonies.start_ceremony(hall.fresh(), threshold=threshold, by=hall.world.scrutineer, now=NOW)
    return Keys(hall)


@pytest.fixture
def hall():
    return prepare()


@pytest.fixture
def keys(hall):
    return start(hall)


def refusal(action, *arguments, **named) -> str:
    with pytest.raises(Refused) as caught:
        action(*arguments, **named, now=NOW)
    return caught.value.refusal.code


def code(answer) -> str:
    assert answer.status_code == 409
    return answer.json()["error"]["code"]


def test_three_trustees_make_the_keys_of_the_ballot(keys):
    keys.take(1, 2, 3)

    ballot = keys.hall.fresh()
    assert keys.ceremony.state == "finished"
    assert queries.shares_needed(ballot) == 2
    owners = {trustee.person: trustee.verification_key for trustee in ballot.trustees.exclude(owner=1)}
    assert owners == {keys.hall.world.people[name]: keys.key(name).verification_key for name in TRUSTEES}


def test_a_lost_key_within_the_threshold_costs_nothing(keys):
    keys.take(1, 2, 3)
    hall = keys.hall
    take_slips(hall)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    hall.votes("A", 11)
    hall.votes("B", 10)
    hall.close()
    hall.tally()
    del keys.seeds["ada"]  # her sheet is lost, and so is her file

    for name in ("second_trustee", "third_trustee"):
        decrypt(hall, keys, name)

    assert hall.fresh().state == Ballot.State.COUNTED
    assert queries.counts_for_scoring(hall.world.cycle)["A"] == hall.expected("A")


def decrypt(hall: Hall, keys: Keys, name: str) -> None:
    """With the key that the seed makes again from what the tasks bring along."""
    tasks = hall.tasks(name)
    ceremony = exchange.read_ceremony(json.dumps(tasks["ceremony"]).encode())
    key = exchange.third_message(ceremony, tasks["owner"] - 1, keys.seeds[name])[1]
    for task in tasks["categories"]:
        election = ballotbox.Election.parse(task["election"].encode())
        added = ballotbox.EncryptedTally.parse(election, task["tally"].encode(), num_tallied=task["cast"])
        raw = ballotbox.partial_decryption(election, added, key.decryption_key, cast=task["cast"], floor=tasks["floor"])
        assert hall.give(raw, task["category"], name).status_code == 200


def test_the_state_says_whose_turn_it_is(keys):
    keys.send(keys.message(1, "ada"))

    told = keys.state("second_trustee")

    assert [bool(row[0]) for row in told["messages"]] == [True, False, False]
    assert (told["index"], told["state"], told["threshold"]) == (2, "running", 2)
    steps = {
        name: [step.title for step in register.trustees_steps(keys.hall.world.people[name], NOW)] for name in TRUSTEES
    }
    assert [bool(steps[name]) for name in TRUSTEES] == [False, True, True]


@pytest.mark.time_machine("2022-12-29T09:00:00+08:00")
def test_everybody_who_runs_the_ballot_sees_how_far_each_trustee_is(keys):
    keys.send(keys.message(1, "ada"))
    address = reverse("ceremony", args=[keys.hall.world.cycle.pk])

    page = client_for(keys.hall.world.scrutineer).get(address).content.decode()

    assert "Step 1 of 3" in page
    assert (page.count("pill-done"), page.count("pill-awaited")) == (1, 2)
    assert "Make my part of the key" not in page
    assert "Make my part of the key" in client_for(keys.hall.world.ada).get(address).content.decode()
    keys.take(1, 2, 3)
    assert "any 2 decrypt together with the server" in client_for(keys.hall.world.wei).get(address).content.decode()


@pytest.mark.parametrize("trustees", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_trustee_as_for_three(hall, trustees, django_assert_num_queries):
    people = [hall.world.people[name] for name in TRUSTEES[trustees:]]
    Role.objects.filter(cycle=hall.world.cycle, kind=Role.Kind.TRUSTEE, person__in=people).delete()
    start(hall, threshold=1)
    browser = client_for(hall.world.ada)
    address = reverse("ceremony", args=[hall.world.cycle.pk])
    browser.get(address)

    with django_assert_num_queries(12):
        assert browser.get(address).content.decode().count("pill-awaited") == trustees


@pytest.mark.parametrize(("trustees", "threshold"), [(1, 1), (2, 2)])
def test_other_numbers_of_trustees_make_a_key_too(hall, trustees, threshold):
    people = [hall.world.people[name] for name in TRUSTEES[trustees:]]
    Role.objects.filter(cycle=hall.world.cycle, kind=Role.Kind.TRUSTEE, person__in=people).delete()
    keys = start(hall, threshold)

    keys.take(1, 2, 3)

    assert hall.fresh().trustees.count() == trustees + 1
    assert queries.shares_needed(hall.ballot) == threshold


# --- refused, and the ceremony goes on ----------------------------------------------------------------------------


def test_the_same_message_again_changes_nothing_and_another_is_refused(keys):
    raw = keys.message(1, "ada")
    keys.send(raw)
    acts = Act.objects.count()

    assert keys.send(raw).json() == {"received": True, "step": 1}
    assert Act.objects.count() == acts
    assert code(keys.send(keys.message(1, "ada"))) == "message_twice"
    assert keys.state()["messages"][0][0] == raw.decode()


def test_a_message_of_another_trustee_is_refused(keys):
    assert code(keys.send(keys.message(1, "second_trustee"), "ada")) == "foreign_message"


def test_a_message_of_another_ballot_is_refused(keys):
    elsewhere = start(prepare())

    assert code(keys.send(elsewhere.message(1, "ada"))) == "foreign_message"


def test_a_message_that_comes_too_early_is_refused(keys):
    keys.send(keys.message(1, "ada"))
    elsewhere = exchange.Ceremonial.begin(keys.file().setting)
    for index, name in enumerate(TRUSTEES, start=1):
        seed = keys.seeds[name]
        raw = (
            keys.state()["messages"][0][0]
            if name == "ada"
            else exchange.first_message(elsewhere.setting, index, seed).decode()
        )
        elsewhere = elsewhere.with_message(index, 1, raw)

    assert code(keys.send(exchange.second_message(elsewhere, 1, keys.seeds["ada"]))) == "not_yet"


@pytest.mark.parametrize("body", ["", "{}", "3", "x", "[" * 5000, '{"message":"{}","signature":{}}'])
def test_what_is_no_message_is_refused_and_the_ceremony_goes_on(keys, body):
    assert code(keys.send(body.encode())) == "bad_message"
    keys.take(1, 2, 3)
    assert keys.hall.fresh().trustees_raw


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"message"'])
def test_a_request_without_a_message_is_not_found(keys, body):
    client = client_for(keys.hall.world.ada)
    address = reverse("ceremony-send", args=[keys.hall.ballot.identifier])

    assert client.post(address, data=body, content_type="application/json").status_code in (404, 409)


def test_a_private_key_that_is_sent_by_mistake_is_told_so_and_not_kept(keys):
    seed = keys.seeds["ada"]
    file = json.dumps({"shuping": "trustee-seed", "version": 1, "seed": seed}).encode()

    answer = keys.send(file)

    assert code(answer) == "private_key"
    assert "Nothing of it was kept" in answer.json()["error"]["en"]
    assert seed not in json.dumps(keys.state()) + "".join(map(str, Act.objects.values_list("details", flat=True)))


def test_somebody_without_a_seat_sends_nothing_and_sees_nothing(keys):
    raw = keys.message(1, "ada")

    assert code(keys.send(raw, "scrutineer")) == "not_in_ceremony"
    for name in ("key", "ceremony-state"):
        address = reverse(name, args=[keys.hall.ballot.identifier])
        assert client_for(keys.hall.world.scrutineer).get(address).status_code == 404


def test_a_trustee_who_joined_the_plan_meanwhile_needs_a_new_ceremony(keys):
    keys.take(1, 2)
    keys.send(keys.message(3, "ada"), "ada")
    keys.send(keys.message(3, "second_trustee"), "second_trustee")
    years.assign_role(keys.hall.world.cycle, keys.hall.world.zhou, Role.Kind.TRUSTEE, by=keys.hall.world.wei, now=NOW)

    assert code(keys.send(keys.message(3, "third_trustee"), "third_trustee")) == "plan_changed"
    assert keys.hall.fresh().trustees_raw == ""


# --- beginning and starting over ----------------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", [0, 4])
def test_so_many_cannot_be_needed(hall, threshold):
    named = {"threshold": threshold, "by": hall.world.scrutineer}

    assert refusal(ceremonies.start_ceremony, hall.ballot, **named) == "bad_threshold"


def test_one_ceremony_runs_at_a_time(keys):
    named = {"threshold": 2, "by": keys.hall.world.scrutineer}

    assert refusal(ceremonies.start_ceremony, keys.hall.ballot, **named) == "ceremony_runs"


def test_only_who_runs_the_ballot_begins(hall):
    assert refusal(ceremonies.start_ceremony, hall.ballot, threshold=2, by=hall.world.ada) == "not_your_role"


def test_starting_over_throws_everything_away_and_keeps_the_reason(keys):
    keys.take(1, 2, 3)
    old = keys.ceremony.identifier
    raw = keys.state()["messages"][0][0].encode()

    again = ceremonies.start_over(
        keys.hall.fresh(), threshold=3, reason="Ada lost her sheet.", by=keys.hall.world.scrutineer, now=NOW
    )

    assert keys.hall.fresh().trustees_raw == ""
    assert (again.threshold, again.identifier == old) == (3, False)
    act = Act.objects.get(verb="start_ceremony_over")
    assert act.reason == "Ada lost her sheet."
    assert code(keys.send(raw)) == "foreign_message"
    keys.seeds = {name: exchange.new_seed() for name in TRUSTEES}
    keys.take(1, 2, 3)
    assert queries.shares_needed(keys.hall.fresh()) == 3


def test_starting_over_needs_a_reason(keys):
    named = {"threshold": 2, "reason": "  ", "by": keys.hall.world.scrutineer}

    assert refusal(ceremonies.start_over, keys.hall.ballot, **named) == "no_reason"
    assert keys.ceremony.state == "running"


def test_nothing_is_started_over_after_opening(keys):
    keys.take(1, 2, 3)
    take_slips(keys.hall)
    actions.open_ballot(keys.hall.fresh(), by=keys.hall.world.scrutineer, now=NOW)
    named = {"threshold": 2, "reason": "late", "by": keys.hall.world.scrutineer}

    assert refusal(ceremonies.start_over, keys.hall.fresh(), **named) == "ballot_frozen"
    assert code(keys.send(b"{}")) == "no_ceremony_runs"


def test_keys_of_the_command_line_stand_beside(hall):
    take_trustees(hall)

    assert queries.latest_ceremony(hall.ballot) is None
    assert hall.ballot.trustees.count() == 4


def test_a_key_file_in_place_of_the_public_part_is_told_so(hall):
    key = json.dumps(ballotbox.ceremony(GROUP, trustees=3, threshold=2).key_files[0]).encode()

    assert refusal(actions.set_trustees, hall.ballot, pedersen=key, by=hall.world.wei) == "private_key"


# --- decrypting: a wrong share, a share twice, a share for another ballot -----------------------------------------


def test_wrong_shares_are_refused_and_the_decryption_goes_on(keys):
    keys.take(1, 2, 3)
    hall = keys.hall
    take_slips(hall)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    hall.votes("A", 11)
    hall.votes("B", 10)
    hall.close()
    hall.tally()
    checking.check_all()
    shares = {part: share_of(hall, keys, "ada", part) for part in ("A", "B")}

    assert code(hall.give(shares["B"], "A", "ada")) == "bad_share"  # of another election
    assert code(hall.give(share_of(hall, keys, "third_trustee", "A"), "A", "ada")) == "bad_share"  # of another trustee
    assert hall.give(shares["A"], "A", "ada").status_code == 200
    assert code(hall.give(shares["A"], "A", "ada")) == "share_twice"
    assert hall.give(shares["B"], "B", "ada").status_code == 200
    decrypt(hall, keys, "second_trustee")
    assert hall.fresh().state == Ballot.State.COUNTED


def share_of(hall: Hall, keys: Keys, name: str, part: str) -> bytes:
    task = next(task for task in hall.tasks(name)["categories"] if task["category"] == part)
    election = ballotbox.Election.parse(task["election"].encode())
    added = ballotbox.EncryptedTally.parse(election, task["tally"].encode(), num_tallied=task["cast"])
    return ballotbox.partial_decryption(election, added, keys.key(name).decryption_key, cast=task["cast"], floor=10)
