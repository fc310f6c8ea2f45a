"""What the room of ballots hands to the rooms below it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.ballots import canonical, documents, held, queries, rules
from shuping.ballots import walks as walking
from shuping.ballots.models import Ballot, OpinionBox
from shuping.core import digests, live, todo, walks
from shuping.cycles import endings
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline, Role
from shuping.documents import kinds


def register() -> None:
    live.count_elsewhere(held.changes)
    for kind in documents.KINDS:
        kinds.register(kind)
    digests.register(*canonical.KINDS)
    walks.register(walking.walk)
    todo.register(trustees_steps)
    todo.register(desk_steps)
    todo.register(tellers_steps)
    todo.register(opinions_steps)
    live.register("ballot", queries.is_over)
    endings.hinder(rules.may_finish_year)


def _running(person: Any, *roles: str) -> QuerySet[Ballot]:
    mine = Ballot.objects.filter(cycle__roles__person=person, cycle__roles__kind__in=roles)
    return mine.exclude(state__in=(Ballot.State.COUNTED, Ballot.State.VOID)).select_related("cycle").distinct()[:5]


def trustees_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """A trustee takes the step of the key ceremony that is due, and decrypts what is added up."""
    for ballot in _running(person, Role.Kind.TRUSTEE):
        if queries.has_turn(person, ballot):
            yield todo.Step(
                _("Make your part of the key: it is your turn"), reverse("key", args=[ballot.identifier]), urgent=True
            )
        if any(rules.may_decrypt(person, category) is None for category in queries.categories(ballot)):
            yield todo.Step(
                _("Decrypt the sums with your key"), reverse("trustee", args=[ballot.identifier]), urgent=True
            )


def desk_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """Secretariat and scrutineers prepare, open, close and add up."""
    running = Cycle.objects.filter(
        roles__person=person,
        roles__kind__in=rules.RUN_IT,
        stage__in=(Cycle.Stage.REPORTING, Cycle.Stage.MEETING),
    )
    prepared = Ballot.objects.exclude(state=Ballot.State.VOID).values("cycle")
    for cycle in running.exclude(pk__in=prepared).distinct()[:5]:
        due = cycles.deadline(cycle, Deadline.Kind.MEETING)
        yield todo.Step(_("Prepare the ballot"), reverse("ballot", args=[cycle.pk]), due)
    for ballot in _running(person, *rules.RUN_IT):
        title = _next(person, ballot)
        if title:
            yield todo.Step(
                title, reverse("ballot", args=[ballot.cycle_id]), cycles.deadline(ballot.cycle, Deadline.Kind.MEETING)
            )


def _next(person: Any, ballot: Ballot) -> str:
    parts = queries.categories(ballot)
    setting_up = rules.may_set_up(person, ballot) is None
    steps = (
        (setting_up and not ballot.trustees_raw, _("Hold the key ceremony of the trustees")),
        (setting_up and not any(part.electorate for part in parts), _("Make the slips")),
        (rules.may_open(person, ballot) is None, _("Open the ballot")),
        (rules.may_close(person, ballot) is None, _("Close the ballot when everybody has voted")),
        (rules.may_tally(person, ballot) is None, _("Add the ballots up")),
        (
            any(rules.may_settle_paper(person, part) is None for part in parts),
            _("Settle what two tellers keyed differently"),
        ),
    )
    return next((title for due, title in steps if due), "")


def tellers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """A teller keys the sheets."""
    for ballot in _running(person, Role.Kind.TELLER):
        for part in queries.categories(ballot):
            if rules.may_key_paper(person, part) is None:
                address = reverse("paper-totals", args=[ballot.cycle_id, part.code])
                yield todo.Step(
                    _("Key the paper ballots of category %(code)s") % {"code": part.code}, address, urgent=True
                )


def opinions_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """Trustees open the opinions, also when the count is done; a scrutineer reads them before anybody else."""
    due = (OpinionBox.State.SEALED, OpinionBox.State.OPENED)
    kinds = (Role.Kind.TRUSTEE, Role.Kind.SCRUTINEER)
    mine = Ballot.objects.filter(cycle__roles__person=person, cycle__roles__kind__in=kinds, opinion_box__state__in=due)
    for ballot in mine.select_related("cycle").distinct()[:5]:
        if rules.may_open_opinions(person, ballot) is None:
            yield todo.Step(_("Open the opinions with your key"), reverse("trustee", args=[ballot.identifier]))
        if rules.may_moderate(person, ballot) is None:
            yield todo.Step(_("Read the opinions before they are shown"), reverse("opinions", args=[ballot.cycle_id]))
