"""Turns in their order, and the clock on the floor (R29-R31, R34)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.meetings import actions, queries
from shuping.meetings.models import AgendaItem, FloorClock
from tests.builders import client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import at, refused, take, turn

pytestmark = pytest.mark.django_db
STEPS = ("call", "back", "start", "pause", "resume", "end", "finish")


@pytest.fixture
def world():
    return make_cycle("reporting", entries=3, written=1)


@pytest.fixture
def entry(world):
    halls.open_meeting(world)
    return world.entries[0]


def test_a_turn_from_the_call_to_its_end(world, entry):
    states = [take(world, entry, step).state for step in ("call", "start", "pause", "resume", "end", "finish")]

    assert states == ["called", "speaking", "speaking", "speaking", "questions", "done"]
    verbs = Act.objects.filter(subject__startswith="meeting:").order_by("id").values_list("verb", flat=True)
    assert list(verbs)[-6:] == [
        "call_reporter",
        "start_speech",
        "pause_speech",
        "resume_speech",
        "end_speech",
        "finish_turn",
    ]


def test_a_call_can_be_taken_back(world, entry):
    assert take(world, entry, "call", "back").state == "waiting"


@pytest.mark.parametrize(
    ("lead", "allowed"),
    [
        ((), {"call"}),
        (("call",), {"back", "start"}),
        (("call", "start"), {"pause", "end"}),
        (("call", "start", "pause"), {"resume", "end"}),
        (("call", "start", "end"), {"finish"}),
        (("call", "start", "end", "finish"), set()),
    ],
)
def test_a_step_that_does_not_follow_is_refused(world, entry, lead, allowed):
    take(world, entry, *lead)
    client = client_for(world.clerk)
    item = turn(world, entry)

    for step in sorted(set(STEPS) - allowed):
        answer = client.post(reverse("desk-step", args=[world.cycle.pk, "01", step]))
        assert answer.status_code == 409, step
    assert turn(world, entry).state == item.state


def test_the_sentence_names_the_state(world, entry):
    with pytest.raises(Refused) as caught:
        take(world, entry, "end")

    assert str(caught.value).endswith("this step does not follow from “waiting”. The page was older than the meeting.")


def test_two_cannot_have_the_floor_at_once(world, entry):
    take(world, entry, "call")
    assert refused(take, world, world.entries[1], "call") == "somebody_has_the_floor"
    take(world, entry, "start", "end")
    assert refused(take, world, world.entries[1], "call") == "somebody_has_the_floor"
    take(world, entry, "finish")
    assert take(world, world.entries[1], "call").state == "called"


def test_nobody_is_called_before_the_meeting_is_open(world):
    halls.make_meeting(world)

    assert refused(take, world, world.entries[0], "call") == "not_in_session"


@pytest.mark.parametrize("somebody", ["chair", "commentator", "lin", "teller", "observer"])
def test_only_secretariat_and_clerk_lead_the_desk(world, entry, somebody):
    person = getattr(world, somebody)

    assert refused(actions.call, turn(world, entry), by=person, now=at(0)) == "not_your_role"
    assert client_for(person).get(reverse("desk", args=[world.cycle.pk])).status_code == 409


def test_a_written_report_goes_straight_to_the_comment(world, entry):
    assert take(world, world.entries[2], "call").state == "comment"
    assert not FloorClock.objects.exists()
    assert take(world, world.entries[2], "finish").state == "done"


def test_the_clock_counts_what_was_spoken_without_the_pauses(world, entry):
    take(world, entry, "call", "start")
    take(world, entry, "pause", seconds=100)
    clock = turn(world, entry).clock
    assert [queries.elapsed(clock, at(seconds)) for seconds in (100, 150)] == [100, 100]

    take(world, entry, "resume", seconds=160)
    take(world, entry, "pause", seconds=200)
    take(world, entry, "resume", seconds=210.5)
    clock = turn(world, entry).clock
    assert clock.paused_for == timedelta(seconds=70.5)
    assert queries.elapsed(clock, at(270.5)) == 200

    take(world, entry, "end", seconds=510.9)
    assert queries.elapsed(turn(world, entry).clock, at(9999)) == 440


def test_a_report_that_ends_during_a_pause_took_until_the_pause(world, entry):
    take(world, entry, "call", "start")
    take(world, entry, "pause", seconds=100)
    take(world, entry, "end", seconds=400)

    assert queries.elapsed(turn(world, entry).clock, at(9999)) == 100


def test_a_call_taken_back_and_made_again_starts_the_clock_anew(world, entry):
    take(world, entry, "call", "back")
    take(world, entry, "call", "start", seconds=1000)

    assert queries.elapsed(turn(world, entry).clock, at(1010)) == 10


@pytest.mark.parametrize(
    ("seconds", "text", "state"),
    [
        (0, "8:00", "running"),
        (419, "1:01", "running"),
        (420, "1:00", "warning"),
        (480, "0:00", "warning"),
        (485, "-0:05", "over"),
        (545, "-1:05", "over"),
    ],
)
def test_the_face_of_the_clock(world, entry, seconds, text, state):
    item = take(world, entry, "call", "start")
    face = queries.face(item, at(seconds))

    assert (item.clock.limit, item.clock.warning) == (480, 60)
    assert (face.text, face.state, face.runs) == (text, state, True)


def test_a_stopped_clock_does_not_run(world, entry):
    assert queries.face(take(world, entry, "call"), at(0)) is None
    take(world, entry, "start")
    assert queries.face(take(world, entry, "pause", seconds=5), at(500)) == queries.Face(
        475, spoken=5, runs=False, warning=60
    )


def test_the_desk_offers_what_follows_next(world, entry):
    clerk, desk = client_for(world.clerk), reverse("desk", args=[world.cycle.pk])
    forms = ["call", "start-speech", "call-back", "end-speech", "pause", "resume", "finish-turn", "close-meeting"]

    def offered():
        page = clerk.get(desk).content.decode()
        return {form for form in forms if f'id="form-{form}"' in page}

    def press(step, number="01"):
        assert clerk.post(reverse("desk-step", args=[world.cycle.pk, number, step])).status_code == 302

    with travel(halls.BEGINS, tick=False):
        assert offered() == {"call"}
        press("call")
        assert offered() == {"start-speech", "call-back"}
        press("start")
        assert offered() == {"end-speech", "pause"}
        press("pause")
        assert offered() == {"end-speech", "resume"}
        press("end")
        assert offered() == {"finish-turn"}
        press("finish")
        assert "Next: 02" in clerk.get(desk).content.decode()


def test_the_desk_shows_the_clock_as_it_stands(world, entry):
    take(world, entry, "call", "start")
    with travel(at(485), tick=False):
        page = client_for(world.clerk).get(reverse("desk", args=[world.cycle.pk])).content.decode()

    assert 'class="clock over"' in page
    assert 'data-left="-5"' in page
    assert ">-0:05<" in page


def test_an_unknown_step_and_an_unknown_number_are_not_found(world, entry):
    clerk = client_for(world.clerk)

    assert clerk.post(reverse("desk-step", args=[world.cycle.pk, "01", "applaud"])).status_code == 404
    assert clerk.post(reverse("desk-step", args=[world.cycle.pk, "99", "call"])).status_code == 404
    assert clerk.get(reverse("desk-step", args=[world.cycle.pk, "01", "call"])).status_code == 405
    assert AgendaItem.objects.exclude(state="waiting").count() == 0
