"""What the door hands to Django and allauth: what they tell of sign-ins is heard here."""

from typing import Any

from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from shuping.core import browsers, sessions


def register() -> None:
    """Listen to what happens to sessions and second factors (called once, when Django is ready)."""
    user_logged_in.connect(_remember_browser, dispatch_uid="shuping.browser")
    authenticator_removed.connect(_end_other_sessions, dispatch_uid="shuping.factors")


def _remember_browser(*, request: HttpRequest, **_given: Any) -> None:
    request.session[sessions.BROWSER] = browsers.kind_of(request.headers.get("User-Agent", ""))


def _end_other_sessions(*, request: HttpRequest, user: Any, **_given: Any) -> None:
    """Whoever takes a second factor away may do so because somebody else has it."""
    sessions.end(user, besides=sessions.digest(request.session.session_key or ""))
