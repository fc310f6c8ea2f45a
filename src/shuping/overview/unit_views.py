"""The page of a unit's file: handed out, tried, and read back for the unit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shuping.core import clock
from shuping.core.refusals import FaultyRows, Refused, ensure
from shuping.cycles import queries as cycles
from shuping.cycles import rules
from shuping.cycles.models import Entry
from shuping.overview import forms, unit_file


def _entry(request: HttpRequest, cycle: int, number: str) -> Entry:
    """An entry for which the person may act. Raises NotYours, Refused."""
    year = cycles.cycle_for(request.user, cycle)
    entry = cycles.entry_for(request.user, year, number)
    ensure(rules.may_act_for(request.user, entry.holder, year))
    return entry


@login_required
def unit(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """Reads a returned file back, or only tries it."""
    entry = _entry(request, cycle, number)
    form = forms.UnitFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"cycle": entry.cycle, "entry": entry, "form": form}
    if request.method == "POST" and form.is_valid():
        context |= _take(request, entry, form)
        if "done" in context and not form.cleaned_data["dry_run"]:
            messages.success(request, _("Done for the unit: %(number)d things.") % {"number": len(context["done"])})
            return redirect("report", cycle, number)
    return render(request, "overview/unit.html", context, status=409 if context.get("faults") else 200)


def _take(request: HttpRequest, entry: Entry, form: forms.UnitFileForm) -> dict[str, Any]:
    upload = form.cleaned_data["file"]
    given = {"body": upload.read(), "name": upload.name, "dry_run": form.cleaned_data["dry_run"]}
    try:
        return {"done": unit_file.take_back(entry, **given, by=request.user, now=clock.now())}
    except FaultyRows as refused:
        return {"faults": refused.faults}
    except Refused as refused:
        return {"faults": [str(refused)]}


@login_required
def hand_out(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    file = unit_file.build(_entry(request, cycle, number))
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})
