"""Own pages for everything that a browser can run into: each says what happened and has a way on."""

import sys
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER, REASON_NO_REFERER
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shuping.core import fullness, ways
from shuping.core.refusals import Refusal
from shuping.core.text import in_both

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
ELSEWHERE = tuple(reason.partition("%s")[0] for reason in (REASON_BAD_ORIGIN, REASON_BAD_REFERER, REASON_NO_REFERER))


@dataclass(frozen=True)
class Fault:
    """What a page says: a title, what happened and what to do, and whether it is shown without asking the database."""

    code: str
    status: int
    title: Any
    sentence: Any
    alone: bool = field(default=False, kw_only=True)


SIGNED_OUT = Fault("signed_out", 401, _("Sign in"), _("You were signed out. Sign in again, then send it once more."))
OLD_FORM = Fault(
    "old_form",
    403,
    _("This form is too old"),
    _("It was opened before you signed in or out, or the site's cookies are gone. Open its page again, then send it."),
)
ELSEWHERE_FORM = Fault(
    "form_from_elsewhere",
    403,
    _("Not taken"),
    _("The browser did not say that this form stands on this site. Open the site under its own address, then send it."),
)
NOT_ALLOWED = Fault("not_allowed", 403, _("Not allowed"), _("This page is not open to you."))
NOT_FOUND = Fault(
    "not_found",
    404,
    _("Not found"),
    _("There is nothing here for you. The address may be mistyped, or the page belongs to another role."),
)
ONLY_FORMS = Fault(
    "only_forms", 405, _("No page"), _("This address only takes what a form sends. The form stands on its own page.")
)
TOO_LARGE = Fault(
    "too_large",
    413,
    _("Too large"),
    _("More was sent at once than this site takes. Send less: a smaller file, or a shorter text."),
)
DAMAGED = Fault(
    "damaged",
    400,
    _("Not understood"),
    _("What the browser sent could not be read. Open the page again and try once more."),
    alone=True,
)
BUSY = Fault(
    "busy",
    429,  # a 503 would leave a line in the log for each
    _("Too many files at once"),
    _("Your file was not taken: others are being read, one at a time for each person. Send it again in half a minute."),
)
FULL = Fault(
    "full",
    fullness.STATUS,
    _("The disk is full"),
    _("This could not be stored. Whoever looks after the server has to make room on its disk; ask them now."),
)
BROKEN = Fault(
    "broken",
    500,
    _("Something went wrong"),
    _("This is a fault of the site, not yours. Look whether your last step was kept before you take it again."),
    alone=True,
)
AWAY = Fault(
    "away",
    503,
    _("Not just now"),
    _("The site cannot reach its data just now. Wait a minute, look whether your last step was kept, then go on."),
    alone=True,
)


def answer(request: HttpRequest, fault: Fault) -> HttpResponse:
    """The page of a fault; for a page's program the same as JSON, in both languages."""
    if not wants_page(request):
        return JsonResponse({"error": {"code": fault.code, **in_both(fault.sentence)}}, status=fault.status)
    if fault.alone:
        # Nothing that could fail again: no session, no person, no database.
        return HttpResponse(render_to_string("core/broken.html", {"fault": fault}), status=fault.status)
    return _page(request, fault)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A rule said no: its sentence, and the way back to the form."""
    return answer(request, Fault(refusal.code, 409, _("Not possible"), refusal.sentence))


def _page(request: HttpRequest, fault: Fault) -> HttpResponse:
    sent = request.method == "POST"
    context = {"fault": fault, "sent": sent, "back": ways.came_from(request), "ways": ways.ways_on(request)}
    return render(request, "core/fault.html", context, status=fault.status)


def wants_page(request: HttpRequest) -> bool:
    """Whether a person looks at the answer: the program of a page asks for JSON."""
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted or "json" not in accepted


def better(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """An answer that a browser would show as nothing, or that would lead nowhere, made into a page with a way on."""
    if response.status_code == 405 and not getattr(response, "content", b""):
        page = answer(request, ONLY_FORMS)
        page.headers["Allow"] = response.headers["Allow"]
        return page
    if response.status_code == 302 and _leads_to_sign_in(request, response):
        return _signed_out(request)
    return response


def _leads_to_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether somebody without a session sent a form, or opened a page with a session that has ended."""
    person: Any = getattr(request, "user", None)
    to_sign_in = response.headers.get("Location", "").startswith(f"{reverse('sign-in')}?next=")
    return to_sign_in and not (person and person.is_authenticated)


def _signed_out(request: HttpRequest) -> HttpResponse:
    """To the sign-in, and from there to the page that held the form, never to an address that only takes forms."""
    if not wants_page(request):
        return answer(request, SIGNED_OUT)
    if request.method == "POST":
        return HttpResponseRedirect(ways.sign_in(ways.came_from(request), out="form"))
    ended = {"out": "page"} if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
    page = request.get_full_path() if ways.can_be_opened(request.path) else ways.came_from(request)
    return HttpResponseRedirect(ways.sign_in(page, **ended))


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's protection of forms said no."""
    return answer(request, ELSEWHERE_FORM if reason.startswith(ELSEWHERE) else OLD_FORM)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """More than is taken, or what no browser sends."""
    return answer(request, TOO_LARGE if isinstance(exception, TOO_MUCH) else DAMAGED)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """Django or allauth said no."""
    return answer(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as above
    """One page for what is not there and for what is not yours: it does not tell which."""
    return answer(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the site, or its disk is full, or its database away."""
    error = sys.exc_info()[1]
    if fullness.is_full(error):
        return answer(request, FULL)
    return answer(request, AWAY if isinstance(error, (InterfaceError, OperationalError)) else BROKEN)
