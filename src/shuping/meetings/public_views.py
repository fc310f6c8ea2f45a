"""What needs no account: the projector's screen and the one address for every phone."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from shuping.ballots import noted
from shuping.ballots import queries as ballots
from shuping.core import clock
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.meetings import lots as drawing
from shuping.meetings import queries, scripts
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
        "turns": len(agenda) - sum(one.state == one.State.WITHDRAWN for one in agenda),
        "face": queries.face(item, clock.now()),
        "ballot": ballot,
        "turnout": queries.turnout(ballot, agenda) if ballot and ballot.state != ballot.State.PREPARED else [],
        "agenda": agenda,
        "begun": any(one.state != one.State.WAITING for one in agenda),
        "how_to_vote": _how_to_vote(meeting) if _explaining(meeting, item, ballot) else (),
    }


def _explaining(meeting: Meeting, item: Any, ballot: Any) -> bool:
    before = ballot is None or ballot.state == ballot.State.PREPARED
    return bool(meeting.explained_at and before and item is None and meeting.state == Meeting.State.OPEN)


def _how_to_vote(meeting: Meeting) -> tuple[str, ...]:
    return scripts.how_to_vote(cycles.scheme_of(meeting.cycle), language_code())


def hall(request: HttpRequest, meeting: int) -> HttpResponse:
    """For the projector: who speaks, the time left, turnout, at opening and closing of the ballot where the log of acts
    stands, the heads at closing; never a score (R31).
    """
    told = _now(queries.public_meeting(meeting))
    return render(request, "meetings/hall.html", told | _anchors(told["ballot"]))


def _anchors(ballot: Any) -> dict[str, Any]:
    return {"opened": noted.opened(ballot), "closed": noted.closed(ballot)} if ballot else {}


def lots(request: HttpRequest, meeting: int) -> HttpResponse:
    """How the order came from the seed, so that anybody can draw it again (R28)."""
    found = queries.public_meeting(meeting)
    rows = [(number, drawing.lot(found.lots_seed, number)) for number in found.lots_order]
    return render(request, "meetings/lots.html", {"meeting": found, "rows": rows})


def now(request: HttpRequest, meeting: int) -> HttpResponse:
    """For every phone: what happens now, and the way to the booth once the ballot is open. `core.pushed` asks for the
    part that changes, as anybody, and sends it to all of them.
    """
    part = "#live" if "hx-request" in request.headers else ""
    return render(request, f"meetings/now.html{part}", _now(queries.public_meeting(meeting)))


def now_alone(request: HttpRequest) -> HttpResponse:
    """One address for the whole day: the meeting that runs, or a choice where several run in one house."""
    running = queries.meetings_today(clock.now())
    if len(running) == 1:
        return redirect("now", running[0].pk)
    return render(request, "meetings/now_alone.html", {"running": running})


def time(_request: HttpRequest) -> HttpResponse:
    """The instant here in milliseconds since 1970 (UTC), so that a screen with a wrong clock measures how wrong it is;
    `stands` when an example's clock was set by hand.
    """
    answer = JsonResponse({"now": int(clock.now().timestamp() * 1000), "stands": clock.set_clock() is not None})
    answer["Cache-Control"] = "no-store"
    return answer
