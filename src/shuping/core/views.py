"""The front door and the styleguide."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shuping.core import access


def demo(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in to an example account; there is no such page outside an example folder."""
    account = access.demo_account(token)
    if account is None:
        raise Http404
    login(request, account)
    following = request.GET.get("next", "/")
    return redirect(following if url_has_allowed_host_and_scheme(following, allowed_hosts=None) else "/")


@require_POST
def let_others_act(request: HttpRequest) -> HttpResponse:
    """The example's other participants take their next step; there is no such page outside an example folder."""
    if not access.wish():
        raise Http404
    following = request.POST.get("next", "/")
    return redirect(following if url_has_allowed_host_and_scheme(following, allowed_hosts=None) else "/")


def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "core/styleguide.html")


def health(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def busy(request: HttpRequest) -> HttpResponse:
    """Told in the place of an upload for which there is no room (`core.lane`)."""
    answer = render(request, "core/busy.html", status=429)
    answer.headers["Retry-After"] = "30"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """One page for what is not there and for what is not yours: it does not tell which."""
    return render(request, "core/not_found.html", {"path": request.path}, status=404)
