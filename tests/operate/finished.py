"""A small year from its plan to the letters, by the verbs alone: no row is put there by a test."""

from dataclasses import dataclass

from shuping.ballots import actions as ballots
from shuping.meetings import actions as meeting_acts
from shuping.meetings import arrivals, commenting, requesting
from shuping.meetings.models import Meeting
from shuping.organisations import actions as organising
from shuping.reports import actions as reporting
from shuping.results import actions as results
from tests.ballots import halls
from tests.builders import NOW, World, make_cycle
from tests.meetings import halls as meetings
from tests.reports import papers
from tests.results import worlds

PAPER = halls.paper_rows(4, 3, 2, 1, 1, 1)  # twelve sheets


@dataclass
class Year:
    """The year with its hall and its meeting."""

    hall: halls.Hall
    meeting: Meeting

    @property
    def world(self) -> World:
        return self.hall.world


def make_year() -> Year:
    world = make_cycle("reporting", scheme=halls.scheme())
    _report(world)
    meeting = _hold(world)
    hall = _vote(world)
    meeting = meeting_acts.close_meeting(meeting, by=world.clerk, now=NOW)
    meeting_acts.lock_minutes(meeting, by=world.clerk, now=NOW)
    _decide(world)
    return Year(hall, meeting)


def _report(world: World) -> None:
    handed = papers.hand_in(world.entries[0])
    reporting.accept_report(handed.report, by=world.wei, now=NOW)


def _hold(world: World) -> Meeting:
    meeting = meetings.make_meeting(world)
    people = [getattr(world, name).username for name in ("chair", "committee", "commentator")]
    rows = [meetings.place(f"委员{n}", "A", "是", account) for n, account in enumerate(people, 1)]
    meetings.send_roster(meeting, world, *rows, meetings.place("列席", "B", "是"))
    present = set(meeting.attendance.values_list("pk", flat=True)[:3])
    meeting_acts.check_in(meeting, present=present, by=world.clerk, now=meetings.BEGINS)
    meeting = meeting_acts.open_meeting(meeting, by=world.clerk, now=meetings.BEGINS)
    arrivals.arrive(meeting, meeting.attendance.last(), by=world.clerk, now=meetings.at(60))
    for entry in world.entries:
        meetings.hear(world, entry, f"Problem of {entry.number}")
    asked = {"kind": "request", "text": "Roads", "due": None, "by": world.clerk, "now": NOW}
    requesting.withdraw_request(
        meeting, requesting.request(meeting, world.entries[0], **asked), by=world.clerk, now=NOW
    )
    commenting.write_speech(meeting, text="The year was good.", by=meeting.presiding, now=NOW)
    return meeting


def _vote(world: World) -> halls.Hall:
    world.cycle.refresh_from_db()
    hall = halls.Hall(world, ballots.prepare_ballot(world.cycle, by=world.wei, now=NOW))
    halls.take_trustees(hall)
    halls.take_slips(hall, paper={"A": 12})
    hall.ballot = ballots.open_ballot(hall.fresh(), by=world.scrutineer, now=NOW)
    for code, number in halls.SLIPS.items():
        hall.votes(code, number)
    hall.close()
    hall.tally()
    hall.decrypt()
    hall.key("teller", PAPER)
    hall.key("second_teller", PAPER)
    return hall


def _decide(world: World) -> None:
    world.cycle.refresh_from_db()
    organising.reset_password(world.lin, by=world.wei, now=NOW)
    worlds.take_marks(world)
    results.compute_scores(world.cycle, by=world.wei, now=NOW)
    world.cycle.refresh_from_db()
    results.decide_all(world.cycle, body=None, by=world.committee, now=NOW)
    results.close_decision(world.cycle, by=world.wei, now=NOW)
    results.issue_letters(world.cycle, by=world.wei, now=NOW)
