"""The page of a report's key figures."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shuping.core import clock
from shuping.cycles import queries as cycles
from shuping.reports import figures, forms, queries, rules


@login_required
def key_figures(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """The figures year on year; whoever hands the report in writes them here."""
    entry = queries.entry_for(request.user, cycles.cycle_for(request.user, cycle), number)
    refusal, found = rules.may_submit(request.user, entry), queries.figures(entry)
    form: Any = forms.FiguresForm(request.POST or None, initial=_rows(found))
    if request.method == "POST" and form.is_valid():
        figures.keep_figures(entry, figures=form.figures(), by=request.user, now=clock.now())
        messages.success(request, _("The figures are kept."))
        return redirect("key-figures", cycle, number)
    context = {
        "cycle": entry.cycle,
        "entry": entry,
        "figures": found,
        "refusal": refusal,
        "form": None if refusal else form,
    }
    return render(request, "reports/figures.html", context, status=400 if form.is_bound else 200)


def _rows(found: list[queries.Figure]) -> list[dict[str, Any]]:
    """What stands in the form: the figures of this year, and those that last year's report had."""
    return [{"name": one.name, "unit": one.unit, "last_year": one.before, "this_year": one.now} for one in found]
