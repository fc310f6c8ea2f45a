"""Years at several moments, with something of every kind in them, made by the rooms' own helpers."""

from shuping.ballots.models import Ballot
from shuping.cycles.models import CarriedItem
from shuping.meetings import actions as meeting_acts
from shuping.meetings import rules as meeting_rules
from shuping.meetings.models import Comment, Meeting
from shuping.rectification import rules as ledger_rules
from shuping.rectification.models import Item
from tests.ballots import halls as ballots
from tests.builders import CAST, NOW, make_cycle
from tests.meetings import halls as meetings
from tests.rectification.ledgers import lead_to, make_item
from tests.reports import papers
from tests.results import worlds as results

ROLES = {name: kind.value for name, kind in CAST.items()} | {"lin": "oneself"}


def drafted():
    return make_cycle("draft")


def reporting():
    """Reports handed in and to be answered, a ballot being prepared, a meeting set up."""
    world = make_cycle("reporting", 3)
    values = {"source": "item:1", "statement": "Two units never met", "state": "issued", "number": "2021-001"}
    CarriedItem.objects.create(cycle=world.cycle, entry=world.entries[0], closed=False, **values)
    for entry in world.entries[1:]:
        papers.hand_in(entry)
    meetings.make_meeting(world)
    return world


def in_session():
    """The first turn over and commented on, the second called; the ballot open."""
    hall = ballots.open_hall()
    world = hall.world
    meeting = meetings.make_meeting(world)
    meetings.seat(meeting, world, ("chair", "committee", "commentator"))
    meeting_acts.open_meeting(meeting, by=world.clerk, now=meetings.BEGINS)
    first, second = world.entries[:2]
    meetings.hear(world, first, "Attendance was written up afterwards")
    meetings.take(world, second, "call")
    hall.votes("A", 3)
    return world


def to_be_opened():
    """The sum of a ballot that two trustees have still to decrypt."""
    return ballots.added_up().world


def to_be_decided():
    return results.compute(results.make_counted())


def rectifying():
    """Letters issued, the ledger with an item in every state."""
    world = results.issue(results.make_counted())
    for place, state in enumerate(("issued", "planned", "approved", "in_progress", "done", "verified", "closed")):
        item = make_item(world, source=f"problem:{place}")
        if state != "issued":
            lead_to(world, item, state)
    return world


MOMENTS = {
    moment.__name__: moment for moment in (drafted, reporting, in_session, to_be_opened, to_be_decided, rectifying)
}
WHEN = NOW
STEPS = tuple(dict.fromkeys((*meeting_rules.FROM, *ledger_rules.FROM)))


def keys(world):
    """Values for the parts of addresses that name a row of the world."""
    ballot, meeting = (
        Ballot.objects.filter(cycle=world.cycle).first(),
        Meeting.objects.filter(cycle=world.cycle).first(),
    )
    item, comment = Item.objects.filter(cycle=world.cycle).first(), Comment.objects.filter(meeting=meeting).first()
    return {
        "identifier": ballot.identifier if ballot else "nothing",
        "meeting": meeting.pk if meeting else 0,
        "item": item.pk if item else 0,
        "comment": comment.pk if comment else 0,
        "token": "nobody",
    }
