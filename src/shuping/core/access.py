"""Who is at the door: safety headers, refusals as pages, what every page's frame needs, demo sign-in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from shuping.core import clock, fault_views, fullness, tls, ways
from shuping.core.refusals import NotYours, Refused

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class SafetyHeaders:
    """Every answer forbids inline script and style, frames, and anything that is not our own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        # Who it is stands in the database, which may be what a page without a copy tells of.
        if "Cache-Control" not in response and getattr(request, "user", None) and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response


class Refusals:
    """An expected no becomes a page with its sentence (status 409), in the user's language, a full disk, too (507); no
    answer is empty.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return fault_views.better(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return fault_views.refused(request, error.refusal)
        if isinstance(error, NotYours):
            return fault_views.not_found(request)
        return fault_views.answer(request, fault_views.FULL) if fullness.is_full(error) else None


class OwnPasswordFirst:
    """Whoever came with a one-time password gets no other page until it is changed; leaving is always possible."""

    OPEN = frozenset({"own-password", "sign-out", "account_logout", "set_language", "health", "demo"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        found = request.resolver_match
        if found is None or found.url_name in self.OPEN or not getattr(request.user, "must_change_password", False):
            return None
        return redirect("own-password")


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page may show: where its forms lead back to, whether its way to the phones is open to others, and in
    an example the band and the bar of roles.
    """
    always = {"here_again": ways.here(request), "exposed": tls.is_exposed(settings.ADDRESS)}
    if not settings.EXAMPLE:
        return always
    shown_time = clock.now() if clock.set_clock() else None
    bar = [link for link in demo_links() if link["bar"]]
    return always | {"example": True, "example_clock": shown_time, "demo_links": bar, "others": others()}


def demo_links() -> list[dict[str, Any]]:
    """The example's sign-in links: dictionaries with `token`, `username`, `zh`, `en` and `bar` (shown in
    the bar of roles); empty outside an example.
    """
    file = Path(settings.DATA) / "demo" / "links.json"
    if not settings.EXAMPLE or not file.exists():
        return []
    links: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return links


def others() -> dict[str, Any]:
    """What the example's other participants would do next: `zh`, `en`, `busy`; empty when nobody waits to act."""
    file = Path(settings.DATA) / "demo" / "others.json"
    if not settings.EXAMPLE or not file.exists():
        return {}
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return told


def wish() -> bool:
    """Ask the example's other participants to act; False where there are none."""
    if not others():
        return False
    (Path(settings.DATA) / "demo" / "wish").touch()
    return True


def demo_account(token: str) -> Any | None:
    """The example account that a token signs in to, or None."""
    name = next((link["username"] for link in demo_links() if link["token"] == token), None)
    return get_user_model().objects.filter(username=name, is_active=True).first() if name else None
