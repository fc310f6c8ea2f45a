"""The home page of every role (what is mine, by when, what happened since) and the papers of a cycle."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shuping.core import clock, jobs, todo, vitals
from shuping.core.refusals import NotYours
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.documents import kinds
from shuping.meetings import queries as meetings
from shuping.organisations import queries as organisations
from shuping.overview import guide as way
from shuping.overview import making, queries, rules


@login_required
def home(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    years = list(cycles.cycles_for(request.user))
    context = {
        "now": now,
        "steps": todo.steps_for(request.user, now),
        "cycles": years,
        "news": queries.news_for(request.user, years),
        "ailments": _ailments_for(request.user),
        "keeps_office": organisations.organisers_of(request.user).exists(),
    }
    return render(request, "overview/home.html", context)


def _ailments_for(person: Any) -> dict[str, Any]:
    """What ails the server, for those who lead a year."""
    found = vitals.ailments()
    return found if found and cycles.leads_a_year(person) else {}


@login_required
def papers(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    held = meetings.meetings_of(year)
    context = {
        "cycle": year,
        "kinds": queries.papers_for(request.user, year, held),
        "groups": queries.group_papers_for(request.user, held),
        "language": language_code(),
        "takes_all": rules.may_take_all(request.user, year) is None,
    }
    return render(request, "overview/papers.html", context)


@login_required
@require_POST
def take_all(request: HttpRequest, cycle: int) -> HttpResponse:
    job = jobs.ask(making.YEAR_FILE.code, {"address": str(cycle)}, by=request.user)
    return redirect("job", job.pk)


@login_required
def paper(request: HttpRequest, cycle: str, kind: str, language: str, format: str) -> HttpResponse:  # noqa: A002
    """A paper at once, or the page of one that takes longer."""
    asked = {"address": cycle, "kind": kind, "language": language, "format": format}
    making.check_paper(request.user, asked)
    if kinds.kind(kind).bulky:
        return redirect("job", jobs.ask(making.PAPER.code, asked, by=request.user).pk)
    file = making.print_paper(request.user, asked)
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})


def guide(request: HttpRequest) -> HttpResponse:
    """The way through an example's year; there is no such page outside an example folder."""
    cycle = way.newest_cycle() if settings.EXAMPLE else None
    if cycle is None:
        raise NotYours
    steps = way.steps(cycle)
    following = next((step for step in steps if not step.done), None)
    return render(request, "overview/guide.html", {"cycle": cycle, "steps": steps, "following": following})
