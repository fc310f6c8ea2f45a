"""Pages of the desk: the one large button, what changes the order, undoing, the script of the moment."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.ballots import queries as ballots
from shuping.core import clock, vitals
from shuping.core.fields import short_text
from shuping.core.refusals import Refused, ensure
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.meetings import desk, flow, forms, printing, queries, rules, scripts, turns
from shuping.meetings.models import Meeting


@login_required
def page(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    return render(request, "meetings/desk.html", _desk(request.user, found))


def _desk(person: Any, found: Meeting) -> dict[str, Any]:
    agenda = queries.agenda(found)
    item, following = queries.current(agenda), queries.following(agenda)
    now = clock.now()
    ballot = ballots.ballot_of(found.cycle)
    phase = flow.phase(person, found, agenda)
    return {
        "cycle": found.cycle,
        "meeting": found,
        "agenda": [(one, queries.face(one, now)) for one in agenda],
        "item": item,
        "next": following,
        "face": queries.face(item, now),
        "clock": queries.clock_of(item),
        "comments": queries.comments(item.entry) if item else [],
        "phase": phase,
        "forward": turns.after(cycles.scheme_of(found.cycle), item) if item else "",
        "script": scripts.moment(found, item or following),
        "ballot": ballot,
        "turnout": queries.turnout(ballot, agenda) if ballot and ballot.state == ballot.State.OPEN else [],
        "last": desk.last_step(found),
        "begun": any(one.state != one.State.WAITING for one in agenda),
        "may_adjourn": phase.code in flow.PAUSES,
        "adjourn_form": forms.AdjournForm(),
        "groups": queries.meetings_of(found.cycle),
        "ailments": vitals.ailments(),
    }


def _seen(request: HttpRequest) -> int | None:
    """The version of the meeting that the pressed page was drawn from."""
    given = request.POST.get("seen", "")
    return int(given) if given.isdigit() and len(given) < 10 else None


def _back(request: HttpRequest, error: Refused, cycle: str) -> HttpResponse:
    """The fresh page with a plain sentence, when another desk was quicker; any other refusal has its own page."""
    if error.refusal.code != "page_older":
        raise error
    messages.warning(request, error.refusal.sentence)
    return redirect("desk", cycle)


def _with_words(request: HttpRequest, error: Refused, cycle: str, **more: Any) -> HttpResponse:
    """The fresh page with the sentence of a refusal, and with what was typed still in its fields."""
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    messages.warning(request, error.refusal.sentence)
    context = _desk(request.user, found) | {"typed": request.POST} | more
    return render(request, "meetings/desk.html", context, status=409)


@login_required
@require_POST
def step(request: HttpRequest, cycle: str, number: str, step: str) -> HttpResponse:
    if step not in desk.TURNS:
        raise Http404
    found = queries.meeting_for(request.user, cycle)
    item = queries.item_of(found, number)
    given: dict[str, Any] = {name: short_text(request, name) for name in forms.ASKED.get(step, ())}
    try:
        desk.press(item.meeting, step, item=item, seen=_seen(request), by=request.user, now=clock.now(), **given)
    except Refused as error:
        return _back(request, error, cycle)
    return redirect("desk", cycle)


def _day_step(pressed: str, target: str, said: Any) -> Any:
    @login_required
    @require_POST
    def view(request: HttpRequest, cycle: str) -> HttpResponse:
        found = queries.meeting_for(request.user, cycle)
        given: dict[str, Any] = {name: short_text(request, name) for name in forms.ASKED.get(pressed, ())}
        try:
            desk.press(found, pressed, seen=_seen(request), by=request.user, now=clock.now(), **given)
        except Refused as error:
            return (_with_words if given else _back)(request, error, cycle)
        messages.success(request, said())
        return redirect(target, cycle)

    return view


open_meeting = _day_step("open", "desk", lambda: _("The meeting is open."))
close_meeting = _day_step("close", "meeting", lambda: _("The meeting is closed; its minutes are drafted."))
draw_lots = _day_step("lots", "desk", lambda: _("The order is drawn. Seed, witness and order are on the hall screen."))
go_on = _day_step("go-on", "desk", lambda: _("The meeting goes on."))
explain = _day_step("explain", "desk", lambda: _("The screens show how the ballot is cast."))


@login_required
@require_POST
def adjourn(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.AdjournForm(request.POST)
    if not form.is_valid():
        return render(request, "meetings/desk.html", _desk(request.user, found) | {"adjourn_form": form}, status=400)
    try:
        given = form.cleaned_data
        desk.press(found, "adjourn", seen=_seen(request), by=request.user, now=clock.now(), **given)
    except Refused as error:
        return _with_words(request, error, cycle, adjourn_form=form)
    messages.success(request, _("The meeting is adjourned."))
    return redirect("desk", cycle)


@login_required
@require_POST
def undo(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    try:
        reason = short_text(request, "reason")
        desk.undo(found, reason=reason, seen=_seen(request), by=request.user, now=clock.now())
    except Refused as error:
        return _with_words(request, error, cycle)
    messages.success(request, _("The last step is undone; both stand in the record."))
    return redirect("desk", cycle)


@login_required
def turn(request: HttpRequest, cycle: str, number: str) -> HttpResponse:
    """What can be changed for one reporter on the day."""
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    item = queries.item_of(found, number)
    refusals = {name: rules.may_arrange(request.user, item, name) for name in rules.ARRANGED}
    refusals["skip"] = rules.may_step(request.user, item, "skip")
    context = {"cycle": found.cycle, "meeting": item.meeting, "item": item, "refusals": refusals}
    return render(request, "meetings/turn.html", context)


@login_required
@require_POST
def printed(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    number = printing.note_printed(found, language=language_code(), by=request.user, now=clock.now())
    messages.success(
        request, _("Noted: %(number)d pages are printed. Later only those that change.") % {"number": number}
    )
    return redirect("desk", cycle)
