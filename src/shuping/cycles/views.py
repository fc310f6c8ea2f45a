"""Pages of a year: where it stands, its plan, its duties."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import acts, clock, todo
from shuping.cycles import actions, forms, queries, rules


@login_required
def cycle(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    now = clock.now()
    prefix = f"/c/{year.pk}/"
    context = {
        "cycle": year,
        "steps": [step for step in todo.steps_for(request.user, now) if step.url.startswith(prefix)],
        "entries": queries.entries(year),
        "deadlines": queries.deadlines(year),
        "acts": acts.recent(year.pk),
        "now": now,
        "advance_refusal": rules.may_advance(request.user, year),
        "roles": queries.roles_of(request.user, year),
    }
    return render(request, "cycles/cycle.html", context)


@login_required
@require_POST
def open_stage(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    actions.open_next_stage(year, by=request.user, now=clock.now())
    messages.success(request, _("Next stage: %(stage)s.") % {"stage": year.get_stage_display()})
    return redirect("cycle", year.pk)


@login_required
def duties(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    refusal = rules.may_assign_duties(request.user, year)
    form = forms.DutyForm(request.POST or None, cycle=year)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = list(given.pop("entries"))
        actions.assign_duty(year, **given, entries=chosen, by=request.user, now=clock.now())
        messages.success(request, _("The duty is set for %(number)d units.") % {"number": len(chosen)})
        return redirect("duties", year.pk)
    mine = queries.roles_of(request.user, year) <= {queries.REPORTER}
    context = {
        "cycle": year,
        "form": form,
        "refusal": refusal,
        "duties": queries.duties_shown(year, request.user if mine else None),
    }
    return render(request, "cycles/duties.html", context)
