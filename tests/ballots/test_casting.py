"""What the box takes and what it refuses, as a booth meets it; and that nothing else is kept of a vote."""

import json

import pytest
from django.test import Client
from django.urls import reverse

import ballotbox
from ballotbox.credentials import private_exponent
from shuping.ballots import actions, casting, held, queries
from shuping.ballots.models import Ballot
from shuping.box import checking
from shuping.box.models import Sealed, State
from shuping.core.models import Act
from tests.ballots.forging import with_a_false_proof
from tests.ballots.halls import GOOD, GROUP, POOR, open_hall, prepare, scheme, take_slips, take_trustees
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall():
    return open_hall()


def _is_refused(answer, status: int, code: str) -> bool:
    """A refusal with its name and a sentence in each language, and nothing stored."""
    error = answer.json()["error"]
    assert any("\u4e00" <= character <= "\u9fff" for character in error["zh"])
    assert error["en"].isascii()
    assert not Sealed.objects.exists()
    return (answer.status_code, error["code"]) == (status, code)


def test_a_ballot_is_durable_at_once_and_in_the_box_after_its_proofs_are_checked(hall):
    tracker = hall.vote([GOOD, POOR])
    row = held.tracker_state(hall.ballot, tracker)
    assert (row.state, row.height) == (State.RECEIVED, None)

    assert queries.turnout(hall.ballot)[0]["cast"] == 0

    looked_at = checking.check_all()

    row.refresh_from_db()
    assert looked_at == 1
    assert (row.state, row.height) == (State.IN_BOX, 1)
    assert tracker == ballotbox.tracker(bytes(row.raw))


def test_the_same_ballot_again_is_answered_and_kept_once(hall):
    raw = hall.seal([GOOD, POOR])

    first, second = hall.post("cast", raw), hall.post("cast", raw)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() == {"tracker": ballotbox.tracker(raw), "received": True}
    assert Sealed.objects.count() == 1


def test_without_re_voting_a_second_ballot_is_refused_and_the_same_one_is_not():
    hall = open_hall(text=scheme(revote="false"))
    raw = hall.seal([GOOD, POOR])
    hall.post("cast", raw)

    answer = hall.post("cast", hall.seal([POOR, POOR]))

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "voted")
    assert hall.post("cast", raw).status_code == 200
    assert Sealed.objects.count() == 1


ERRORS = {"not_canonical", "wrong_shape", "wrong_election", "unknown_credential", "bad_signature", "bad_point"}


def test_a_ballot_in_which_one_bit_was_changed_is_refused_by_name(hall):
    raw = hall.seal([GOOD, POOR])

    for place in range(0, len(raw), 97):
        changed = bytearray(raw)
        changed[place] ^= 1
        answer = hall.post("cast", bytes(changed))
        assert answer.status_code == 400, place
        assert answer.json()["error"]["code"] in ERRORS
        assert {"zh", "en"} <= answer.json()["error"].keys()

    assert not Sealed.objects.exists()
    assert hall.post("cast", raw).status_code == 201


def test_a_ballot_with_a_false_proof_is_set_aside_and_the_one_before_it_counts(hall):
    good = hall.vote([GOOD, POOR])
    checking.check_all()

    false = hall.post("cast", with_a_false_proof(hall, [GOOD, POOR]))
    checking.check_all()

    assert false.status_code == 201
    row = held.tracker_state(hall.ballot, false.json()["tracker"])
    assert (row.state, row.fault, row.height) == (State.SET_ASIDE, "bad_proof", None)
    assert [ballot.tracker for ballot in queries.counted_ballots(hall.part())] == [good]
    page = Client().post(reverse("board", args=[hall.ballot.identifier]), {"tracker": row.tracker})
    assert "set aside" in page.content.decode()


def test_whose_only_ballot_was_set_aside_has_not_voted(hall):
    hall.post("cast", with_a_false_proof(hall, [GOOD, POOR]))
    checking.check_all()

    assert queries.turnout(hall.ballot)[0]["cast"] == 0


def test_nothing_is_taken_after_closing(hall):
    raw = hall.seal([GOOD, POOR])
    hall.close()

    answer = hall.post("cast", raw)

    assert _is_refused(answer, 409, "closed")
    assert answer.json()["error"]["en"] == "The ballot is closed: this ballot was not taken."


def test_a_ballot_that_arrives_while_voting_closes_is_refused(hall):
    raw, still_open = hall.seal([GOOD, POOR]), hall.fresh()
    actions.close_ballot(Ballot.objects.get(pk=still_open.pk), by=hall.world.scrutineer, now=NOW)
    assert still_open.state == Ballot.State.OPEN

    (refused,) = casting.cast(still_open.identifier, [raw])

    assert refused.refusal.code == "closed"
    assert not Sealed.objects.exists()


def test_nothing_is_taken_before_opening():
    hall = prepare()
    take_trustees(hall)
    take_slips(hall)

    assert _is_refused(hall.post("cast", b"{}"), 409, "not_open")
    assert hall.which().json()["state"] == "before"
    assert hall.which().json()["open"] is False


def test_a_slip_of_another_category_is_refused(hall):
    assert _is_refused(hall.post("cast", hall.seal([GOOD, POOR], "B", 0, election_of="A")), 400, "unknown_credential")


def test_a_slip_that_was_never_listed_is_refused(hall):
    hall.slips["A"].append(ballotbox.new_credential())

    assert _is_refused(hall.post("cast", hall.seal([GOOD, POOR], slip=-1)), 400, "unknown_credential")
    assert _is_refused(hall.which(slip=-1), 404, "unknown_credential")


def test_a_ballot_of_another_year_is_refused(hall):
    other = open_hall()

    assert _is_refused(hall.post("cast", other.seal([GOOD, POOR])), 400, "wrong_election")


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 90_000, b'{"election_uuid":1}'])
def test_what_is_no_ballot_is_refused_by_name(hall, body):
    assert _is_refused(hall.post("cast", body), 400, "not_canonical")


def test_what_begins_like_a_ballot_and_is_none_is_refused_by_name(hall):
    start = f'{{"election_uuid":"{hall.part().uuid}"'.encode()

    assert _is_refused(hall.post("cast", start + b"}"), 400, "wrong_shape")
    assert _is_refused(hall.post("cast", start), 400, "not_canonical")


def test_what_is_larger_than_any_ballot_is_not_read(hall):
    assert _is_refused(hall.post("cast", b"0" * 400_001), 413, "too_large")
    start = f'{{"election_uuid":"{hall.part().uuid}"'.encode()
    assert _is_refused(hall.post("cast", start + b" " * 100_000), 400, "too_large")


@pytest.mark.parametrize("length", ["-1", "1e3", "\u00b2", "x"])
def test_a_length_that_is_no_number_is_refused(hall, length):
    address = reverse("cast", args=[hall.ballot.identifier])

    answer = Client().generic("POST", address, b"{}", content_type="application/json", CONTENT_LENGTH=length)

    assert _is_refused(answer, 413, "too_large")


NO_QUESTIONS = [b"", b"{", b"[]", b"{}", b'{"credential":null}', b'{"credential":["a"]}', b'{"credential":"\\ud800"}']


@pytest.mark.parametrize("body", [*NO_QUESTIONS, b'{"credential":"ab"}', b"[" * 3_900, b"\xff"])
def test_a_code_that_is_not_known_is_answered_in_both_languages(hall, body):
    assert _is_refused(hall.post("which", body), 404, "unknown_credential")


def test_a_question_that_is_too_large_is_not_read(hall):
    assert _is_refused(hall.post("which", b" " * 4_001), 413, "too_large")


def test_an_unknown_ballot_is_answered_in_both_languages(hall):
    hall.ballot.identifier = ballotbox.new_identifier()

    assert _is_refused(hall.post("which", json.dumps({"credential": hall.public()})), 404, "unknown_credential")
    assert _is_refused(hall.post("cast", b"{}"), 404, "no_ballot")


def test_a_slip_learns_its_election_and_what_is_on_it(hall):
    answer = hall.which("B").json()

    assert answer["category"] == "B"
    assert answer["category_label"] == {"zh": "B类", "en": "Category B"}
    assert answer["election"] == hall.part("B").election_raw
    assert (answer["open"], answer["state"], answer["revote"]) == (True, "open", True)
    assert [entry["id"] for entry in answer["entries"]] == ["01", "02"]
    hall.close()
    assert (hall.which("B").json()["open"], hall.which("B").json()["state"]) == (False, "closed")


def test_the_booth_and_the_box_set_no_cookie_and_ask_for_none(hall):
    browser = Client(enforce_csrf_checks=True)

    answers = [
        browser.get(reverse("booth", args=[hall.ballot.identifier])),
        hall.post("which", json.dumps({"credential": hall.public()}), browser),
        hall.post("cast", hall.seal([GOOD, GOOD]), browser),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 201]
    assert not browser.cookies
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers or answer.cookies]


def test_what_is_kept_of_a_vote_does_not_depend_on_who_is_signed_in(hall):
    browser = client_for(hall.world.chen)

    hall.post("cast", hall.seal([GOOD, POOR]), browser)

    row = Sealed.objects.get()
    kept = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
    assert set(kept) == {"id", "strand", "credential_hash", "raw", "tracker", "state", "height", "fault"}


def test_no_private_half_of_a_slip_is_in_anything_that_is_sent(hall):
    sent: list[bytes] = []
    post = hall.post
    hall.post = lambda name, body, client=None: (sent.append(str(body).encode()), post(name, body, client))[1]

    hall.which()
    hall.vote([GOOD, POOR])

    assert len(sent) == 2
    for credential in hall.slips["A"]:
        assert not [body for body in sent if credential.encode() in body]
    exponent = private_exponent(GROUP, hall.ballot.identifier, hall.slips["A"][0])
    assert not [body for body in sent if str(exponent).encode() in body]


def test_no_act_tells_of_a_vote(hall):
    before = Act.objects.count()

    hall.vote([GOOD, POOR])
    checking.check_all()

    assert Act.objects.count() == before


def test_the_board_shows_the_tracker_and_turnout_and_no_choice(hall):
    tracker = hall.vote([GOOD, POOR])
    checking.check_all()

    page = Client().post(reverse("board", args=[hall.ballot.identifier]), {"tracker": tracker}).content.decode()

    assert page.count(tracker) >= 2
    assert "at height 1" in page
    assert queries.turnout(hall.ballot)[0]["cast"] == 1
    assert "Good" not in page
    assert held.ends(hall.ballot)[hall.part().pk].head in page


def test_a_tracker_that_is_not_there_is_told(hall):
    page = Client().post(reverse("board", args=[hall.ballot.identifier]), {"tracker": "nothing\x00"}).content.decode()

    assert "A tracker has 43 letters" in page


def test_trackers_stand_by_their_letters_and_not_by_time(hall):
    for slip in range(6):
        hall.vote([GOOD, GOOD], slip=slip)
    checking.check_all()

    shown = [row["tracker"] for row in held.trackers(hall.part())]

    assert shown == sorted(shown)
    assert [height for height, _raw in held.events(hall.part())] == list(range(7))


def test_a_check_that_itself_fails_holds_up_no_other_ballot(hall, monkeypatch):
    stuck, other = hall.vote([GOOD, POOR], slip=0), hall.vote([POOR, GOOD], slip=1)
    check_proofs = ballotbox.check_proofs

    def fail_on_the_first(election, ballot):
        if ballot.tracker == stuck:
            raise ZeroDivisionError
        return check_proofs(election, ballot)

    monkeypatch.setattr(ballotbox, "check_proofs", fail_on_the_first)
    with pytest.raises(ZeroDivisionError):
        checking.check_all()
    monkeypatch.undo()

    assert held.tracker_state(hall.ballot, other).state == State.IN_BOX
    assert held.tracker_state(hall.ballot, stuck).state == State.RECEIVED
    checking.check_all()
    assert held.tracker_state(hall.ballot, stuck).state == State.IN_BOX
