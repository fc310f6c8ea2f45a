"""Where somebody is signed in: the list on one's own account, and signing out, here, there and everywhere."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import browsers, clock, sessions
from shuping.organisations import actions, queries


@dataclass(frozen=True)
class SignedIn:
    """A row of the list: on which browser, since when, last used when, and whether it is this one."""

    number: int
    where: str
    since: datetime
    used: datetime
    here: bool


def listed(request: HttpRequest) -> list[SignedIn]:
    """Where the visitor is signed in, the last used first."""
    here = sessions.digest(request.session.session_key or "")
    return [
        SignedIn(row.pk, browsers.words(row.browser, row.system), row.created, row.used, row.key == here)
        for row in sessions.open_of(request.user)
    ]


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("number", "")
    if number.isdecimal() and len(number) < 19 and sessions.end(request.user, number=int(number)):
        messages.success(request, _("Signed out there."))
    return redirect("own-account")


@login_required
@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    person = queries.person_called(request.user.get_username())
    actions.leave_everywhere(person, now=clock.now())
    logout(request)
    return redirect("sign-in")


@login_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The secretariat signs somebody out everywhere."""
    account = queries.account_for(request.user, request.POST.get("username", ""))
    actions.sign_out(account, by=request.user, now=clock.now())
    messages.success(request, _("%(username)s is signed out everywhere.") % {"username": account.username})
    return redirect("accounts")
