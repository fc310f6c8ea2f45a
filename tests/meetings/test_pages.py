"""What everybody sees without an account, the next steps of the roles, and how often pages ask the database."""

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from shuping.core import todo
from shuping.meetings.models import AgendaItem, Attendance
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import BEGINS, at, take
from tests.meetings.test_closing import SPEECH, finished, speak

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting", entries=2, written=1)


def public(meeting, name, seconds=0, language="en"):
    """A page of the meeting as it is for somebody without an account."""
    with travel(at(seconds), tick=False):
        answer = Client(headers={"accept-language": language}).get(reverse(name, args=[meeting.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_hall_follows_the_meeting(world):
    meeting = halls.make_meeting(world)
    assert ">09:00<" in public(meeting, "hall")

    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    meeting = halls.actions.open_meeting(meeting, by=world.clerk, now=BEGINS)
    entry = world.entries[0]
    assert "Next" in public(meeting, "hall")
    assert entry.unit_en in public(meeting, "hall")

    take(world, entry, "call", "start")
    page = public(meeting, "hall", 425)
    assert f"<h1>{entry.unit_en}</h1>" in page
    assert 'class="clock warning"' in page
    assert ">0:55<" in page
    assert ">-0:05<" in public(meeting, "hall", 485)

    take(world, entry, "end", "finish", seconds=450)
    page = public(meeting, "hall")
    assert "1 of 2 units have reported" in page
    assert "clock" not in page.split("<main")[1]
    take(world, world.entries[1], "call", "finish")
    assert "Everybody has reported" in public(meeting, "hall")


@pytest.mark.parametrize("name", ["hall", "now"])
def test_public_pages_tell_neither_scores_nor_comments(world, name):
    meeting = halls.open_meeting(world)
    finished(world)
    speak(meeting, SPEECH)
    before = public(meeting, name)
    halls.close(world)
    after = public(meeting, name)

    assert "Everybody has reported" in before
    assert "The meeting is closed" in after
    for page in (before, after):
        for private in ("Problem of", "Roads were built", "Keep going", SPEECH[:12], "Fairly good", "score", "grade"):
            assert private not in page.split("<main")[1]


@pytest.mark.parametrize(("name", "words"), [("hall", "剩余时间"), ("now", "述职中")])
def test_public_pages_speak_chinese(world, name, words):
    meeting = halls.open_meeting(world)
    take(world, world.entries[0], "call", "start")
    page = public(meeting, name, language="zh-hans")

    assert world.entries[0].unit_zh in page
    assert words in page


def test_the_phone_page_has_the_agenda_and_marks_the_turn(world):
    meeting = halls.open_meeting(world)
    take(world, world.entries[0], "call")
    page = public(meeting, "now")

    assert page.split("<main")[1].count("<li") == 2
    assert f'aria-current="step"><span>{world.entries[0]}<' in page


def test_a_desk_without_anybody_on_the_agenda(world):
    meeting = halls.open_meeting(world)
    meeting.agenda.all().delete()

    assert client_for(world.clerk).get(reverse("desk", args=[world.cycle.pk])).status_code == 200


def test_a_meeting_that_is_not_there(world):
    assert Client().get(reverse("hall", args=[99])).status_code == 404
    assert Client().get(reverse("now", args=[99])).status_code == 404


def test_nobody_without_an_account_enters_the_other_pages(world):
    halls.make_meeting(world)

    for name in ("meeting", "attendance", "desk", "speech", "minutes"):
        answer = Client().get(reverse(name, args=[world.cycle.pk]))
        assert answer.status_code == 302
        assert "/sign-in/" in answer.headers["Location"]


def test_the_meeting_says_its_own_state_in_chinese(world):
    halls.make_meeting(world)
    page = client_for(world.wei).get(reverse("meeting", args=[world.cycle.pk]), headers={"accept-language": "zh-hans"})

    assert "筹备中</span>" in page.content.decode()


def steps(person):
    return [str(step.title) for step in todo.steps_for(person, NOW) if "/meeting/" in step.url]


def test_the_organisers_next_steps(world):
    assert (steps(world.wei), steps(world.clerk)) == (["Set the meeting up"], [])
    meeting = halls.make_meeting(world)
    assert steps(world.wei) == steps(world.clerk) == ["Send in the list of those who attend"]
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    assert steps(world.clerk) == ["Check in and open the meeting"]
    halls.actions.open_meeting(meeting, by=world.clerk, now=BEGINS)
    assert steps(world.clerk) == ["Lead the meeting at the desk"]
    finished(world)
    meeting = halls.close(world)
    assert steps(world.clerk) == ["Check and lock the minutes"]
    halls.actions.lock_minutes(meeting, by=world.clerk, now=BEGINS)
    assert steps(world.clerk) == []


def test_the_speakers_next_steps(world):
    halls.open_meeting(world)
    assert steps(world.chair) == ["Prepare the comments on 2 reports", "Write the closing speech"]
    said = halls.comment(world, world.entries[0])
    confirm = f"Confirm the comment on {world.entries[0]}"
    assert "Prepare the comment on 1 report" in steps(world.chair)
    take(world, world.entries[0], "call", "start", "end")
    assert confirm in steps(world.chair)
    halls.commenting.confirm_comment(said, by=world.chair, now=BEGINS)
    assert confirm not in steps(world.chair)
    halls.comment(world, world.entries[0], speaker=world.observer)
    assert steps(world.observer) == [confirm]
    assert steps(world.teller) == steps(world.lin) == []


def test_a_comment_asks_for_its_confirmation_only_after_the_report(world):
    halls.open_meeting(world)
    halls.comment(world, world.entries[0], speaker=world.observer)

    assert steps(world.observer) == []


COUNTS = {"meeting": 22, "desk": 26}


@pytest.mark.parametrize("name", COUNTS)
def test_a_page_asks_the_database_as_often_for_three_entries_as_for_one(name, django_assert_num_queries):
    for entries in (1, 3):
        world = make_cycle("reporting", entries=entries)
        meeting = halls.open_meeting(world)
        Attendance.objects.create(meeting=meeting, name_zh=f"{entries}")
        take(world, world.entries[0], "call", "start", "end")
        for _ in range(entries):
            halls.comment(world, world.entries[0], "One", "Two")
        client = client_for(world.clerk)
        with django_assert_num_queries(COUNTS[name]):
            client.get(reverse(name, args=[world.cycle.pk]))
    assert AgendaItem.objects.count() == 4


def test_the_part_that_is_pushed_to_every_phone_stands_in_the_page_and_belongs_to_nobody(world):
    meeting = halls.open_meeting(world)
    page = public(meeting, "now")
    answer = Client(headers={"hx-request": "true"}).get(reverse("now", args=[meeting.pk]))
    part = answer.content.decode().strip()

    assert part.startswith("<h1>")
    assert part in page
    for own in ("<form", "csrf", "<html", "hx-get"):
        assert own not in part
