"""The order changes on the day, two desks agree, every step can be undone (R11, R28, R29)."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from scoring import builtin_scheme
from shuping.ballots import opening
from shuping.core.models import Act
from shuping.cycles.models import Entry
from shuping.meetings import actions, desk, documents, lots, order, printing, queries, scripts, word_rules
from shuping.meetings.models import Meeting
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import at, refused, take, turn
from tests.meetings.test_closing import finished

pytestmark = pytest.mark.django_db
SEED = "骰子 4-2-6-1"


@pytest.fixture
def world():
    return make_cycle("reporting", entries=4, written=1)


@pytest.fixture
def meeting(world):
    return halls.open_meeting(world)


def press(world, verb, number=None, *, seen=None, **given):
    item = turn(world, world.entries[number - 1]) if number else None
    meeting = queries.meeting_of(world.cycle)
    return desk.press(meeting, verb, item=item, seen=seen, by=world.clerk, now=at(10), **given)


def undo(world, reason="Pressed by mistake"):
    return desk.undo(queries.meeting_of(world.cycle), reason=reason, by=world.clerk, now=at(20))


def numbers(meeting):
    return [item.entry.number for item in queries.agenda(meeting)]


@given(seed=st.text(min_size=4, max_size=40), size=st.integers(1, 40))
def test_lots_are_a_rearrangement_that_anybody_can_recompute(seed, size):
    listed = [f"{number:02}" for number in range(1, size + 1)]
    drawn = lots.draw(seed, reversed(listed))

    assert sorted(drawn) == listed
    assert drawn == sorted(listed, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode("utf-8", "strict")).digest())


def test_a_known_draw():
    assert lots.draw("1234", ["01", "02", "03", "04", "05"]) == sorted(
        ["01", "02", "03", "04", "05"], key=lambda one: hashlib.sha256(b"1234:" + one.encode()).hexdigest()
    )
    assert lots.draw("1234", ["01", "02", "03", "04", "05"]) != lots.draw("4321", ["01", "02", "03", "04", "05"])


def test_the_draw_orders_the_oral_reports_and_stands_on_the_screen(world, meeting, client):
    press(world, "lots", seed=SEED, witness="Wang")

    drawn = lots.draw(SEED, ["01", "02", "03"])
    assert numbers(meeting) == [*drawn, "04"]
    page = client.get(reverse("lots", args=[meeting.pk]), headers={"accept-language": "en"}).content.decode()
    assert lots.lot(SEED, "01") in page
    hall = client.get(reverse("hall", args=[meeting.pk]), headers={"accept-language": "en"}).content.decode()
    assert SEED in hall
    assert "witness Wang" in hall
    assert Act.objects.get(verb="draw_lots").details == {"seed": SEED, "witness": "Wang", "order": drawn}


@pytest.mark.parametrize(("seed", "witness", "code"), [("123", "Wang", "seed_missing"), ("1234", " ", "seed_missing")])
def test_a_draw_needs_seed_and_witness(world, meeting, seed, witness, code):
    assert refused(press, world, "lots", seed=seed, witness=witness) == code


def test_lots_are_drawn_once_and_before_the_reports(world, meeting):
    press(world, "lots", seed=SEED, witness="Wang")
    assert refused(press, world, "lots", seed="another", witness="Wang") == "lots_drawn"
    undo(world)
    assert numbers(meeting) == ["01", "02", "03", "04"]
    press(world, "call", 1)
    assert refused(press, world, "lots", seed=SEED, witness="Wang") == "too_late_for_lots"


def test_swap_and_last(world, meeting):
    press(world, "swap", 1)
    assert numbers(meeting) == ["02", "01", "03", "04"]
    press(world, "last", 2)
    assert numbers(meeting) == ["01", "03", "04", "02"]
    assert refused(press, world, "swap", 2) == "nobody_after"
    undo(world)
    undo(world)
    assert numbers(meeting) == ["01", "02", "03", "04"]


def test_whoever_is_passed_over_comes_after_the_others(world, meeting):
    press(world, "skip", 1, reason="On the way")

    assert queries.following(queries.agenda(meeting)).entry.number == "02"
    for number in (2, 3, 4):
        press(world, "call", number)
        for step in ("start", "end") if number < 4 else ():
            press(world, step, number)
        press(world, "finish", number)
    assert queries.following(queries.agenda(meeting)).entry.number == "01"
    press(world, "call", 1)
    assert turn(world, world.entries[0]).state == "called"


def test_an_oral_report_is_taken_in_writing_with_its_reason(world, meeting):
    assert refused(press, world, "write", 1, reason=" ") == "reason_missing"
    press(world, "write", 1, reason="Ill")
    press(world, "call", 1)

    item = turn(world, world.entries[0])
    assert (item.state, item.why) == ("comment", "Ill")
    assert refused(order.take_in_writing, turn(world, world.entries[3]), reason="x", by=world.clerk, now=NOW) == (
        "written_already"
    )


def test_a_deputy_speaks(world, meeting, client):
    assert refused(press, world, "deputy", 1, deputy="Zhao", capacity="") == "deputy_missing"
    press(world, "deputy", 1, deputy="Zhao", capacity="deputy secretary")
    press(world, "call", 1)

    assert "Zhao · deputy secretary" in client.get(reverse("hall", args=[meeting.pk])).content.decode()


def test_a_withdrawn_reporter_keeps_the_row_and_is_not_counted(world, meeting):
    entry = world.entries[1]
    press(world, "withdraw", 2, reason="Transferred yesterday")
    entry.refresh_from_db()

    assert entry.not_graded_because == "Transferred yesterday"
    assert Entry.objects.filter(cycle=world.cycle, number="02").exists()
    assert refused(press, world, "call", 2) == "not_its_turn"
    assert refused(halls.comment, world, entry, "Too late") == "withdrawn"
    undo(world)
    entry.refresh_from_db()
    assert (entry.not_graded_because, turn(world, entry).state) == ("", "waiting")


def test_an_absent_reporter_is_not_called_but_a_deputy_is(world, meeting):
    meeting.attendance.create(person=world.lin, name_zh="林", name_en="Lin", precedence=9)

    assert refused(press, world, "call", 1) == "reporter_absent"
    press(world, "deputy", 1, deputy="Zhao", capacity="deputy secretary")
    press(world, "call", 1)


def test_a_comment_on_somebody_who_did_not_report_is_not_confirmed(world, meeting):
    said = halls.comment(world, world.entries[0], "Early")

    assert str(word_rules.may_confirm(world.clerk, said).sentence) == (
        f"{world.entries[0]} has not reported yet: this comes after the report."
    )


def test_lunch_and_a_second_day(world, meeting, client):
    press(world, "adjourn", purpose="Lunch", resumes_at=at(3600))
    assert refused(press, world, "call", 1) == "adjourned"
    page = client.get(reverse("now", args=[meeting.pk]), headers={"accept-language": "en"}).content.decode()
    assert "Adjourned" in page
    assert "Lunch" in page
    press(world, "go-on")
    press(world, "call", 1)
    assert refused(press, world, "adjourn", purpose="Night", resumes_at=None) == "turn_running"
    assert refused(press, world, "go-on") == "not_adjourned"


def test_it_does_not_go_on_before_it_was_adjourned(world, meeting):
    assert refused(press, world, "adjourn", purpose="Lunch", resumes_at=at(5)) == "resumes_in_the_past"


def test_two_desks_that_press_the_same_button_do_it_once(world, meeting):
    first, second = client_for(world.clerk), client_for(world.wei)
    address = reverse("desk-step", args=[world.cycle.pk, "01", "call"])
    seen = Meeting.objects.get(pk=meeting.pk).version

    first.post(address, {"seen": seen})
    answer = second.post(address, {"seen": seen}, follow=True)

    page = answer.content.decode()
    assert f"Nothing was done: {world.clerk.name} pressed a button at another desk meanwhile." in page
    assert 'id="form-start-speech"' in page
    assert Act.objects.filter(verb="call_reporter").count() == 1


def sent(client, name, **words):
    """The answer to a form of the desk, and which version of the meeting its page says it has seen."""
    answer = client.post(reverse(name, args=[client.cycle]), words)
    seen = re.search(r'name="seen" value="(\d+)"', answer.content.decode())
    return answer, seen and seen.group(1)


@pytest.fixture
def second(world, meeting):
    """Another desk."""
    client = client_for(world.wei)
    client.cycle = world.cycle.pk
    return client


def test_a_stale_page_does_not_undo_what_it_did_not_see_and_keeps_the_reason(world, meeting, second):
    old = queries.meeting_of(world.cycle).version
    press(world, "call", 1)
    answer, seen = sent(second, "undo-step", reason="Wrong unit", seen=old)

    assert answer.status_code == 409
    assert f"Nothing was done: {world.clerk.name} pressed a button" in answer.content.decode()
    assert 'id="undoing" open' in answer.content.decode()
    assert 'value="Wrong unit"' in answer.content.decode()
    assert turn(world, world.entries[0]).state == "called"
    assert sent(second, "undo-step", reason="Wrong unit", seen=seen)[0].status_code == 302
    assert Act.objects.get(verb="undo_step").reason == "Wrong unit"
    assert turn(world, world.entries[0]).state == "waiting"


def test_what_the_meeting_is_adjourned_for_stays_while_somebody_has_the_floor(world, meeting, second):
    press(world, "call", 1)
    seen = queries.meeting_of(world.cycle).version
    answer, _ = sent(second, "adjourn", purpose="Lunch at noon", resumes_at="2022-12-29T14:00", seen=seen)

    assert answer.status_code == 409
    assert "Somebody has the floor: finish the turn, then adjourn." in answer.content.decode()
    assert 'value="Lunch at noon"' in answer.content.decode()
    assert 'value="2022-12-29T14:00"' in answer.content.decode()


def test_a_seed_that_is_refused_stays_in_its_field(world, meeting, second):
    answer, seen = sent(second, "draw-lots", seed="1-2", witness="Wang")

    assert answer.status_code == 409
    assert 'id="lots" open' in answer.content.decode()
    assert 'value="1-2"' in answer.content.decode()
    assert sent(second, "draw-lots", seed="1-2-3", witness="Wang", seen=seen)[0].status_code == 302


def test_words_are_given_back_to_those_only_who_lead_the_desk(world, meeting):
    answer = client_for(world.lin).post(reverse("undo-step", args=[world.cycle.pk]), {"reason": "Let me"})

    assert answer.status_code == 409
    assert "form-undo" not in answer.content.decode()


def test_every_step_of_a_turn_is_undone_one_by_one(world, meeting):
    for step in ("call", "start", "pause", "resume", "end", "next", "next", "next"):
        press(world, step, 1)
    states = [turn(world, world.entries[0]).state]
    for _ in range(8):
        undo(world)
        states.append(turn(world, world.entries[0]).state)

    assert states == ["done", "undertaking", "comment", "questions", *["speaking"] * 3, "called", "waiting"]
    assert not hasattr(turn(world, world.entries[0]), "clock")
    assert Act.objects.filter(verb="undo_step", reason="Pressed by mistake").count() == 8
    assert refused(undo, world) == "nothing_to_undo"
    assert Act.objects.filter(verb="call_reporter").exists()


def test_undoing_the_end_lets_the_clock_go_on_from_its_start(world, meeting):
    press(world, "call", 1)
    press(world, "start", 1)
    before = turn(world, world.entries[0]).clock.started
    press(world, "end", 1)
    undo(world)
    clock = turn(world, world.entries[0]).clock

    assert clock.ended is None
    assert abs(clock.started - before) < timedelta(milliseconds=1)


def test_undoing_needs_a_reason_and_the_role(world, meeting):
    press(world, "call", 1)
    assert refused(undo, world, " ") == "reason_missing"
    given = {"reason": "x", "by": world.lin, "now": NOW}
    assert refused(desk.undo, queries.meeting_of(world.cycle), **given) == "not_your_role"


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        ('["speech", "comment"]', ["called", "speaking", "comment", "done"]),
        ('["comment"]', ["comment", "done"]),
        ('["speech", "questions", "undertaking"]', ["called", "speaking", "questions", "undertaking", "done"]),
    ],
)
def test_the_scheme_chooses_the_steps(steps, states):
    scheme = builtin_scheme("provincial").replace(b"warning = 60", f"warning = 60\nsteps = {steps}".encode())
    world = make_cycle("reporting", entries=1, scheme=scheme)
    halls.open_meeting(world)
    pressed = {"called": "start", "speaking": "end"}
    seen = [take(world, world.entries[0], "call").state]
    while seen[-1] != "done":
        if seen[-1] in pressed:
            seen.append(take(world, world.entries[0], pressed[seen[-1]]).state)
        else:
            seen.append(press(world, "next", 1) and turn(world, world.entries[0]).state)

    assert seen == states


def test_a_ballot_without_quorum_is_refused_with_its_sentence(world, meeting):
    assert opening.unmet(world.cycle) is None
    actions.check_in(meeting, present=set(), by=world.clerk, now=at(5))

    refusal = opening.unmet(world.cycle)
    assert refusal.code == "ballot_without_quorum"
    assert str(refusal) == (
        "Enlarged standing committee has no quorum now, 0 of 3 are present: the ballot is not opened."
    )


def test_only_changed_pages_are_printed_again(world, meeting):
    assert printing.note_printed(meeting, language="en", by=world.clerk, now=NOW) == 7
    before = scripts.digests(meeting, "en")
    press(world, "deputy", 2, deputy="Zhao", capacity="deputy secretary")
    after = scripts.digests(meeting, "en")

    assert {key for key in after if after[key] != before[key]} == {"02"}
    text = scripts.changed_pages(world.cycle, language="en").texts()
    assert "Zhao" in text
    assert world.entries[2].unit_en not in text.replace(f"{world.entries[2].unit_en} make ready", "")
    printing.note_printed(meeting, language="en", by=world.clerk, now=NOW)
    assert "No page has changed" in scripts.changed_pages(world.cycle, language="en").texts()


def test_groups_meet_beside_each_other_with_their_own_list_and_agenda(world):
    Entry.objects.filter(pk__in=[world.entries[1].pk, world.entries[2].pk]).update(group="甲组")
    whole = halls.make_meeting(world)
    assert queries.groups_without_meeting(world.cycle, [whole]) == ["甲组"]
    shown = {name: getattr(whole, name) for name in ("title_zh", "title_en", "place_zh", "place_en", "starts")}
    given = {"presiding": world.commentator, "forms": [], "by": world.wei, "now": NOW}
    group = actions.create_meeting(world.cycle, group="甲组", **shown, **given)

    assert (numbers(whole), numbers(group)) == (["01", "04"], ["02", "03"])
    page = client_for(world.clerk).get(reverse("desk", args=[group.address])).content.decode()
    assert "First: the list of those who attend" in page
    again = {"group": "甲组", **shown, **given}
    assert refused(actions.create_meeting, world.cycle, **again) == "meeting_exists"
    assert refused(actions.create_meeting, world.cycle, **again | {"group": "乙组"}) == "no_such_group"


def test_a_group_has_its_own_speech_minutes_and_papers(world):
    Entry.objects.filter(pk=world.entries[1].pk).update(group="甲组")
    whole = halls.make_meeting(world)
    shown = {name: getattr(whole, name) for name in ("title_zh", "place_zh", "place_en", "starts")}
    given = {"presiding": world.commentator, "forms": [], "by": world.wei, "now": NOW}
    group = actions.create_meeting(world.cycle, group="甲组", title_en="Group one", **shown, **given)
    group.attendance.create(name_zh="王", name_en="Wang of the group", precedence=1)

    client_for(world.commentator).post(reverse("speech", args=[group.address]), {"text": "Well done, group."})

    assert group.speech.text == "Well done, group."
    assert not hasattr(queries.meeting_of(world.cycle), "speech")
    assert client_for(world.clerk).get(reverse("minutes", args=[group.address])).status_code == 200
    for paper in (documents.agenda, documents.record):
        assert "Group one" in paper(world.cycle, language="en").texts()
    sheets = documents.sign_in_sheet(world.cycle, language="en").sheets
    assert [sheet.title for sheet in sheets] == ["Sign-in sheet", "Sign-in sheet 2"]
    assert "Wang of the group" in sheets[1].rows[0]


def test_when_the_meeting_is_closed_the_presiding_officer_has_nothing_to_say(world, meeting):
    finished(world)
    assert scripts.moment(meeting, None) != []
    halls.close(world)

    assert scripts.moment(queries.meeting_of(world.cycle), None) == []
