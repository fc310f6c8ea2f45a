"""What the one large button of the desk is about at this moment, from the list of those who attend to the closing."""

from dataclasses import dataclass
from typing import Any

from shuping.ballots import queries as ballots
from shuping.ballots import rules as ballot_rules
from shuping.ballots.models import Ballot
from shuping.core.refusals import Refusal
from shuping.meetings import queries, rules
from shuping.meetings.models import AgendaItem, Meeting

# Where nobody has the floor and the meeting can be adjourned.
PAUSES = ("call", "explain", "no-ballot", "end")


@dataclass(frozen=True)
class Phase:
    """Where the day stands. `code` names the piece of the page; `refusal` says why its button is not to be pressed."""

    code: str
    refusal: Refusal | None = None


def phase(person: Any, meeting: Meeting, agenda: list[AgendaItem]) -> Phase:
    """Where the day stands and whether this person may press the button."""
    if meeting.state == Meeting.State.CLOSED:
        return Phase("closed")
    if meeting.state == Meeting.State.PLANNED:
        return _before(person, meeting)
    if meeting.adjourned_at:
        return Phase("adjourned")
    if queries.current(agenda) or queries.following(agenda):
        return Phase("turn" if queries.current(agenda) else "call")
    return _ballot(person, meeting, ballots.ballot_of(meeting.cycle))


def _before(person: Any, meeting: Meeting) -> Phase:
    if not meeting.attendance.exists():
        return Phase("list")
    if not meeting.attendance.filter(present=True).exists():
        return Phase("attendance")
    return Phase("open", rules.may_open(person, meeting))


def _ballot(person: Any, meeting: Meeting, ballot: Ballot | None) -> Phase:
    if ballot is None or ballot.state == Ballot.State.VOID:
        return Phase("no-ballot", rules.may_close(person, meeting))
    if ballot.state == Ballot.State.PREPARED:
        if meeting.explained_at is None:
            return Phase("explain")
        return Phase("open-ballot", ballot_rules.may_open(person, ballot))
    if ballot.state == Ballot.State.OPEN:
        return Phase("voting", ballot_rules.may_close(person, ballot))
    return Phase("end", rules.may_close(person, meeting))
