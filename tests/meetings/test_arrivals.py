"""Attendance one by one, quorums live, papers of the hall, screens and the clock (R26, R27, R30, R31)."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from shuping.meetings import arrivals, codes, queries, seating
from shuping.meetings.models import Attendance, QuorumRule
from shuping.templatetags.codes import qr
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import at, place, refused, take, turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting", entries=2)


@pytest.fixture
def meeting(world):
    meeting = halls.make_meeting(world)
    rows = [place("王小明", "A", "是"), place("欧阳修", "A", "是"), place("张丽", "B", "是"), place("李四")]
    halls.send_roster(meeting, world, *rows)
    return meeting


def seat(meeting, name):
    return meeting.attendance.get(name_zh=name)


def test_codes_differ_and_are_readable():
    made = codes.new_codes(500)

    assert len(set(made)) == 500
    assert set("".join(made)) <= set(codes.LETTERS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wxm", ["王小明"]),
        ("oyx", ["欧阳修"]),
        ("zhangli", ["张丽"]),
        ("李", ["李四"]),
        ("2", ["欧阳修"]),
        ("", ["王小明", "欧阳修", "张丽", "李四"]),
        ("xyz", []),
    ],
)
def test_people_are_found_at_the_keyboard(meeting, typed, found):
    people = queries.attendance(meeting)

    assert [one.name_zh for one in arrivals.matching(people, typed)] == found


def test_a_code_is_found_as_a_whole_only():
    people = [Attendance(name_zh="王小明", precedence=1, code="2KX7"), Attendance(name_zh="欧阳修", precedence=2)]

    assert [one.precedence for one in arrivals.matching(people, "2kx7")] == [1]
    assert [one.precedence for one in arrivals.matching(people, "2")] == [2]


@pytest.mark.parametrize("typed", ["shan", "dan", "sy", "shanyi"])
def test_a_name_is_found_in_every_reading(typed):
    assert arrivals.matching([Attendance(name_zh="单一", precedence=1)], typed)


def test_a_scanned_card_leads_to_its_place_and_checks_in(world, meeting):
    one, clerk = seat(meeting, "王小明"), client_for(world.clerk)
    door = reverse("door", args=[world.cycle.pk, one.code])
    assert 'id="form-arrive"' in clerk.get(door).content.decode()
    answer = clerk.post(reverse("find-place", args=[world.cycle.pk]), {"typed": one.code.lower()})
    assert answer["Location"] == door
    clerk.post(reverse("arrive", args=[world.cycle.pk, one.pk]))
    clerk.post(reverse("arrive", args=[world.cycle.pk, one.pk]))

    assert seat(meeting, "王小明").present
    assert clerk.get(reverse("door", args=[world.cycle.pk, "QQQQQ"])).status_code == 404
    answer = clerk.post(reverse("find-place", args=[world.cycle.pk]), {"typed": "zl"}, follow=True)
    assert "张丽" in answer.content.decode() or "张丽 in English" in answer.content.decode()
    assert client_for(world.lin).get(door).status_code == 409


def test_who_came_late_and_left_early_is_known(world, meeting):
    one = seat(meeting, "王小明")
    arrivals.arrive(meeting, one, by=world.clerk, now=at(600))
    arrivals.arrive(meeting, one, by=world.clerk, now=at(700))
    one = arrivals.leave(meeting, one, by=world.clerk, now=at(5000))

    assert (one.arrived_at, one.left_at, one.present) == (at(600), at(5000), False)


def test_a_substitute_keeps_the_vote_but_is_no_member(world):
    meeting = halls.make_meeting(world)
    halls.seat(meeting, world, ("chair", "committee"), ("commentator",))
    assert queries.quorums(meeting)[0].present == 2
    one = meeting.attendance.get(name_zh="committee")
    one = arrivals.substitute(meeting, one, name="赵六", office="副主任", by=world.clerk, now=NOW)

    assert one.present
    assert queries.quorums(meeting)[0].present == 1
    assert not queries.quorums(meeting)[0].reached
    given = {"name": "committee", "office": "", "by": world.clerk, "now": NOW}
    assert refused(arrivals.substitute, meeting, one, **given) == "same_person"


@pytest.mark.parametrize(
    ("share", "category", "needed"), [("1/2", "A", 2), (">=1/2", "A", 1), ("2/3", "", 3), (">=2/3", "", 2)]
)
def test_quorums_by_category_and_in_all_are_exact(world, meeting, share, category, needed):
    QuorumRule.objects.create(meeting=meeting, category=category, quorum_above=share)
    for number, name in enumerate(("王小明", "欧阳修", "张丽"), 1):
        arrivals.arrive(meeting, seat(meeting, name), by=world.clerk, now=NOW)
        found = queries.quorums(meeting)[-1]
        counted = min(number, 2) if category else number
        assert Fraction(found.present, found.members) == Fraction(counted, 2 if category else 3)
        assert found.reached == (counted >= needed)


def test_a_row_is_seated_from_the_middle():
    assert seating.row_of_seats([1, 2, 3, 4, 5]) == [5, 3, 1, 2, 4]
    assert seating.seats([1, 2, 3, 4], a_row=3) == [[3, 1, 2], [4]]


@pytest.mark.parametrize(
    ("people", "chairs"),
    [
        ([1], [None, None, 1, None, None]),
        ([1, 2], [None, None, 1, 2, None]),
        ([1, 2, 3], [None, 3, 1, 2, None]),
        ([1, 2, 3, 4], [None, 3, 1, 2, 4]),
        ([1, 2, 3, 4, 5], [5, 3, 1, 2, 4]),
    ],
)
def test_the_last_row_sits_behind_the_middle_of_the_others(people, chairs):
    assert seating.centred(seating.row_of_seats(people), 5) == chairs


def test_cards_and_plan_come_from_the_list(world, meeting, settings):
    settings.ADDRESS = "http://10.0.0.5:8000"
    (slips,) = seating.name_cards(world.cycle, language="zh").blocks
    assert [card[0] for card in slips.slips] == ["王小明", "欧阳修", "张丽", "李四"]
    assert slips.slips[0][2] == f"http://10.0.0.5:8000/c/{world.cycle.pk}/meeting/door/{seat(meeting, '王小明').code}/"
    plan = seating.seat_plan(world.cycle, language="zh")
    assert plan.blocks[-1].rows == (("张丽", "王小明", "欧阳修", "李四"),)


def test_one_address_shows_the_meeting_that_runs(world, client):
    with travel(halls.BEGINS, tick=False):
        assert "No meeting today" in client.get("/now/", headers={"accept-language": "en"}).content.decode()
        meeting = halls.open_meeting(world)
        assert client.get("/now/")["Location"] == reverse("now", args=[meeting.pk])
        other = halls.open_meeting(make_cycle("reporting", entries=1))
        page = client.get("/now/", headers={"accept-language": "en"}).content.decode()
        assert "Which meeting?" in page
        assert reverse("now", args=[other.pk]) in page


@pytest.mark.parametrize("name", ["hall", "now"])
def test_screens_reload_themselves_without_scripts(world, client, name):
    meeting = halls.open_meeting(world)

    assert '<noscript><meta http-equiv="refresh"' in client.get(reverse(name, args=[meeting.pk])).content.decode()


def test_the_server_tells_its_time(client, django_assert_num_queries):
    with travel(datetime(2022, 12, 29, 1, 0, tzinfo=UTC), tick=False), django_assert_num_queries(0):
        answer = client.get("/time/")

    assert answer.json() == {"now": 1672275600000, "stands": False}
    assert answer["Cache-Control"] == "no-store"


def test_the_clock_counts_through_the_change_to_summer_time(world):
    """Two minutes before the clocks of Berlin jump from 2 to 3."""
    halls.open_meeting(world)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        begun = datetime(2023, 3, 26, 0, 58, tzinfo=UTC)
        halls.actions.call(turn(world, world.entries[0]), by=world.clerk, now=begun)
        halls.actions.start_speech(turn(world, world.entries[0]), by=world.clerk, now=begun)
        face = queries.face(turn(world, world.entries[0]), begun + timedelta(minutes=5))

    assert (face.spoken, face.text) == (300, "3:00")
    assert face.ends == int((begun + timedelta(minutes=8)).timestamp() * 1000)


def test_overtime_is_recorded_and_shown(world):
    halls.open_meeting(world)
    take(world, world.entries[0], "call", "start")
    take(world, world.entries[0], "end", seconds=505)

    assert queries.face(turn(world, world.entries[0]), at(9999)).over_text == "0:25"
    page = client_for(world.clerk).get(reverse("desk", args=[world.cycle.pk])).content.decode()
    assert '<strong class="overtime">+0:25</strong>' in page


@pytest.mark.parametrize("name", ["hall", "meeting"])
def test_the_address_for_phones_is_shown_as_a_code(world, meeting, settings, name):
    settings.ADDRESS = "http://192.0.2.7:8000"
    page = client_for(world.clerk).get(reverse(name, args=[meeting.pk if name == "hall" else world.cycle.pk]))
    drawn = page.content.decode()

    assert "http://192.0.2.7:8000/now/" in drawn
    assert qr("http://192.0.2.7:8000/now/") in drawn
    assert "style=" not in qr("x")
