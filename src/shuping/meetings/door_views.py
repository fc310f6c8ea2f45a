"""Pages of attendance: the list with its filter, one place by the code of its card, the door in a clerk's hand."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.fields import short_text
from shuping.core.refusals import NotYours, ensure
from shuping.meetings import actions, arrivals, queries, rules
from shuping.meetings.models import Meeting


@login_required
def attendance(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    if request.method == "POST":
        present = {int(key) for key in request.POST.getlist("present") if key.isdigit()}
        number = actions.check_in(found, present=present, by=request.user, now=clock.now())
        messages.success(request, _("%(number)d people are present.") % {"number": number})
        return redirect("attendance", cycle)
    return render(request, "meetings/attendance.html", _list(request, found))


def _list(request: HttpRequest, found: Meeting) -> dict[str, Any]:
    everybody = queries.attendance(found)
    typed = request.GET.get("q", "")
    return {
        "cycle": found.cycle,
        "meeting": found,
        "typed": typed,
        "people": [(one, arrivals.keys_of(one)) for one in arrivals.matching(everybody, typed)],
        "here": sum(one.present for one in everybody),
        "listed": len(everybody),
        "quorums": queries.quorums(found),
        "categories": queries.present_by_category(everybody),
        "refusal": rules.may_check_in(request.user, found),
    }


@login_required
def door(request: HttpRequest, cycle: str, code: str) -> HttpResponse:
    """One place, by the code of its card."""
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    one = arrivals.place_by_code(found, code)
    context = {"cycle": found.cycle, "meeting": found, "one": one, "quorums": queries.quorums(found)}
    return render(request, "meetings/door.html", context | {"refusal": rules.may_check_in(request.user, found)})


@login_required
@require_POST
def find(request: HttpRequest, cycle: str) -> HttpResponse:
    """What was typed at the door: a code leads to its place, anything else to the list of those it fits."""
    found = queries.meeting_for(request.user, cycle)
    typed = short_text(request, "typed", longest=80)
    try:
        return redirect("door", cycle, arrivals.place_by_code(found, typed).code)
    except NotYours:
        listed = arrivals.matching(queries.attendance(found), typed)
        messages.info(request, _("%(number)d on the list fit “%(typed)s”.") % {"number": len(listed), "typed": typed})
        return redirect(f"{reverse('attendance', args=[cycle])}?{urlencode({'q': typed})}")


@login_required
@require_POST
def come_or_go(request: HttpRequest, cycle: str, place: int, verb: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    one = get_object_or_404(found.attendance, pk=place)
    verbs = {"arrive": arrivals.arrive, "leave": arrivals.leave}
    one = verbs[verb](found, one, by=request.user, now=clock.now())
    words = {"name": one.substitute or one.name}
    messages.success(request, (_("%(name)s is there.") if one.present else _("%(name)s has left.")) % words)
    return redirect("attendance", cycle)


@login_required
@require_POST
def substitute(request: HttpRequest, cycle: str, place: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    one = get_object_or_404(found.attendance, pk=place)
    given = {name: short_text(request, name) for name in ("name", "office")}
    one = arrivals.substitute(found, one, **given, by=request.user, now=clock.now())
    messages.success(request, _("Who comes for %(name)s is noted.") % {"name": one.name})
    return redirect("door", cycle, one.code) if one.code else redirect("attendance", cycle)
