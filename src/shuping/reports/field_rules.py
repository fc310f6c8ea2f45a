"""Who reads and who records what was seen on the spot (R22)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal, first
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Entry, Role

READERS = {
    Role.Kind.SECRETARIAT,
    Role.Kind.CLERK,
    Role.Kind.CHAIR,
    Role.Kind.COMMENTATOR,
    Role.Kind.COMMITTEE,
    Role.Kind.OBSERVER,
}


def may_read(person: Any, entry: Entry) -> Refusal | None:
    """Those who comment, decide or prepare; the unit does not read what was found before it is told."""
    if person == entry.holder:
        return Refusal("own_report", _("The unit does not read what was found before it is told."))
    return years.may_in_role(person, entry.cycle, *READERS)


def may_check(person: Any, entry: Entry) -> Refusal | None:
    """Secretariat and clerk, on a report that was handed in, until the year is finished."""
    return first(
        lambda: years.may_in_role(person, entry.cycle, Role.Kind.SECRETARIAT, Role.Kind.CLERK),
        lambda: _own(person, entry),
        lambda: _over(entry.cycle),
    )


def _own(person: Any, entry: Entry) -> Refusal | None:
    if person != entry.holder:
        return None
    return Refusal("own_report", _("Nobody checks the own report."))


def _over(cycle: Cycle) -> Refusal | None:
    if cycle.stage != Cycle.Stage.FINISHED:
        return None
    return Refusal("year_finished", _("The year is finished: nothing is checked on the spot any more."))
