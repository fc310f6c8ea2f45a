"""Pages of accounts: the secretariat's list, one's own password."""

from collections.abc import Sequence
from typing import Any

from allauth.mfa.base.views import IndexView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shuping.core import clock, devices, knocks, places, sessions
from shuping.core.refusals import NotYours
from shuping.core.text import language_code
from shuping.organisations import actions, documents, forms, queries, rules, session_views, sign_in_views

LAST_SIGN_INS = 10


@login_required
def accounts(request: HttpRequest) -> HttpResponse:
    _only_a_secretariat(request.user)
    return _list(request, forms.AccountForm(person=request.user))


def _only_a_secretariat(person: Any) -> None:
    if not queries.organisers_of(person).exists():
        raise NotYours


def _list(request: HttpRequest, form: forms.AccountForm) -> HttpResponse:
    shown = list(queries.accounts_for(request.user)[: queries.MOST_ACCOUNTS])
    kept = queries.kept_among(request.user, shown)
    rows = [(account, account.pk in kept and account != request.user) for account in shown]
    context = {
        "accounts": rows,
        "form": form,
        "sheet": forms.ResetForm(auto_id="sheet-%s"),
        "waiting": len(queries.without_password(request.user)),
    }
    return render(request, "organisations/accounts.html", context)


@login_required
@require_POST
def open_account(request: HttpRequest) -> HttpResponse:
    _only_a_secretariat(request.user)
    form = forms.AccountForm(request.POST, person=request.user)
    if form.is_valid():
        given = form.cleaned_data
        refusal = rules.may_open_account(request.user, given["organiser"], given["username"])
        if refusal is None:
            file_format = given.pop("format")
            access = actions.hand_out_account(**given, by=request.user, now=clock.now())
            return _sheet([documents.Access(*access)], file_format)
        form.add_error("username", refusal.sentence)
    return _list(request, form)


def _sheet(accesses: Sequence[documents.Access], file_format: str) -> HttpResponse:
    file = documents.render_access_sheet(tuple(accesses), language=language_code(), format=file_format)
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})


@login_required
@require_POST
def reset_password(request: HttpRequest) -> HttpResponse:
    account = queries.account_for(request.user, request.POST.get("username", ""))
    form = forms.ResetForm(request.POST)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {"format": "pdf", "factors": False}
    password = actions.reset_password(account, factors=given["factors"], by=request.user, now=clock.now())
    return _sheet([documents.Access(account, password)], given["format"])


@login_required
@require_POST
def hand_out(request: HttpRequest) -> HttpResponse:
    """The access sheets of everybody who has none yet, in one file."""
    _only_a_secretariat(request.user)
    form = forms.ResetForm(request.POST)
    accesses = actions.hand_out_passwords(by=request.user, now=clock.now())
    return _sheet(
        [documents.Access(*access) for access in accesses], form.cleaned_data["format"] if form.is_valid() else "pdf"
    )


@login_required
@require_POST
def close_account(request: HttpRequest) -> HttpResponse:
    account = queries.account_for(request.user, request.POST.get("username", ""))
    actions.deactivate_account(account, by=request.user, now=clock.now())
    messages.success(request, _("The account %(username)s is closed.") % {"username": account.username})
    return redirect("accounts")


class OwnAccount(IndexView):  # type: ignore[misc]
    """One's own account: what opens it."""

    template_name = "organisations/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.request.user
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "may_open_accounts": queries.organisers_of(person).exists(),
            "may_see_sign_ins": not rules.may_see_sign_ins(person),
            "sessions": session_views.listed(self.request),
            "knocks": sign_in_views.shown(knocks.of([person], most=LAST_SIGN_INS)),
        }


@sensitive_post_parameters()
@login_required
def own_password(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    form = forms.OwnPasswordForm(person, request.POST or None, request=request)
    if form.is_valid():
        here = sessions.digest(request.session.session_key or "")
        actions.change_password(person, form.cleaned_data["new_password1"], now=clock.now(), here=here)
        update_session_auth_hash(request, person)
        knocks.note("changed", person=person, place=places.of(request))
        messages.success(request, _("Your password is changed."))
        response = redirect("home")
        devices.remember(request, response, person)
        return response
    return render(request, "organisations/password.html", {"form": form, "forced": person.must_change_password})
