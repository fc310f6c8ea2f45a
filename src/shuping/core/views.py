"""The front door and the styleguide."""

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shuping.core import access, fault_views, vitals


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
    """For whoever watches over the server: 200 when it is well, else 503 with a line for each thing that is not."""
    told = [f"{part}: {sentence}" for part, sentence in vitals.ailments().items()]
    return HttpResponse(
        "\n".join(told or ["ok"]) + "\n",
        status=503 if told else 200,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Told in the place of an upload for which there is no room (`core.lane`)."""
    answer = fault_views.answer(request, fault_views.BUSY)
    answer.headers["Retry-After"] = "30"
    return answer
