"""Pages of the opinions: the scrutineer who reads them first, those who read what was released, the trustees' part."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.ballots import opinions as verbs
from shuping.ballots import queries, rules
from shuping.ballots.views import answered, own_ballot
from shuping.core import clock
from shuping.core.fields import short_text


@login_required
def opinions(request: HttpRequest, cycle: int) -> HttpResponse:
    """What waits to be read, for the scrutineer; what was released, for those who may see it."""
    ballot = own_ballot(request, cycle)
    box = queries.need_box(ballot)
    moderating = rules.may_moderate(request.user, ballot) is None
    refusal = None if moderating else rules.may_read_opinions(request.user, ballot)
    holder = None if moderating or rules.reads_every_opinion(request.user, ballot) else request.user
    listed = [] if refusal else queries.opinions_by_entry(box, holder=holder, shown=not moderating)
    context = {
        "cycle": ballot.cycle,
        "box": box,
        "moderating": moderating,
        "refusal": refusal,
        "listed": listed,
        "own_only": holder is not None,
        "removed": [] if refusal else queries.removed_reasons(box),
    }
    return render(request, "ballots/opinions.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, cycle: int) -> HttpResponse:
    reason = short_text(request, "reason")
    verbs.remove_opinion(own_ballot(request, cycle), _opinion(request), reason=reason, by=request.user, now=clock.now())
    return redirect("opinions", cycle)


@login_required
@require_POST
def restore(request: HttpRequest, cycle: int) -> HttpResponse:
    verbs.restore_opinion(own_ballot(request, cycle), _opinion(request), by=request.user, now=clock.now())
    return redirect("opinions", cycle)


@login_required
@require_POST
def release(request: HttpRequest, cycle: int) -> HttpResponse:
    number = verbs.release_opinions(own_ballot(request, cycle), by=request.user, now=clock.now())
    messages.success(request, _("%(number)d opinions are shown now.") % {"number": number})
    return redirect("opinions", cycle)


def _opinion(request: HttpRequest) -> int:
    given = request.POST.get("opinion", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 20):
        raise Http404
    return int(given)


@login_required
@require_POST
def opening_share(request: HttpRequest, identifier: str) -> JsonResponse:
    """A trustee's part of opening the opinions."""
    ballot = queries.public_ballot(identifier)
    try:
        raw = str(json.loads(request.body)["share"]).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Http404 from None

    def act() -> dict[str, Any]:
        return {"opened": verbs.add_opening_share(ballot, raw=raw, by=request.user, now=clock.now())}

    return answered(act)
