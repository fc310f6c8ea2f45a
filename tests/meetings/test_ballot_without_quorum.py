"""A ballot opened without quorum: refused, or opened with a recorded reason where the scheme says so (R27)."""

import pytest
from django.urls import reverse

from shuping.ballots.models import Ballot
from shuping.core.models import Act
from shuping.meetings import actions, order, queries
from tests.ballots.halls import Hall, prepare, scheme, take_slips, take_trustees
from tests.builders import client_for
from tests.meetings import halls
from tests.meetings.halls import BEGINS, at

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(BEGINS)]
MISSING = "Enlarged standing committee has no quorum now, 1 of 3 are present: the ballot is not opened."
LABEL = "Why it is opened all the same"


def hall_without_quorum(quorum: str) -> Hall:
    """A ballot that only waits for its opening, in a meeting from which two of three members have gone."""
    hall = prepare("reporting", scheme().replace(b"[ballot]\n", f'[ballot]\nquorum = "{quorum}"\n'.encode()))
    take_trustees(hall)
    take_slips(hall)
    meeting = halls.open_meeting(hall.world)
    stays = set(meeting.attendance.filter(name_zh="chair").values_list("pk", flat=True))
    actions.check_in(meeting, present=stays, by=hall.world.clerk, now=at(60))
    return hall


def page(hall: Hall) -> str:
    return client_for(hall.world.scrutineer).get(reverse("ballot", args=[hall.world.cycle.pk])).content.decode()


def press(hall: Hall, **fields: str):
    address = reverse("open-ballot", args=[hall.world.cycle.pk])
    return client_for(hall.world.scrutineer).post(address, fields, follow=True)


def test_it_is_refused_with_its_sentence_even_with_a_reason():
    hall = hall_without_quorum("needed")

    assert MISSING in page(hall)
    assert LABEL not in page(hall)
    for fields in ({}, {"reason": "It is late"}):
        answer = press(hall, **fields)
        assert answer.status_code == 409
        assert MISSING in answer.content.decode()
    assert hall.fresh().state == Ballot.State.PREPARED
    assert not Act.objects.filter(verb="open_ballot").exists()


def test_where_the_scheme_takes_a_reason_it_is_asked_for_and_recorded():
    hall = hall_without_quorum("reason")

    assert LABEL in page(hall)
    assert press(hall, reason="   ").status_code == 409
    assert hall.fresh().state == Ballot.State.PREPARED
    press(hall, reason=" The snow keeps two members away ")

    assert hall.fresh().state == Ballot.State.OPEN
    assert Act.objects.get(verb="open_ballot").reason == "The snow keeps two members away"


def test_where_the_scheme_does_not_ask_it_opens():
    hall = hall_without_quorum("none")

    assert MISSING not in page(hall)
    press(hall)

    assert hall.fresh().state == Ballot.State.OPEN


def test_the_desk_of_the_meeting_says_it_too():
    hall = hall_without_quorum("needed")
    for entry in hall.world.entries:
        halls.hear(hall.world, entry)
    order.explain_ballot(queries.meeting_of(hall.world.cycle), by=hall.world.clerk, now=at(900))

    desk = client_for(hall.world.wei).get(reverse("desk", args=[hall.world.cycle.pk])).content.decode()

    assert MISSING in desk
