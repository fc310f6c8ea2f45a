"""What the room of reports hands to the rooms below it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping.core import digests, todo
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline, Entry, Role
from shuping.documents import kinds
from shuping.reports import canonical, checks, documents, queries
from shuping.reports.models import Report


def register() -> None:
    for check, sentences in checks.BUILT_IN:
        checks.register(check, sentences)
    kinds.register(documents.COMPILATION)
    kinds.register(documents.FIELD_RECORD)
    digests.register(*canonical.KINDS)
    todo.register(reporters_steps)
    todo.register(readers_steps)


def reporters_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """The report to be handed in or mended, and last year's problems to be answered."""
    mine = Entry.objects.filter(holder=person, cycle__stage=Cycle.Stage.REPORTING).select_related("cycle", "report")
    for entry in mine[:5]:
        report = queries.report_of(entry)
        if report is None or report.state != Report.State.ACCEPTED:
            yield from _steps_of(entry, report)


def _steps_of(entry: Entry, report: Report | None) -> Iterator[todo.Step]:
    address = reverse("report", args=[entry.cycle_id, entry.number])
    due = cycles.deadline(entry.cycle, Deadline.Kind.REPORT)
    newest = queries.newest(report)
    if newest is None:
        yield todo.Step(_("Hand in the report"), address, due)
    elif report and report.state == Report.State.RETURNED:
        yield todo.Step(_("Mend the report and hand it in again"), address, detail=newest.returned_because, urgent=True)
    codes = checks.locked_codes(cycles.scheme_of(entry.cycle))
    if queries.unanswered(entry, queries.locked_text(newest, codes)):
        yield todo.Step(_("Answer last year's problems"), f"{address}#answers", due)


def readers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """How many reports wait for the secretariat."""
    mine = Cycle.objects.filter(
        stage=Cycle.Stage.REPORTING, roles__person=person, roles__kind=Role.Kind.SECRETARIAT
    ).distinct()
    for cycle in mine[:5]:
        number = queries.counts(cycle)[Report.State.SUBMITTED]
        if number:
            title = ngettext("%(number)d report waits to be read", "%(number)d reports wait to be read", number)
            due = cycles.deadline(cycle, Deadline.Kind.REVIEW)
            yield todo.Step(title % {"number": number}, reverse("reports", args=[cycle.pk]), due)
