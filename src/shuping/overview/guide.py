"""The guided way through an example's year: ten steps, whom to be for each, and which of them are done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from shuping.ballots import held, queries
from shuping.ballots.models import Ballot
from shuping.core import access
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings.models import AgendaItem, Comment, Meeting
from shuping.rectification.models import Item
from shuping.reports.models import Report
from shuping.results.models import Grade, Letter

REPORTER = cycles.REPORTER


@dataclass(frozen=True)
class Step:
    """A step of the way: its title, what to press, as whom on which page, and how its end shows in the state."""

    title: Any
    press: Any
    roles: tuple[tuple[str, str], ...]
    over: Callable[[Cycle], bool]


@dataclass(frozen=True)
class Shown:
    """A step as a page shows it: `links` are pairs of a role's name and the address that signs in and leads there."""

    title: Any
    press: Any
    links: list[tuple[Any, str]]
    done: bool


def _exists(model: Any, way: str, **more: Any) -> Callable[[Cycle], bool]:
    """Whether the cycle has such a row; `way` leads from the row to its cycle."""
    return lambda cycle: model.objects.filter(**{way: cycle}, **more).exists()


def _voted(cycle: Cycle) -> bool:
    ballot = queries.ballot_of(cycle)
    return ballot is not None and held.anything_cast(ballot)


def _decided(cycle: Cycle) -> bool:
    grades = Grade.objects.filter(entry__cycle=cycle)
    return grades.exists() and not grades.filter(decided="").exists()


def _heard(cycle: Cycle) -> bool:
    heard = AgendaItem.objects.filter(meeting__cycle=cycle, state__in=(AgendaItem.State.COMMENT, AgendaItem.State.DONE))
    return heard.exists()


def _confirmed(cycle: Cycle) -> bool:
    return Comment.objects.filter(meeting__cycle=cycle, state=Comment.State.CONFIRMED).exists()


STEPS = (
    Step(
        _("The plan is approved"),
        _("Look at who reports, by which scheme, by when; “Approve and freeze the plan” if it is still a draft."),
        ((Role.Kind.SECRETARIAT, "plan"),),
        lambda cycle: cycle.approved_at is not None,
    ),
    Step(
        _("The first report is accepted"),
        _("Open a report: what the checks found stands beside it. “Accept the report” if it is still waiting."),
        ((REPORTER, "reports"), (Role.Kind.SECRETARIAT, "reports")),
        _exists(Report, "entry__cycle", state=Report.State.ACCEPTED),
    ),
    Step(
        _("The meeting is open"),
        _("Tick who is present, “Keep who is present”, then “Open the meeting”."),
        ((Role.Kind.CLERK, "attendance"),),
        _exists(Meeting, "cycle", opened_at__isnull=False),
    ),
    Step(
        _("The first report is heard"),
        _("“Call to the rostrum”, “Start the clock”, “End of the report”; the hall screen follows by itself."),
        ((Role.Kind.CLERK, "desk"),),
        _heard,
    ),
    Step(
        _("The comment on it is confirmed"),
        _("In the reporter's file press “Confirm: the problems go to the ledger”."),
        ((Role.Kind.CLERK, "dossier"), (Role.Kind.CHAIR, "dossier")),
        _confirmed,
    ),
    Step(
        _("The ballot is open"),
        _("Let the others hear the other reports, then “Open the ballot”."),
        ((Role.Kind.SCRUTINEER, "ballot"),),
        _exists(Ballot, "cycle", state__in=(Ballot.State.OPEN, Ballot.State.CLOSED, Ballot.State.COUNTED)),
    ),
    Step(
        _("A ballot is cast"),
        _("Open the address of the voter's slip that the terminal shows, choose, send, and write the tracker down."),
        (),
        _voted,
    ),
    Step(
        _("The ballot is counted"),
        _("“Close the ballot”, “Add the ballots up”; two trustees decrypt with their keys, or let the others act."),
        ((Role.Kind.SCRUTINEER, "ballot"), (Role.Kind.TRUSTEE, "ballot")),
        _exists(Ballot, "cycle", state=Ballot.State.COUNTED),
    ),
    Step(
        _("The grades are decided and the letters issued"),
        _("“Close the decision and draft the letters”, then “Issue every drafted letter”."),
        ((Role.Kind.COMMITTEE, "results"), (Role.Kind.SECRETARIAT, "letters")),
        lambda cycle: _decided(cycle) and Letter.objects.filter(entry__cycle=cycle, state="issued").exists(),
    ),
    Step(
        _("The first problem is put right and closed"),
        _("The reporter plans, works and shows; somebody else verifies; the secretariat closes the item."),
        ((REPORTER, "ledger"), (Role.Kind.COMMENTATOR, "ledger"), (Role.Kind.SECRETARIAT, "ledger")),
        _exists(Item, "cycle", state=Item.State.CLOSED),
    ),
)


def newest_cycle() -> Cycle | None:
    """The year that the example plays."""
    return Cycle.objects.order_by("-year", "-id").first()


def steps(cycle: Cycle) -> list[Shown]:
    """The ten steps with a sign-in link per role and whether each is over."""
    tokens = {link["username"]: link["token"] for link in access.demo_links()}
    return [Shown(step.title, step.press, _links(step, cycle, tokens), step.over(cycle)) for step in STEPS]


def _links(step: Step, cycle: Cycle, tokens: dict[str, str]) -> list[tuple[Any, str]]:
    first = cycles.entries(cycle).first()
    found = []
    for role, place in step.roles:
        token = tokens.get(_username(role, cycle, first))
        if token and first:
            arguments = [cycle.pk, first.number] if place == "dossier" else [cycle.pk]
            there = urlencode({"next": reverse(place, args=arguments)})
            found.append((_name(role), f"{reverse('demo', args=[token])}?{there}"))
    return found


def _username(role: str, cycle: Cycle, first: Entry | None) -> str:
    """Who plays a role: the first who has it, for reporters the holder of the first entry."""
    people = [first.holder] if role == REPORTER and first else cycles.people_with(cycle, role)
    return str(people[0].username) if people else ""


def _name(role: str) -> Any:
    return _("reporter") if role == REPORTER else Role.Kind(role).label
