"""A finished year takes no write but those that follow it. One list says which: the rooms add to it by name."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from shuping.core import fault_views
from shuping.core.refusals import NotYours, Refusal, ensure
from shuping.cycles import queries
from shuping.cycles.models import Cycle

FINISHED = Refusal(
    "year_finished",
    _("The year is finished and no longer changes. Only ledger, letters, minutes and papers still go on."),
)
# Addresses that take a form in a finished year, each with the acts that come of it.
_taken: dict[str, frozenset[str]] = {}
# Finishing is the last step of the year itself.
ALWAYS = frozenset({"advance"})
SAYS_SO = b' id="year-finished"'  # in the header of every page of such a year
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
POSTS = re.compile(r"""^<form\b[^>]*\bmethod=["']?post""", re.IGNORECASE)
ACTION = re.compile(r"""^<form\b[^>]*\baction=["']([^"']*)""", re.IGNORECASE)
Handler = Callable[[HttpRequest], HttpResponseBase]


def takes(address: str, *verbs: str) -> None:
    """Let a finished year take the form of an address, and the acts that come of it."""
    _taken[address] = _taken.get(address, frozenset()) | frozenset(verbs)


def may_take(address: str | None) -> bool:
    """Whether a finished year takes the form of this address."""
    return address in _taken


def let_pass(verb: str, cycle: int) -> None:
    """Asked before every act: raises Refused for one that a finished year does not take, whichever way it came."""
    if verb not in ALWAYS.union(*_taken.values()):
        finished = Cycle.objects.filter(pk=cycle, stage=Cycle.Stage.FINISHED).exists()
        ensure(FINISHED if finished else None)


class FinishedYears:
    """At the door: what would be refused is refused before it is read, and is not offered on any page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and SAYS_SO in response.content:
            return _without_forms(request, response)
        return response

    def process_view(
        self, request: HttpRequest, _view: Any, _arguments: Any, named: dict[str, Any]
    ) -> HttpResponse | None:
        address = request.resolver_match.url_name if request.resolver_match else None
        if request.method != "POST" or may_take(address) or not _is_finished(request.user, named.get("cycle")):
            return None
        return fault_views.refused(request, FINISHED)


def _is_finished(person: Any, address: int | str | None) -> bool:
    """Of a year in which the person has a part; whoever has none is not told."""
    if address is None or not person.is_authenticated:
        return False
    try:
        return queries.cycle_for(person, int(str(address).partition("-")[0])).stage == Cycle.Stage.FINISHED
    except NotYours:
        return False


def _without_forms(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page without the forms that the year would refuse."""
    page = response.content.decode()
    response.content = FORM.sub(lambda form: form[0] if _is_offered(form[0], request.path) else "", page)
    return response


def _is_offered(form: str, path: str) -> bool:
    if not POSTS.match(form):
        return True
    action = ACTION.match(form)
    try:
        found = resolve(action[1].partition("?")[0] if action and action[1] else path)
    except Resolver404:
        return True
    return "cycle" not in found.kwargs or may_take(found.url_name)
