"""Pages of the field checks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.refusals import NotYours
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Entry
from shuping.reports import field_rules, fieldwork, forms, queries
from shuping.reports.models import FieldCheck


def _entry(request: HttpRequest, cycle: int, number: str) -> Entry:
    entry = queries.entry_for(request.user, cycles.cycle_for(request.user, cycle), number)
    if field_rules.may_read(request.user, entry):
        raise NotYours
    return entry


@login_required
def field_checks(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """The claims of a report that are checked on the spot, beside the report."""
    return _page(request, _entry(request, cycle, number))


def _page(request: HttpRequest, entry: Entry, *, form: forms.ClaimForm | None = None) -> HttpResponse:
    refusal = field_rules.may_check(request.user, entry)
    checks = fieldwork.checks_of(entry)
    context = {
        "cycle": entry.cycle,
        "entry": entry,
        "newest": queries.newest(queries.report_of(entry)),
        "checks": [(check, None if refusal else forms.CheckForm.of(check)) for check in checks],
        "refusal": refusal,
        "language": language_code(),
        "claim_form": None if refusal else form or forms.ClaimForm(),
    }
    return render(request, "reports/field_checks.html", context, status=400 if form else 200)


@login_required
@require_POST
def plan_check(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    entry = _entry(request, cycle, number)
    form = forms.ClaimForm(request.POST)
    if not form.is_valid():
        return _page(request, entry, form=form)
    fieldwork.plan_check(entry, **form.cleaned_data, by=request.user, now=clock.now())
    messages.success(request, _("The claim is to be checked on the spot."))
    return redirect("field-checks", cycle, number)


@login_required
@require_POST
def record_check(request: HttpRequest, cycle: int, number: str, check: int) -> HttpResponse:
    entry = _entry(request, cycle, number)
    form = forms.CheckForm(request.POST)
    found = get_object_or_404(FieldCheck, pk=check, revision__report__entry=entry)
    if form.is_valid():
        fieldwork.record_check(found, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, _("What was found is kept."))
    else:
        messages.error(request, _("Choose what was found and write the day as year-month-day, for example 2022-12-20."))
    return redirect("field-checks", cycle, number)
