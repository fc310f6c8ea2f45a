"""Pages of the reports."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.downloads import handed_on_file
from shuping.core.fields import short_text
from shuping.core.refusals import NotYours
from shuping.core.text import chosen
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Deadline, Entry
from shuping.documents.kinds import file_name
from shuping.reports import actions, checks, field_rules, forms, intake, queries, rules
from shuping.reports.models import Report, Revision


@login_required
def reports(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    reads_all = cycles.reads_all(request.user, year)
    context = {
        "cycle": year,
        "rows": queries.reports_for(request.user, year),
        "counts": queries.counts(year) if reads_all else None,
        "due": cycles.deadline(year, Deadline.Kind.REPORT),
        "now": clock.now(),
    }
    return render(request, "reports/reports.html", context)


def _entry(request: HttpRequest, cycle: int, number: str) -> tuple[Cycle, Entry]:
    year = cycles.cycle_for(request.user, cycle)
    return year, queries.entry_for(request.user, year, number)


@login_required
def report(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    found = queries.report_of(entry)
    versions = queries.versions(found)
    newest = versions[-1] if versions else None
    context = {
        "cycle": year,
        "entry": entry,
        "report": found,
        "state": found.state if found else Report.State.AWAITED,
        "state_name": found.get_state_display() if found else Report.State.AWAITED.label,
        "due": cycles.deadline(year, Deadline.Kind.REPORT),
        "now": clock.now(),
        "versions": versions[::-1],
        "newest": newest,
        **_content(entry, newest),
        "duties": cycles.duties(entry),
        "steps": _steps(request.user, entry, found),
        "reads_field_checks": field_rules.may_read(request.user, entry) is None,
        "acts_for_unit": years.may_act_for(request.user, entry.holder, year) is None,
    }
    return render(request, "reports/report.html", context)


def _content(entry: Entry, newest: Revision | None) -> dict[str, Any]:
    scheme = cycles.scheme_of(entry.cycle)
    given = queries.answers(entry)
    codes = checks.locked_codes(scheme)
    left = {item.pk for item in queries.unanswered(entry, queries.locked_text(newest, codes))}
    found = list(newest.findings.order_by("-blocks", "id")) if newest else []
    return {
        "asked": scheme.report,
        "wanted": [{"section": part, "title": chosen(part.zh, part.en)} for part in scheme.section],
        "findings": [{"blocks": one.blocks, "sentence": checks.sentence(one, scheme)} for one in found],
        "carried": [
            {"item": item, "answer": given.get(item.pk, ""), "answered": item.pk not in left}
            for item in cycles.carried(entry)
        ],
    }


def _steps(person: Any, entry: Entry, found: Report | None) -> dict[str, Any]:
    """The forms that are open to the reader (None where a step is not), and why accepting is not."""
    items = [] if rules.may_answer(person, entry) else cycles.carried(entry)
    refusal = rules.may_accept(person, found) if found else None
    return {
        "submit": None if rules.may_submit(person, entry) else forms.SubmitForm(),
        "answers": forms.AnswersForm(items=items, given=queries.answers(entry)) if items else None,
        "return": forms.ReturnForm() if found and not rules.may_return(person, found) else None,
        "accept": found is not None and refusal is None,
        "accept_refusal": refusal,
    }


@login_required
@require_POST
def submit(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    form = forms.SubmitForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the file of the report, then hand it in."))
        return redirect("report", year.pk, number)
    upload = form.cleaned_data["file"]
    body = upload.read(intake.REPORT.largest + 1)
    revision = actions.submit_report(entry, body=body, name=upload.name, by=request.user, now=clock.now())
    messages.success(request, _("Handed in: version %(number)d.") % {"number": revision.number})
    return redirect("report", year.pk, number)


@login_required
@require_POST
def answer(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    form = forms.AnswersForm(request.POST, items=cycles.carried(entry), given={})
    if not form.is_valid():
        messages.error(request, _("An answer is too long: 4000 characters are enough."))
        return redirect("report", year.pk, number)
    kept = actions.answer_carried(entry, answers=form.answers(), by=request.user, now=clock.now())
    messages.success(request, _("Answers kept: %(number)d.") % {"number": kept})
    return redirect("report", year.pk, number)


def _handed_in(entry: Entry) -> Report:
    found = queries.report_of(entry)
    if found is None:
        raise NotYours
    return found


@login_required
@require_POST
def send_back(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    reason = short_text(request, "reason", longest=4000)
    actions.return_report(_handed_in(entry), reason=reason, by=request.user, now=clock.now())
    messages.success(request, _("The report went back with the reason."))
    return redirect("report", year.pk, number)


@login_required
@require_POST
def accept(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    actions.accept_report(_handed_in(entry), by=request.user, now=clock.now())
    messages.success(request, _("The report is accepted."))
    return redirect("report", year.pk, number)


@login_required
def report_file(request: HttpRequest, cycle: int, number: str, revision: int) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    found = next((one for one in queries.versions(queries.report_of(entry)) if one.number == revision), None)
    if found is None:
        raise Http404
    name = file_name(f"{year.year}-{entry.number}-{entry.unit_name}-{revision}", "docx")
    return handed_on_file(request, found.file, name.removesuffix(".docx"))


@login_required
def compare(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year, entry = _entry(request, cycle, number)
    last_two = queries.versions(queries.report_of(entry))[-2:]
    if len(last_two) < 2:
        raise Http404
    context = {
        "cycle": year,
        "entry": entry,
        "older": last_two[0],
        "newer": last_two[1],
        "lines": queries.differences(*last_two),
    }
    return render(request, "reports/compare.html", context)
