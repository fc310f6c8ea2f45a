"""Pages with which a secretariat sets a year up."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.refusals import NotYours, Refused
from shuping.core.text import language_code
from shuping.cycles import actions, amending, meanings, plan_forms, planning, queries, rules, versions
from shuping.cycles.models import Cycle, Role


@login_required
def new_year(request: HttpRequest) -> HttpResponse:
    """Drafts the year after one of the person's; `?from=` names it where there are several."""
    found = list(queries.years_to_follow(request.user))
    previous = _chosen(found, request.GET.get("from", ""))
    now = clock.now()
    form = plan_forms.NewYearForm(
        request.POST or None, request.FILES or None, previous=previous, person=request.user, now=now
    )
    if request.method == "POST" and form.is_valid():
        year = planning.start_year(previous, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("The draft is there, with the entries, roles and dates of the year before."))
        return redirect("plan", year.pk)
    others = [year for year in found if year != previous]
    return render(request, "cycles/new_year.html", {"form": form, "previous": previous, "others": others})


def _chosen(years: list[Cycle], pk: str) -> Cycle:
    """The year with this key, or the first where none is asked for. Raises NotYours."""
    chosen = next((year for year in years if pk in ("", str(year.pk))), None)
    if chosen is None:
        raise NotYours
    return chosen


@login_required
def plan(request: HttpRequest, cycle: int) -> HttpResponse:
    return _plan(request, queries.cycle_for(request.user, cycle), {})


def _plan(request: HttpRequest, year: Cycle, bound: dict[str, Any]) -> HttpResponse:
    """The plan; while it is a draft with its forms, of which `bound` are those that were sent in and not taken."""
    now = clock.now()
    context = {
        "cycle": year,
        "entries": queries.entries(year),
        "deadlines": queries.deadlines(year),
        "scheme": queries.scheme_of(year),
        "themes": queries.themes(year),
        "versions": versions.told(year, queries.version_makers(year)),
        "roles": year.roles.select_related("person"),
        "refusal": rules.may_approve_plan(request.user, year, now),
    }
    if rules.may_change_plan(request.user, year) is None:
        context |= {"draft": True, **_forms(request, year, now), **bound}
    if rules.may_amend_plan(request.user, year) is None:
        context |= {"amend": True, **_amend_forms(request, year, None), **bound}
    return render(request, "cycles/plan.html", context)


def _amend_forms(request: HttpRequest, year: Cycle, data: Any) -> dict[str, Any]:
    """The forms of an amendment; without the list where who reports no longer changes."""
    frozen = rules.may_amend_plan(request.user, year, entries=True) is not None
    return {
        "amend_form": plan_forms.AmendForm(data, cycle=year),
        "amend_entries": None if frozen else plan_forms.EntriesForm(data, cycle=year, frozen=True),
    }


def _forms(request: HttpRequest, year: Cycle, now: datetime) -> dict[str, Any]:
    return {
        "entries_form": plan_forms.EntriesForm(None, cycle=year),
        "add_form": plan_forms.AddEntryForm(None, cycle=year, person=request.user, now=now),
        "calendar_form": plan_forms.CalendarForm(None, cycle=year, now=now),
        "roles_form": plan_forms.RolesForm(None, cycle=year, person=request.user),
        "heads": queries.heads_to_call(year).count(),
    }


@login_required
@require_POST
def approve_plan(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    actions.approve_plan(year, by=request.user, now=clock.now())
    messages.success(request, _("The plan is approved and frozen."))
    return redirect("plan", year.pk)


@login_required
@require_POST
def edit_entries(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    form = plan_forms.EntriesForm(request.POST, cycle=year)
    if not form.is_valid():
        return _plan(request, year, {"entries_form": form})
    planning.edit_entries(year, form.rows, by=request.user, now=clock.now())
    messages.success(request, _("The list of those who report is changed."))
    return redirect("plan", year.pk)


@login_required
@require_POST
def add_entry(request: HttpRequest, cycle: int) -> HttpResponse:
    year, now = queries.cycle_for(request.user, cycle), clock.now()
    form = plan_forms.AddEntryForm(request.POST, cycle=year, person=request.user, now=now)
    if not form.is_valid():
        return _plan(request, year, {"add_form": form})
    entry = actions.add_entry(year, **form.cleaned_data, by=request.user, now=now)
    messages.success(request, _("%(entry)s is called to account.") % {"entry": entry})
    return redirect("plan", year.pk)


@login_required
@require_POST
def call_heads(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    number = planning.call_heads(year, by=request.user, now=clock.now())
    messages.success(request, _("%(number)d heads of units are called to account.") % {"number": number})
    return redirect("plan", year.pk)


@login_required
@require_POST
def set_calendar(request: HttpRequest, cycle: int) -> HttpResponse:
    year, now = queries.cycle_for(request.user, cycle), clock.now()
    form = plan_forms.CalendarForm(request.POST, cycle=year, now=now)
    if not form.is_valid():
        return _plan(request, year, {"calendar_form": form})
    planning.set_calendar(year, **form.cleaned_data, by=request.user, now=now)
    messages.success(request, _("The calendar is set."))
    return redirect("plan", year.pk)


@login_required
@require_POST
def set_roles(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    form = plan_forms.RolesForm(request.POST, cycle=year, person=request.user)
    if not form.is_valid():
        return _plan(request, year, {"roles_form": form})
    planning.set_roles(year, form.cleaned_data, by=request.user, now=clock.now())
    messages.success(request, _("The roles are set."))
    return redirect("plan", year.pk)


@login_required
@require_POST
def amend_plan(request: HttpRequest, cycle: int) -> HttpResponse:
    year = queries.cycle_for(request.user, cycle)
    bound = _amend_forms(request, year, request.POST)
    form, entries = bound["amend_form"], bound["amend_entries"]
    if not form.is_valid() or (entries and not entries.is_valid()):
        return _plan(request, year, bound)
    rows = entries.rows if entries else ()
    try:
        version = amending.amend_plan(year, **form.cleaned_data, rows=rows, by=request.user, now=clock.now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _plan(request, year, bound)
    messages.success(request, _("Version %(number)d of the plan is there.") % {"number": version.number})
    return redirect("plan", year.pk)


@login_required
def scheme(request: HttpRequest, cycle: int) -> HttpResponse:
    """Every parameter of the scheme with its meaning beside it (R4)."""
    year = queries.cycle_for(request.user, cycle)
    context = {"cycle": year, "parts": meanings.parts(queries.scheme_of(year))}
    return render(request, "cycles/scheme.html", context)


@login_required
def scheme_file(request: HttpRequest, cycle: int) -> HttpResponse:
    """The scheme's file, byte for byte as it was frozen."""
    year = queries.cycle_for(request.user, cycle)
    name = f"scheme-{year.year}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(year.scheme_text), content_type="application/toml", headers=headers)


@login_required
def ballot_preview(request: HttpRequest, cycle: int) -> HttpResponse:
    """What a voter will see, as wide as a telephone; nothing on it can be sent."""
    year = queries.cycle_for(request.user, cycle)
    roles = {Role.Kind.SECRETARIAT, Role.Kind.CHAIR, Role.Kind.COMMITTEE, Role.Kind.CLERK}
    context = {
        "cycle": year,
        "entries": queries.entries(year),
        "scheme": queries.scheme_of(year),
        "language": language_code(),
        "may_have_paper": bool(queries.roles_of(request.user, year) & roles),
    }
    return render(request, "cycles/ballot_preview.html", context)
