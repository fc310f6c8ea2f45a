"""The verbs of the reports: hand in, answer, return, accept."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, files, live
from shuping.core.refusals import ensure, refuse
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Deadline, Entry
from shuping.documents.kinds import MIMETYPES
from shuping.reports import checks, intake, queries, rules
from shuping.reports.models import Answer, Finding, Report, Revision
from shuping.reports.text_length import count

State = Report.State


def submit_report(
    entry: Entry,
    *,
    body: bytes,
    name: str,
    by: Any,
    now: datetime,
    on_behalf_of: Any = None,
    sections: list[dict[str, str]] | None = None,
) -> Revision:
    """Keep a docx as the newest version and look through it; late after the deadline (R14-R17, R19, R20, R25).
    `sections` are what stands in it where it was read already.

    Raises Refused when the file cannot be read: then nothing is stored.
    """
    ensure(rules.may_submit(by, entry))
    # Reading takes seconds in a child process: no transaction waits for it.
    sections = sections or intake.read_sections(body, name, cycles.scheme_of(entry.cycle), language_code())
    return _keep(entry, sections, (body, name), by=by, now=now, on_behalf_of=on_behalf_of)


@transaction.atomic
def _keep(
    entry: Entry, sections: list[dict[str, str]], file: tuple[bytes, str], *, by: Any, now: datetime, on_behalf_of: Any
) -> Revision:
    entry = _locked(entry)
    ensure(rules.may_submit(by, entry))
    report = _report(entry)
    revision = Revision.objects.create(
        report=report,
        number=report.revisions.count() + 1,
        file=files.store(*file, MIMETYPES["docx"], now=now),
        sections=sections,
        characters=sum(count(section["text"]) for section in sections),
        handed_in_at=now,
    )
    report.late = report.late or _is_late(report, now)
    report.state = State.SUBMITTED
    report.save(update_fields=["state", "late"])
    _examine(revision)
    for other in queries.sharing(revision):  # who copied from whom is for people to judge: both are told
        _examine(other)
    details = {"entry": entry.number, "revision": revision.number, "late": report.late}
    about = {"on_behalf_of": on_behalf_of or _other(by, entry), "decides": {"report": [report], "revision": [revision]}}
    _note("submit_report", report, by=by, now=now, details=details, **about)
    return revision


def _locked(entry: Entry) -> Entry:
    return Entry.objects.select_for_update(of=("self",)).select_related("cycle", "holder", "report").get(pk=entry.pk)


def _report(entry: Entry) -> Report:
    return queries.report_of(entry) or Report.objects.create(entry=entry)


def _is_late(report: Report, now: datetime) -> bool:
    # A report that came in time and was returned may take longer than the deadline to be mended.
    due = cycles.deadline(report.entry.cycle, Deadline.Kind.REPORT)
    return due is not None and now > due and report.state != State.RETURNED


def _other(by: Any, entry: Entry) -> Any:
    return None if by == entry.holder else entry.holder


def _examine(revision: Revision) -> None:
    entry = revision.report.entry
    revision.findings.all().delete()
    Finding.objects.bulk_create(
        Finding(
            revision=revision,
            check_code=found.code,
            section=found.section,
            blocks=found.blocks,
            parameters=found.parameters,
        )
        for found in checks.run(revision, cycles.scheme_of(entry.cycle), entry)
    )


def _note(verb: str, report: Report, *, by: Any, now: datetime, details: dict[str, Any], **more: Any) -> None:
    cycle = report.entry.cycle_id
    acts.record(verb, report, by=by, now=now, cycle=cycle, details=details, **more)
    live.announce(f"cycle-{cycle}")


@transaction.atomic
def answer_carried(entry: Entry, *, answers: dict[str, str], by: Any, now: datetime, on_behalf_of: Any = None) -> int:
    """Keep what is said to last year's problems, by the number of the item; blank ones are passed over. Returns how
    many were kept (R17).
    """
    entry = _locked(entry)
    ensure(rules.may_answer(by, entry))
    items = {item.number: item for item in entry.carried.all()}
    given = {number: text.strip() for number, text in answers.items() if text.strip()}
    if not given.keys() <= items.keys():
        raise refuse("not_carried", _("Only problems that last year handed on are answered here."))
    report = _report(entry)
    kept = []
    for number, text in given.items():
        values = {"report": report, "text": text}
        answer, _made = Answer.objects.update_or_create(carried=items[number], defaults=values)
        kept.append(answer)
    newest = queries.newest(report)
    if newest:
        _examine(newest)
    details = {"entry": entry.number, "items": sorted(given)}
    about = {"on_behalf_of": on_behalf_of or _other(by, entry), "decides": {"report": [report], "answer": kept}}
    _note("answer_carried", report, by=by, now=now, details=details, **about)
    return len(given)


def _reviewed(report: Report) -> Report:
    # The entry's row is the lock of every verb: nobody accepts a version while another one comes in.
    return _locked(report.entry).report


@transaction.atomic
def return_report(report: Report, *, reason: str, by: Any, now: datetime) -> Report:
    """Send the newest version back, with the reason (R20)."""
    report = _reviewed(report)
    ensure(rules.may_return(by, report) or rules.with_reason(reason))
    reason = reason.strip()
    report.revisions.filter(pk=_newest(report).pk).update(returned_because=reason)
    return _decide("return_report", report, State.RETURNED, by=by, now=now, reason=reason)


@transaction.atomic
def accept_report(report: Report, *, by: Any, now: datetime) -> Report:
    """Accept the newest version; refused while something blocks or a problem of last year is unanswered (R16, R17)."""
    report = _reviewed(report)
    ensure(rules.may_accept(by, report))
    return _decide("accept_report", report, State.ACCEPTED, by=by, now=now)


def _newest(report: Report) -> Revision:
    return report.revisions.latest("number")


def _decide(verb: str, report: Report, state: str, *, by: Any, now: datetime, reason: str = "") -> Report:
    report.state = state
    report.save(update_fields=["state"])
    newest = _newest(report)
    details = {"entry": report.entry.number, "revision": newest.number}
    decides = {"report": [report], "revision": [newest]}
    _note(verb, report, by=by, now=now, reason=reason, details=details, decides=decides)
    return report
