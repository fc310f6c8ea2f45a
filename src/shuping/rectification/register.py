"""What the ledger hands to the rooms below it: it receives follow-ups and offers last year's problems."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping.core import digests, todo
from shuping.cycles import carryover, finished, followups
from shuping.cycles.models import Cycle, Role
from shuping.documents import kinds
from shuping.rectification import actions, canonical, documents
from shuping.rectification.models import Item

# The ledger outlives its year.
STEPS_IN_LEDGER = (
    "plan_item",
    "approve_item_plan",
    "start_item",
    "add_evidence",
    "declare_done",
    "verify_item",
    "close_item",
    "reopen_item",
    "extend_item",
    "recheck_item",
)


def register() -> None:
    digests.register(*canonical.KINDS)
    followups.register(actions.issue_item)
    carryover.register(offer)
    todo.register(owners_steps)
    todo.register(organisers_steps)
    kinds.register(documents.LEDGER)
    finished.takes("item-step", *STEPS_IN_LEDGER)


def offer(cycle: Cycle) -> Iterator[carryover.Carried]:
    """Every problem of a year, open or closed: next year's report has to answer it (R99)."""
    for item in Item.objects.filter(cycle=cycle, kind=Item.Kind.PROBLEM).select_related("entry", "theme"):
        yield carryover.Carried(
            post_id=item.entry.post_id,
            source=f"item:{item.pk}",
            number=item.number,
            statement=item.statement,
            state=item.state,
            closed=item.state == Item.State.CLOSED,
            theme_code=item.theme.code if item.theme else "",
        )


WAITS_FOR_OWNER = (
    Item.State.ISSUED,
    Item.State.APPROVED,
    Item.State.IN_PROGRESS,
    Item.State.RETURNED,
    Item.State.REOPENED,
)


def owners_steps(person: Any, now: datetime) -> Iterator[todo.Step]:
    """What an owner has to plan, work on or mend."""
    mine = Item.objects.filter(owner=person, state__in=WAITS_FOR_OWNER, cycle__stage=Cycle.Stage.RECTIFICATION)
    for item in mine.select_related("cycle").order_by("due")[:12]:
        title = {
            Item.State.ISSUED: _("Plan how to put %(number)s right"),
            Item.State.RETURNED: _("Not yet put right: %(number)s"),
        }.get(Item.State(item.state), _("Carry out the measure of %(number)s"))
        yield todo.Step(
            title % {"number": item.number},
            reverse("item", args=[item.cycle_id, item.pk]),
            timezone.make_aware(datetime.combine(item.due, time(18))),
            detail=item.statement[:80],
            urgent=item.due < timezone.localdate(now),
        )


def organisers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """How many plans wait for approval, how many items for verification or closing."""
    cycles = Cycle.objects.filter(roles__person=person, roles__kind=Role.Kind.SECRETARIAT).exclude(
        stage=Cycle.Stage.FINISHED
    )
    for cycle in cycles.distinct()[:5]:
        counted = Item.objects.filter(cycle=cycle).values_list("state", flat=True)
        yield from _waiting(cycle, list(counted))


def _waiting(cycle: Cycle, states: list[str]) -> Iterator[todo.Step]:
    address = reverse("ledger", args=[cycle.pk])
    planned, done, verified = (states.count(s) for s in (Item.State.PLANNED, Item.State.DONE, Item.State.VERIFIED))
    if planned:
        title = ngettext("%(number)d plan waits for approval", "%(number)d plans wait for approval", planned)
        yield todo.Step(title % {"number": planned}, f"{address}?state=planned")
    if done:
        title = ngettext("%(number)d item waits to be verified", "%(number)d items wait to be verified", done)
        yield todo.Step(title % {"number": done}, f"{address}?state=done")
    if verified:
        title = ngettext("%(number)d item can be closed", "%(number)d items can be closed", verified)
        yield todo.Step(title % {"number": verified}, f"{address}?state=verified")
