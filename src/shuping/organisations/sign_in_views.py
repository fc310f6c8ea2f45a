"""The page of sign-ins: which limits hold at present, what happened at the door, and the lifting of limits."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock, knocks, limits
from shuping.core.models import Knock
from shuping.core.refusals import NotYours
from shuping.organisations import actions, queries, rules

MOST = 300  # rows of the log on the page
SHOWN = 4  # signs by which rows of one place are told to belong together


@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """For the secretariat and the auditor of a year."""
    if rules.may_see_sign_ins(request.user):
        raise NotYours
    seen = list(queries.accounts_watched_by(request.user))
    kept = queries.kept_among(request.user, seen)
    context = {
        "limits": [(limit, limit.person.pk in kept) for limit in limits.present(seen)],
        "rows": shown(knocks.of(seen, unknown=True, most=MOST)),
        "most": MOST,
    }
    return render(request, "organisations/sign_ins.html", context)


def shown(found: list[Knock]) -> list[dict[str, Any]]:
    """Rows of the log as a page shows them."""
    return [
        {
            "at": row.at,
            "who": row.person,
            "what": knocks.KINDS[row.kind],
            "times": row.times,
            "place": row.place[:SHOWN].upper(),
        }
        for row in found
    ]


@login_required
@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    account = queries.account_for(request.user, request.POST.get("username", ""))
    actions.lift_limits(account, by=request.user, now=clock.now())
    messages.success(request, _("%(username)s can try again at once.") % {"username": account.username})
    return redirect("sign-ins")
