"""Who opens accounts and hands out passwords."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal
from shuping.organisations import queries
from shuping.organisations.models import Organisation, Person


def may_open_account(person: Any, organiser: Organisation, username: str) -> Refusal | None:
    """The secretariat of one of the organiser's years, under a name that nobody has yet."""
    if organiser not in queries.organisers_of(person):
        return Refusal("not_your_organisation", _("Accounts are opened by the secretariat of a year's organiser."))
    if Person.objects.filter(username__iexact=username).exists():
        return Refusal("username_taken", _("Somebody else has this username: choose another one."))
    return None


def may_import(person: Any, root: Organisation) -> Refusal | None:
    """The secretariat of one of the organiser's years: its own tree."""
    if root in queries.organisers_of(person):
        return None
    return Refusal("not_your_organisation", _("Units and posts are kept by the secretariat of a year's organiser."))


def may_hand_out(person: Any) -> Refusal | None:
    """A secretariat that keeps accounts to which no password was handed out yet."""
    if queries.without_password(person).exists():
        return None
    return Refusal("all_handed_out", _("Every account that you keep has its access sheet already."))


def may_keep_account(person: Any, account: Person) -> Refusal | None:
    """The secretariat that keeps the account; nobody their own one."""
    if person == account:
        return Refusal("own_account", _("Change your own password on the page of your account."))
    if queries.kept_among(person, [account]):
        return None
    return Refusal("kept_elsewhere", _("Another secretariat keeps this account: ask it for a new password."))


def may_deactivate(person: Any, account: Person) -> Refusal | None:
    """The secretariat that keeps the account, once."""
    if not account.is_active:
        return Refusal("already_closed", _("This account is already closed."))
    return may_keep_account(person, account)


def may_sign_out(person: Any, account: Person) -> Refusal | None:
    """The secretariat that keeps the account: out everywhere, when a device was lost. Everybody their own one."""
    if queries.kept_among(person, [account]):
        return None
    return Refusal("kept_elsewhere", _("Another secretariat keeps this account: ask it to sign the person out."))


def may_lift_limits(person: Any, account: Person) -> Refusal | None:
    """The secretariat that keeps the account, when wrong tries make its owner wait."""
    if queries.kept_among(person, [account]):
        return None
    return Refusal("kept_elsewhere", _("Another secretariat keeps this account: ask it to lift the limit."))


def may_see_sign_ins(person: Any) -> Refusal | None:
    """Secretariat and auditor: sign-ins to the accounts of their years, right and wrong ones."""
    if queries.organisers_of(person).exists() or queries.audited_by(person).exists():
        return None
    return Refusal("not_your_sign_ins", _("Sign-ins are looked after by the secretariat and the auditor."))
