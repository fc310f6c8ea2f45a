"""Where the log of acts stood is shown at opening and closing, and stands on the tally sheet and in the minutes."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from shuping.ballots import documents, noted
from shuping.core import acts
from shuping.core.models import Act
from shuping.meetings import actions as meeting_acts
from shuping.meetings import documents as meeting_papers
from shuping.meetings import minutes
from tests.ballots.halls import added_up, open_hall, prepare
from tests.builders import NOW, client_for
from tests.meetings import halls as meetings

pytestmark = pytest.mark.django_db


def _screen(meeting, language="en"):
    browser = Client(headers={"accept-language": language})
    return html.unescape(browser.get(reverse("hall", args=[meeting.pk])).content.decode())


def _after(verb):
    return str(acts.anchor_at(Act.objects.filter(verb=verb).latest("id")))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Log of acts when the ballot was "), ("zh-hans", "时的操作日志")]
)
def test_the_hall_screen_shows_it_at_opening_and_closing(language, words):
    hall = open_hall()
    meeting = meetings.open_meeting(hall.world)
    opened = _screen(meeting, language)
    hall.close()
    closed = _screen(meeting, language)

    assert opened.count(words) == closed.count(words) == 1
    assert _after("open_ballot") in opened
    assert _after("close_ballot") in closed
    assert _after("open_ballot") not in closed


def test_what_is_done_later_does_not_move_it():
    hall = open_hall()
    opened = noted.opened(hall.ballot)
    meetings.open_meeting(hall.world)

    assert noted.opened(hall.ballot) == opened
    assert acts.anchor() != opened


def test_before_it_opens_there_is_nothing_to_show():
    hall = prepare()

    assert "Log of acts" not in _screen(meetings.open_meeting(hall.world))
    assert (noted.opened(hall.ballot), noted.closed(hall.ballot), noted.counted(hall.ballot)) == (None, None, None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tally_sheet_says_where_it_stood_at_closing_and_count(counted, language):
    text = documents.tally_sheet(counted.world.cycle, language=language).texts()

    assert _after("close_ballot") in text
    assert _after("count_ballot") in text
    assert documents.tally_sheet(counted.world.cycle, language=language).texts() == text


def test_the_tally_sheet_names_no_count_before_there_is_one():
    hall = added_up()
    text = documents.tally_sheet(hall.world.cycle, language="en").texts()

    assert _after("close_ballot") in text
    assert "when the ballot was counted" not in text


def test_a_ballot_that_an_older_version_counted_has_the_anchor_of_its_last_step(counted, monkeypatch):
    # The act of the count itself is not there: until now the last key or the last paper ended it silently.
    monkeypatch.setattr(noted.acts, "last", lambda verb, thing: None)

    assert str(noted.counted(counted.ballot)) == _after("key_paper")


def test_the_minutes_hold_both_and_on_paper_where_they_were_locked():
    hall = open_hall()
    meeting = meetings.open_meeting(hall.world)
    hall.close()
    for entry in hall.world.entries:
        meetings.hear(hall.world, entry)
    meeting = meeting_acts.close_meeting(meeting, by=hall.world.clerk, now=NOW)
    draft = meeting_papers.record(meeting, language="en").texts()
    meeting_acts.lock_minutes(meeting, by=hall.world.clerk, now=NOW)
    locked = meeting_papers.record(meeting, language="en").texts()

    assert f"Log of acts when the ballot was opened: {_after('open_ballot')}." in meeting.minutes.text
    assert f"Log of acts when the ballot was closed: {_after('close_ballot')}." in meeting.minutes.text
    assert "when these minutes were locked" not in draft
    assert str(minutes.locked_at(meeting)) == _after("lock_minutes")
    assert _after("lock_minutes") in locked
    page = client_for(hall.world.clerk).get(reverse("minutes", args=[hall.world.cycle.pk])).content.decode()
    assert _after("lock_minutes") in page
