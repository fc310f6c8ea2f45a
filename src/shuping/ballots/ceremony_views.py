"""Pages of the key ceremony: how far everybody is, and each trustee's own page."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.ballots import ceremonies, forms, queries, rules
from shuping.ballots.models import Ballot
from shuping.ballots.views import answered, own_ballot
from shuping.core import clock
from shuping.core.fields import short_text
from shuping.core.refusals import NotYours
from shuping.cycles import queries as cycles
from shuping.cycles.models import Role


@login_required
def ceremony(request: HttpRequest, cycle: int) -> HttpResponse:
    """How far every trustee is; who runs the ballot begins here and starts over."""
    ballot = own_ballot(request, cycle)
    latest = queries.latest_ceremony(ballot)
    rows = queries.seats(latest) if latest else []
    trustees = len(cycles.people_with(ballot.cycle, Role.Kind.TRUSTEE))
    context = {
        "cycle": ballot.cycle,
        "ballot": ballot,
        "ceremony": latest,
        "rows": [(seat, [bool(message) for message in seat.messages]) for seat in rows],
        "step": queries.step_of(rows) if rows else 0,
        "waiting": queries.waited_for(rows),
        "trustees": trustees,
        "threshold": trustees // 2 + 1,
        "begin_refusal": rules.may_hold_ceremony(request.user, ballot),
        "over_refusal": rules.may_start_over(request.user, ballot),
        "mine": queries.seat_of(request.user, latest) is not None,
        "abandoned": ballot.ceremonies.filter(state="abandoned"),
    }
    return render(request, "ballots/ceremony.html", context)


@login_required
@require_POST
def start(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    ceremonies.start_ceremony(ballot, threshold=_threshold(request), by=request.user, now=clock.now())
    messages.success(request, _("The key ceremony has begun: each trustee opens the own page."))
    return redirect("ceremony", cycle)


@login_required
@require_POST
def start_over(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    reason = short_text(request, "reason", longest=500)
    ceremonies.start_over(ballot, threshold=_threshold(request), reason=reason, by=request.user, now=clock.now())
    messages.success(request, _("The key ceremony begins anew; keys and sheets made so far are worthless."))
    return redirect("ceremony", cycle)


def _threshold(request: HttpRequest) -> int:
    form = forms.ThresholdForm(request.POST)
    return form.cleaned_data["threshold"] if form.is_valid() else 0


def _seated(request: HttpRequest, identifier: str) -> Ballot:
    """The ballot in whose running or finished ceremony the reader has a seat. Raises NotYours."""
    ballot = queries.public_ballot(identifier)
    if queries.seat_of(request.user, queries.latest_ceremony(ballot)) is None:
        raise NotYours
    return ballot


@login_required
def key(request: HttpRequest, identifier: str) -> HttpResponse:
    """A trustee's own page: the key is made there and stays there."""
    ballot = _seated(request, identifier)
    context = {
        "ballot": ballot,
        "back": reverse("ceremony", args=[ballot.cycle_id]),
        "decrypt": reverse("trustee", args=[identifier]),
    }
    return render(request, "ballots/key.html", context)


@login_required
def state(request: HttpRequest, identifier: str) -> JsonResponse:
    """The ceremony's file: what everybody has sent so far, all of it public, and who sits where."""
    ballot = _seated(request, identifier)
    latest = queries.latest_ceremony(ballot)
    assert latest is not None
    rows = queries.seats(latest)
    names = [{"zh": seat.person.name_zh, "en": seat.person.name_en} for seat in rows]
    mine = next(seat.index for seat in rows if seat.person == request.user)
    told: dict[str, Any] = queries.as_file(latest).json() | {"names": names, "index": mine, "state": latest.state}
    return JsonResponse(told)


@login_required
@require_POST
def send(request: HttpRequest, identifier: str) -> JsonResponse:
    """A trustee's message for the step that is due."""
    ballot = queries.public_ballot(identifier)
    try:
        raw = str(json.loads(request.body)["message"]).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Http404 from None
    return answered(lambda: {"step": ceremonies.send_message(ballot, raw=raw, by=request.user, now=clock.now())})
