"""Ways on from a page on which nothing can be done: back to where one came from, the year, home, the sign-in."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

LONGEST = 2000  # characters of an address that is handed on


@dataclass(frozen=True)
class Way:
    """A link with its words."""

    title: str
    url: str


Source = Callable[[Any, str], Way | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add what a room knows of ways on: from a person and the path at which nothing could be done."""
    if source not in _sources:
        _sources.append(source)


def can_be_opened(path: str) -> bool:
    """Whether there is a page at a path: not an address that only takes what a form sends."""
    try:
        view: Any = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        if "GET" not in _methods(view):
            return False
        view = getattr(view, "__wrapped__", None)
    return True


def _methods(view: Any) -> Any:
    """The methods to which Django's decorators, or a class of its kind, restrict a view."""
    if hasattr(view, "view_class"):
        names = view.view_class.http_method_names
        return {name.upper() for name in names if hasattr(view.view_class, name)}
    held = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
    return held.get("request_method_list", ("GET",))


def came_from(request: HttpRequest) -> str:
    """The page from which a request was sent, or the nearest one above its own address; always one that opens."""
    sent, told = request.method == "POST", _referer(request)
    path = urlsplit(told).path
    if path and can_be_opened(path) and (sent or path != request.path):
        return told
    # Most pages send their form to themselves.
    return request.path if sent and can_be_opened(request.path) else page_above(request.path)


def _referer(request: HttpRequest) -> str:
    """Path and query of the page of this site from which a request came; empty when it is not told, or the sign-in."""
    told = request.headers.get("Referer", "")[:LONGEST]
    parts = urlsplit(told)
    ours = parts.netloc and url_has_allowed_host_and_scheme(told, {request.get_host()}, request.is_secure())
    if not ours or parts.path.startswith(reverse("sign-in")):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def here(request: HttpRequest) -> str:
    """The address to which a page's small forms lead back: the own one, or where one came from if it does not open."""
    shown = request.method == "GET" and can_be_opened(request.path)
    return request.get_full_path() if shown else came_from(request)


def page_above(path: str) -> str:
    """The nearest page above an address; the first page when there is none."""
    parts = [part for part in path.split("/") if part]
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        if can_be_opened(above):
            return above
    return "/"


def sign_in(following: str, **more: str) -> str:
    """The address of the sign-in that leads on to a page."""
    return f"{reverse('sign-in')}?{urlencode({'next': following, **more})}"


def ways_on(request: HttpRequest) -> list[Way]:
    """Links for a page that cannot show what was asked for: what the rooms know, then home or the sign-in."""
    person: Any = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return [Way(_("Sign in"), sign_in(request.path if can_be_opened(request.path) else "/"))]
    known = [way for source in _sources if (way := source(person, request.path)) is not None]
    return [*known, Way(_("Home"), reverse("home"))]
