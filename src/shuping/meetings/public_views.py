"""What needs no account: the projector's screen and the one address for every phone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shuping.ballots import queries as ballots
from shuping.core import clock
from shuping.meetings import queries
from shuping.meetings.models import Meeting


def _now(meeting: Meeting) -> dict[str, Any]:
    agenda = queries.agenda(meeting)
    item = queries.current(agenda)
    ballot = ballots.ballot_of(meeting.cycle)
    return {
        "meeting": meeting,
        "item": item,
        "next": queries.following(agenda),
        "done": sum(one.state == one.State.DONE for one in agenda),
        "turns": len(agenda),
        "face": queries.face(item, clock.now()),
        "ballot": ballot,
        "turnout": ballots.turnout(ballot) if ballot and ballot.state != ballot.State.PREPARED else [],
    }


def hall(request: HttpRequest, meeting: int) -> HttpResponse:
    """For the projector: who speaks, the time left, turnout, the heads at closing; never a score (R31)."""
    return render(request, "meetings/hall.html", _now(queries.public_meeting(meeting)))


def now(request: HttpRequest, meeting: int) -> HttpResponse:
    """For every phone: what happens now, and the way to the booth once the ballot is open."""
    found = queries.public_meeting(meeting)
    return render(request, "meetings/now.html", _now(found) | {"agenda": queries.agenda(found)})
