"""Who may hand in, answer, return and accept a report, and when."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal, first
from shuping.cycles import queries as years
from shuping.cycles import rules as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.reports import checks, queries
from shuping.reports.models import Finding, Report

State = Report.State


def in_time(cycle: Cycle) -> Refusal | None:
    """Reports are handed in, answered, returned and accepted while the year is at its reports."""
    if cycle.stage == Cycle.Stage.REPORTING:
        return None
    if cycle.stage == Cycle.Stage.DRAFT:
        return Refusal("plan_not_approved", _("The plan of the year is not approved yet: reports come after that."))
    return Refusal("reports_over", _("The time of the reports is over: the year has gone on to its next stage."))


def not_accepted(entry: Entry) -> Refusal | None:
    """An accepted report is not changed any more."""
    report = queries.report_of(entry)
    if report is None or report.state != State.ACCEPTED:
        return None
    return Refusal("report_accepted", _("This report is accepted and is not changed any more."))


def may_submit(person: Any, entry: Entry) -> Refusal | None:
    """The reporter, or the secretariat or the clerk for the reporter, until the report is accepted (R20)."""
    return first(
        lambda: cycles.may_act_for(person, entry.holder, entry.cycle),
        lambda: in_time(entry.cycle),
        lambda: not_accepted(entry),
    )


def may_answer(person: Any, entry: Entry) -> Refusal | None:
    """As `may_submit`, where there is something to answer (R17)."""
    if refusal := may_submit(person, entry):
        return refusal
    if not entry.carried.exists():
        return Refusal("nothing_carried", _("There is no problem of last year to be answered."))
    return None


def _may_review(person: Any, report: Report) -> Refusal | None:
    cycle = report.entry.cycle
    return first(
        lambda: cycles.may_in_role(person, cycle, Role.Kind.SECRETARIAT),
        lambda: in_time(cycle),
        lambda: _waits(report),
    )


def _waits(report: Report) -> Refusal | None:
    if report.state == State.SUBMITTED:
        return None
    if report.state == State.AWAITED:
        return Refusal("nothing_handed_in", _("Nothing was handed in yet."))
    if report.state == State.RETURNED:
        return Refusal("report_returned", _("This report was returned: wait until it is handed in again."))
    return Refusal("report_accepted", _("This report is accepted and is not changed any more."))


def may_return(person: Any, report: Report) -> Refusal | None:
    """The secretariat, a report that waits to be read (R20)."""
    return _may_review(person, report)


def may_accept(person: Any, report: Report) -> Refusal | None:
    """The secretariat, once nothing blocks and every problem of last year is answered (R16, R17, R20)."""
    return _may_review(person, report) or _unanswered(report) or _blocked(report)


def _unanswered(report: Report) -> Refusal | None:
    codes = checks.locked_codes(years.scheme_of(report.entry.cycle))
    left = queries.unanswered(report.entry, queries.locked_text(queries.newest(report), codes))
    if not left:
        return None
    sentence = _("Problems of last year are not answered: %(numbers)s. Return the report or have them answered.")
    return Refusal("unanswered", sentence % {"numbers": gettext(", ").join(item.number for item in left)})


def _blocked(report: Report) -> Refusal | None:
    if not Finding.objects.filter(revision=queries.newest(report), blocks=True).exists():
        return None
    return Refusal("blocked", _("Something in this report has to be mended first: return it with the reason."))


def with_reason(reason: str) -> Refusal | None:
    """A report goes back with a reason only (R20)."""
    if reason.strip():
        return None
    return Refusal("reason_missing", _("Say why the report goes back, so that it can be mended."))
