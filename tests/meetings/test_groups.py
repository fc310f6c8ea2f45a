"""Two groups beside each other: what belongs to one stays with it, from the draft of a comment to the minutes (R11)."""

import re

import pytest
from django.urls import reverse
from django.utils.http import urlencode

from shuping.ballots import actions as balloting
from shuping.ballots.models import Ballot
from shuping.cycles import actions as years
from shuping.cycles.models import Entry
from shuping.meetings import actions, queries, register, word_queries, word_rules
from shuping.meetings.models import Comment, Meeting
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import groups, halls
from tests.meetings.groups import FIRST, SECOND, write_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return groups.make_grouped_cycle()


@pytest.fixture
def both(world):
    return groups.two_groups(world)


def page(world, person, name, *args):
    return client_for(world.people[person]).get(reverse(name, args=args)).content.decode()


def test_the_first_page_offers_a_meeting_for_each_group_of_the_plan(world):
    text = page(world, "wei", "meeting", world.cycle.pk)

    assert "Set up the meeting of 甲组" in text
    assert "Set up the meeting of 乙组" in text
    form = client_for(world.wei).get(reverse("meeting", args=[world.cycle.pk]), {"group": FIRST}).content.decode()
    assert "（甲组）" in form
    assert "Set up the meeting of 甲组" not in form


def test_groups_stand_in_the_order_in_which_they_begin_and_were_set_up(world):
    second, first = groups.set_up(world, SECOND, starts=halls.BEGINS), groups.set_up(world, FIRST)

    assert queries.meetings_of(world.cycle) == [second, first]
    assert queries.meeting_of(world.cycle) == second


def test_those_without_a_group_get_their_meeting_after_the_groups():
    world = make_cycle("draft", entries=2)
    world.entries[0].group = FIRST
    world.entries[0].save()
    years.approve_plan(world.cycle, by=world.wei, now=NOW)
    world.people["second_chair"] = world.chair
    group = groups.set_up(world, FIRST)
    assert "Set up the meeting of those without a group" in page(world, "wei", "meeting", group.address)

    text = client_for(world.wei).get(reverse("meeting", args=[world.cycle.pk]), {"group": ""}).content.decode()
    assert 'id="form-create-meeting"' in text
    halls.make_meeting(world)

    assert "without a group" not in page(world, "wei", "meeting", group.address)
    assert [len(queries.agenda(meeting)) for meeting in queries.meetings_of(world.cycle)] == [1, 1]


def test_a_comment_belongs_to_the_meeting_of_its_group_and_to_its_chair(world, both):
    assert write_for(world, "03", "second_chair", "Roads were built.").status_code == 302

    said = Comment.objects.get()
    assert (said.meeting, said.presiding, said.state) == (both[1], True, Comment.State.DRAFT)
    assert write_for(world, "01", "second_chair", "Said by a guest.").status_code == 302
    assert Comment.objects.filter(meeting=both[0], presiding=False).count() == 1


def test_a_file_proposes_the_chair_of_its_group_and_leads_back_to_it(world, both):
    text = page(world, "clerk", "dossier", world.cycle.pk, "03")

    assert "Write the comment by Second chair" in text
    assert reverse("meeting", args=[both[1].address]) in text


def test_a_group_in_session_takes_what_is_said_while_the_other_still_prepares(world, both):
    groups.open_group(world, both[1], present=("second_chair", "committee"))

    write_for(world, "03", "second_chair", "Spoken.")
    write_for(world, "01", "chair", "Prepared.")

    states = dict(Comment.objects.values_list("entry__number", "state"))
    assert states == {"03": Comment.State.SPOKEN, "01": Comment.State.DRAFT}


def test_what_was_prepared_before_the_groups_were_set_up_goes_with_its_reporters(world):
    whole = halls.make_meeting(world)
    write_for(world, "03", "chair", "By the chair of all.")
    write_for(world, "04", "second_chair", "By the chair of the group.")

    group = groups.set_up(world, SECOND)

    moved = dict(Comment.objects.filter(meeting=group).values_list("entry__number", "presiding"))
    assert moved == {"03": False, "04": True}
    assert not whole.comments.exists()


def test_words_and_pack_are_those_of_the_group(world, both):
    text = page(world, "wei", "words", both[1].address)

    assert [name in text for name in ("words-01", "words-03", "words-04")] == [False, True, True]
    assert reverse("meeting", args=[both[1].address]) in text
    assert "words-01" in page(world, "wei", "words", both[0].address)
    assert reverse("meeting", args=[both[1].address]) in page(world, "clerk", "pack", both[1].address)


@pytest.mark.parametrize("name", ["meeting", "words", "pack", "desk", "minutes", "speech"])
def test_a_group_of_another_year_is_not_found(world, both, name):
    other = groups.make_grouped_cycle()
    strange = groups.set_up(other, FIRST)
    client = client_for(world.wei)

    for address in (f"{world.cycle.pk}-{strange.pk}", f"{world.cycle.pk}-999999999", strange.address):
        assert client.get(reverse(name, args=[address])).status_code == 404
    assert client.get(reverse("meeting", args=[both[0].address])).status_code == 200


def test_a_turn_that_no_group_has_has_no_file(world):
    groups.set_up(world, FIRST)

    assert client_for(world.wei).get(reverse("dossier", args=[world.cycle.pk, "03"])).status_code == 404
    assert write_for(world, "03", "chair", "Nobody hears it.").status_code == 404
    assert write_for(world, "01", "chair", "Heard.").status_code == 302


def test_each_group_is_opened_heard_and_closed_by_itself(world, both):
    groups.open_group(world, both[0], present=("chair", "committee"))
    groups.close_group(world, both[0], "chair")

    assert [one.state for one in queries.meetings_of(world.cycle)] == [Meeting.State.CLOSED, Meeting.State.PLANNED]
    text = queries.meetings_of(world.cycle)[0].minutes.text
    assert "Well done, 02." in text
    assert not re.search(r"\b03 ", text)  # a unit may be called 8703
    assert halls.refused(actions.close_meeting, both[1], by=world.clerk, now=NOW) == "not_in_session"
    assert [row.item.entry.number for row in word_queries.rows(both[1])] == ["03", "04"]


def steps(world, person, room=register.organisers_steps):
    return [(str(step.title), step.url) for step in room(world.people[person], NOW)]


def test_next_steps_name_the_group_that_has_no_meeting_yet(world):
    address = reverse("meeting", args=[world.cycle.pk])
    first, second = (f"{address}?{urlencode({'group': group})}" for group in (FIRST, SECOND))
    assert steps(world, "wei") == [("Set up the meeting of 甲组", first), ("Set up the meeting of 乙组", second)]
    assert steps(world, "clerk") == []

    groups.set_up(world, FIRST)

    assert steps(world, "wei")[0] == ("Set up the meeting of 乙组", second)
    assert client_for(world.wei).get(second).status_code == 200


def test_next_steps_say_which_group_has_to_do_what(world, both):
    first, second = both
    groups.open_group(world, first, present=("chair", "committee"))
    send = ("乙组: Send in the list of those who attend", reverse("meeting", args=[second.address]))
    lead = ("甲组: Lead the meeting at the desk", reverse("desk", args=[first.address]))
    assert steps(world, "clerk") == steps(world, "wei") == [lead, send]
    halls.seat(second, world, ("second_chair",))

    groups.close_group(world, first, "chair")

    assert steps(world, "clerk") == [
        ("甲组: Check and lock the minutes", reverse("minutes", args=[first.address])),
        ("乙组: Check in and open the meeting", reverse("attendance", args=[second.address])),
    ]


def test_a_group_that_is_heard_in_the_meeting_of_all_is_no_next_step(world):
    meeting = halls.make_meeting(world)
    assert ("Set up the meeting of 甲组") in [title for title, _url in steps(world, "wei")]
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    actions.open_meeting(meeting, by=world.clerk, now=halls.BEGINS)

    assert steps(world, "wei") == [("Lead the meeting at the desk", reverse("desk", args=[world.cycle.pk]))]


def test_those_without_a_group_are_a_next_step_of_their_own(world):
    world.cycle.entries.filter(number="04").update(group="")
    groups.two_groups(world)

    address = reverse("meeting", args=[world.cycle.pk])
    assert steps(world, "wei")[0] == ("Set up the meeting of those without a group", f"{address}?group=")


def test_each_chair_is_told_of_the_own_group_only(world, both):
    write_for(world, "03", "second_chair", "Prepared.")

    assert steps(world, "second_chair", register.speakers_steps) == [
        ("乙组: Prepare the comment on 1 report", reverse("meeting", args=[both[1].address])),
        ("乙组: Write the closing speech", reverse("speech", args=[both[1].address])),
    ]
    release = [("乙组: Release 1 draft of a comment", reverse("words", args=[both[1].address]))]
    assert steps(world, "second_chair", register.drafts_to_clear) == release
    assert steps(world, "chair", register.drafts_to_clear) == []
    Entry.objects.filter(number="02").update(group="")
    both[0].agenda.get(entry__number="02").delete()
    whole = halls.make_meeting(world)
    write_for(world, "02", "second_chair", "Said to all.")
    assert sorted(steps(world, "second_chair", register.drafts_to_clear)) == [
        ("Review meeting: Release 1 draft of a comment", reverse("words", args=[whole.address])),
        *release,
    ]


def test_drafts_of_a_group_are_read_by_its_own_chair_and_not_by_another(world, both):
    write_for(world, "01", "chair", "Nobody else knows yet.")
    write_for(world, "01", "second_chair", "What I would add.")
    client_for(world.wei).post(
        f"/c/{world.cycle.pk}/meeting/entry/01/question", {"asker": "The panel", "text": "Why so late?"}
    )

    for person, reads in (("chair", True), ("commentator", True), ("second_chair", False), ("lin", False)):
        text = page(world, person, "dossier", world.cycle.pk, "01")
        assert ("Nobody else knows yet." in text, "Why so late?" in text) == (reads, reads)
    assert "What I would add." in page(world, "second_chair", "dossier", world.cycle.pk, "01")
    assert "this goes to the chair of 甲组" in page(world, "second_chair", "words", both[0].address)
    assert reverse("words", args=[both[0].address]) not in page(world, "second_chair", "meeting", both[0].address)
    assert reverse("words", args=[both[1].address]) in page(world, "second_chair", "meeting", both[1].address)
    assert word_rules.may_prepare(world.second_chair, both[0]).code == "other_group"


def test_what_is_confirmed_is_read_by_the_chairs_of_all_groups(world, both):
    groups.open_group(world, both[0], present=("chair", "committee"))
    groups.hear_group(world, both[0], "chair")

    assert "Well done, 01." in page(world, "second_chair", "dossier", world.cycle.pk, "01")


def test_voters_of_all_groups_are_counted_and_nobody_twice(world, both):
    for meeting, names in zip(both, (("committee", "zhou"), ("committee", "chen")), strict=True):
        for name in names:
            person = world.people[name]
            meeting.attendance.create(
                person=person, name_zh=name, name_en=name, category="A", present=name != "zhou", votes=True
            )
    both[1].attendance.create(name_zh="无账号", name_en="No account", category="B", present=True, votes=True)
    both[1].attendance.filter(person=world.committee).update(present=False)

    assert queries.voters_present(world.cycle) == {"A": 2, "B": 1}


def opened_ballot(world):
    years.advance(world.cycle, "meeting", by=world.wei, now=NOW)
    ballot = balloting.prepare_ballot(world.cycle, by=world.wei, now=NOW)
    ballot.state = Ballot.State.OPEN
    ballot.save()
    return ballot


def test_the_screen_of_a_group_shows_who_of_it_has_voted(world, both):
    opened_ballot(world)

    for meeting, own, other in zip(both, ("A1", "A2"), ("A2", "A1"), strict=True):
        screen = page(world, "clerk", "hall", meeting.pk)
        assert f"{own} · 0 of 0 have voted" in screen
        assert f"{other} · " not in screen


def test_the_meeting_of_all_shows_everybody_whom_it_hears(world):
    ballot = opened_ballot(world)
    whole = groups.set_up(world, "")
    agenda = queries.agenda(whole)

    assert {row["code"][1:] for row in queries.turnout(ballot, agenda)} == {"1", "2"}
    assert {row["group"] for row in queries.turnout(ballot, agenda[:1])} == {FIRST}
    assert {row["group"] for row in queries.turnout(ballot, [])} == {FIRST, SECOND}


def test_the_script_of_a_group_calls_to_vote_on_its_units(world, both):
    assert [queries.rated(meeting) for meeting in both] == [2, 2]
    both[1].agenda.all().delete()

    assert queries.rated(both[1]) == 4


def test_the_minutes_of_a_group_tell_of_its_own_ballot(world, both):
    opened_ballot(world)
    groups.open_group(world, both[1], present=("second_chair", "committee"))

    closed = groups.close_group(world, both[1], "second_chair")

    told = [line for line in closed.minutes.text.splitlines() if "Ballot, " in line]
    assert told
    assert all("乙组: " in line for line in told)
