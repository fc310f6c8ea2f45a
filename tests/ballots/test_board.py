"""The board finds a tracker as people paste it, says why when it does not, and never asks for it in an address."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from shuping.ballots import trackers
from shuping.box import checking
from shuping.box.models import Sealed
from tests.ballots.halls import GOOD, POOR, open_hall, scheme
from tests.builders import client_for

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/trackers.json").read_text("utf-8"))
TRACKER = VECTORS["tracker"]


@pytest.mark.parametrize("how", VECTORS["typed"])
def test_a_tracker_is_read_as_it_is_pasted(how):
    assert TRACKER in trackers.candidates(VECTORS["typed"][how])


@pytest.mark.parametrize("typed", ["", "tracker:", TRACKER[:-1], TRACKER + "xx", "林致远" * 15, "\0", "=" * 43])
def test_what_is_no_tracker_means_none(typed):
    assert trackers.candidates(typed) == []


def test_looking_does_not_take_long_whatever_is_sent():
    assert trackers.candidates("a " * 5000) == ["a" * 43]
    assert len(trackers.candidates(" ".join(f"{number:02}" + "a" * number for number in range(5000)))) < 100


@pytest.fixture
def hall():
    return open_hall()


pytestmark = pytest.mark.django_db


def _look_up(hall, typed, client=None):
    answer = (client or Client()).post(reverse("board", args=[hall.ballot.identifier]), {"tracker": typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_receipt_is_found_with_its_category(hall):
    tracker = hall.vote([GOOD, POOR])
    checking.check_all()

    page = _look_up(hall, f"查票码：{' '.join(tracker[at : at + 11] for at in range(0, 43, 11))}")

    assert "This ballot is in the box, at height 1." in page
    assert "Category A," in page


def test_a_tracker_in_an_address_is_not_looked_up(hall):
    """It would stand in the log of a proxy beside a time and a place."""
    tracker = hall.vote([GOOD, POOR])
    checking.check_all()

    page = Client().get(reverse("board", args=[hall.ballot.identifier]), {"tracker": tracker}).content.decode()

    assert 'id="found"' not in page
    assert 'method="get"' not in page


def test_looking_up_needs_no_cookie_and_sets_no_session(hall):
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.post(reverse("board", args=[hall.ballot.identifier]), {"tracker": TRACKER})

    assert page.status_code == 200
    assert "sessionid" not in page.cookies


def test_the_page_that_follows_by_itself_asks_by_post_too(hall):
    page = _look_up(hall, TRACKER)

    assert f'hx-post="{reverse("board", args=[hall.ballot.identifier])}"' in page
    assert "hx-get" not in page


def _other_case(tracker):
    at = next(place for place, letter in enumerate(tracker) if letter.isalpha() and letter.lower() not in "ilo")
    return tracker[:at] + tracker[at].swapcase() + tracker[at + 1 :]


def test_a_letter_in_the_other_case_is_said(hall):
    tracker = hall.vote([GOOD, POOR])
    checking.check_all()

    page = _look_up(hall, _other_case(tracker))

    assert "One differs only in capital and small letters" in page
    assert f"<code>{tracker}</code></p>" in page


def test_letters_that_look_alike_are_said(hall):
    hall.vote([GOOD, POOR])
    checking.check_all()
    Sealed.objects.update(tracker="l" * 43)

    page = _look_up(hall, "I1" * 21 + "l")

    assert "letters that look alike" in page


def test_what_is_still_being_checked_is_told_to_who_knows_the_tracker_only(hall):
    tracker = hall.vote([GOOD, POOR])

    assert "received and being checked" in _look_up(hall, tracker)
    assert tracker not in _look_up(hall, _other_case(tracker))


def test_a_tracker_of_another_ballot_is_said(hall):
    other = open_hall()
    tracker = other.vote([GOOD, POOR])
    checking.check_all()

    page = _look_up(hall, tracker)

    assert "This tracker stands on another board:" in page
    assert reverse("board", args=[other.ballot.identifier]) in page


def test_a_board_that_is_not_for_everybody_is_not_named(hall):
    closed = open_hall(text=scheme().replace(b'board = "everybody"', b'board = "attendees"'))
    tracker = closed.vote([GOOD, POOR])
    checking.check_all()

    stranger, member = _look_up(hall, tracker), _look_up(hall, tracker, client_for(closed.world.wei))

    assert "There is no ballot with this tracker" in stranger
    assert reverse("board", args=[closed.ballot.identifier]) not in stranger
    assert "another board" in member


@pytest.mark.parametrize(("typed", "letters"), [(TRACKER[:41], 41), (TRACKER + "AB", 45), ("？", 0)])
def test_a_wrong_length_is_counted(hall, typed, letters):
    assert f"these are {letters}." in _look_up(hall, typed)


def test_the_booth_hands_the_tracker_over_behind_the_sign_that_is_not_sent():
    root = Path(__file__).parents[2] / "src/shuping/static"

    assert "`#tracker=${encodeURIComponent(view.tracker)}`" in (root / "booth/screens.js").read_text("utf-8")
    assert "location.hash" in (root / "shuping/board.js").read_text("utf-8")
