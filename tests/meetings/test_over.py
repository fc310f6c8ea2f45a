"""When open pages may be let go: the meeting is over for good, not just closed; likewise its ballot and its year."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from shuping.ballots import queries as ballots
from shuping.ballots.models import Ballot
from shuping.core import live, pushed
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.meetings import queries
from shuping.meetings.models import Meeting, Minutes
from tests.builders import NOW, make_cycle
from tests.meetings import halls

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def meeting():
    return halls.make_meeting(make_cycle())


def _close(meeting, at=NOW):
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CLOSED, closed_at=at)


def _ballot(meeting, state):
    return Ballot.objects.create(cycle=meeting.cycle, identifier=f"b-{state}", group="Ed25519", state=state)


def test_a_meeting_is_over_when_nobody_took_the_closing_back_for_an_hour(meeting):
    assert not queries.is_over(meeting.pk, NOW + 100 * HOUR)
    _close(meeting)

    assert not queries.is_over(meeting.pk, NOW + 0.9 * HOUR)
    assert queries.is_over(meeting.pk, NOW + 1.1 * HOUR)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.OPEN, closed_at=None)
    assert not queries.is_over(meeting.pk, NOW + 100 * HOUR)


def test_a_meeting_is_over_when_its_minutes_are_locked_and_when_it_is_not_there(meeting):
    _close(meeting)
    Minutes.objects.create(meeting=meeting, text="", locked_at=NOW)

    assert queries.is_over(meeting.pk, NOW)
    assert queries.is_over(999_999, NOW)


def test_the_phones_page_follows_the_meeting_and_its_year_until_both_say_nothing_more(meeting):
    topics = (f"meeting-{meeting.pk}", f"cycle-{meeting.cycle_id}")
    assert queries.now_page(meeting.pk, NOW) == pushed.Subject(topics)
    assert queries.now_page(999_999, NOW) is None

    _close(meeting)
    assert queries.now_page(meeting.pk, NOW + 2 * HOUR) == pushed.Subject(topics, over=True)

    _ballot(meeting, Ballot.State.OPEN)
    assert queries.now_page(meeting.pk, NOW + 2 * HOUR) == pushed.Subject(topics)


@pytest.mark.parametrize(
    ("state", "stage", "over"),
    [
        (Ballot.State.PREPARED, Cycle.Stage.FINISHED, False),
        (Ballot.State.OPEN, Cycle.Stage.MEETING, False),
        (Ballot.State.CLOSED, Cycle.Stage.DECISION, False),
        (Ballot.State.COUNTED, Cycle.Stage.DECISION, False),
        (Ballot.State.COUNTED, Cycle.Stage.RECTIFICATION, True),
        (Ballot.State.COUNTED, Cycle.Stage.FINISHED, True),
        (Ballot.State.VOID, Cycle.Stage.MEETING, True),
    ],
)
def test_a_ballot_is_over_when_it_is_void_or_counted_and_the_year_gone_on(meeting, state, stage, over):
    ballot = _ballot(meeting, state)
    Cycle.objects.filter(pk=meeting.cycle_id).update(stage=stage)

    assert ballots.is_over(ballot.pk) is over
    assert live.over((f"ballot-{ballot.pk}",)) is over
    assert ballots.is_over(999_999)


def test_a_year_and_its_results_are_over_when_it_is_finished_and_its_ledger_never(meeting):
    key = meeting.cycle_id
    assert not live.over((f"cycle-{key}",))

    Cycle.objects.filter(pk=key).update(stage=Cycle.Stage.FINISHED)

    assert live.over((f"cycle-{key}", f"results-{key}"))
    assert not live.over((f"ledger-{key}",))
    assert cycles.is_over(999_999)


def test_phones_and_screen_say_what_they_follow_and_nothing_that_can_be_changed(meeting):
    now = Client().get(reverse("now", args=[meeting.pk])).content.decode()
    screen = Client().get(reverse("hall", args=[meeting.pk])).content.decode()

    assert f'sse-connect="/live/?page=/now/{meeting.pk}/" sse-close="over"' in now
    assert live.address(f"meeting-{meeting.pk}") in screen
    assert f'hx-trigger="sse:meeting-{meeting.pk}"' in screen
