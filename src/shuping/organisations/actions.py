"""Make organisations, people, posts and bodies."""

import secrets
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import F

from shuping.core import acts, knocks, limits, sessions
from shuping.core.refusals import ensure
from shuping.organisations import queries, rules
from shuping.organisations.models import STEP, Body, Membership, Organisation, Person, Post, Term

# Read from paper and typed by hand: nothing that looks like something else. Sixteen signs are 78 bits.
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP = 4, 4


@transaction.atomic
def found_organisation(
    *, code: str, kind: str, name_zh: str, name_en: str, parent: Organisation | None, by: Any, now: datetime
) -> Organisation:
    """Add a node to the tree, behind its last sister."""
    organisation = Organisation.objects.create(
        parent=parent, path=next_path(parent), code=code, kind=kind, name_zh=name_zh, name_en=name_en
    )
    acts.record("found_organisation", organisation, by=by, now=now)
    return organisation


def next_path(parent: Organisation | None) -> str:
    """The path of a new unit below `parent`: behind its last sister."""
    last = Organisation.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True).first()
    above = parent.path if parent else ""
    return above + str(int(last[-STEP:]) + 1 if last else 1).zfill(STEP)


@transaction.atomic
def open_account(*, username: str, name_zh: str, name_en: str, by: Any, now: datetime, password: str = "") -> Person:
    """Open an account; without a password it can only be entered by a link of the secretariat."""
    person = Person(username=username, name_zh=name_zh, name_en=name_en)
    person.set_password(password or None)
    person.save()
    acts.record("open_account", person, by=by, now=now)
    return person


@transaction.atomic
def hand_out_account(
    organiser: Organisation, *, username: str, name_zh: str, name_en: str, by: Any, now: datetime
) -> tuple[Person, str]:
    """Open an account for somebody in an organiser's years: the account and its one-time password, which is kept
    nowhere. Raises Refused.
    """
    ensure(rules.may_open_account(by, organiser, username))
    password = one_time_password()
    person = Person(username=username, name_zh=name_zh, name_en=name_en, kept_by=organiser, must_change_password=True)
    person.set_password(password)
    person.save()
    acts.record("open_account", person, by=by, now=now)
    return person, password


@transaction.atomic
def hand_out_passwords(*, by: Any, now: datetime) -> list[tuple[Person, str]]:
    """Give every account that has none yet its one-time password, which is kept nowhere (at most 100 at a time)."""
    ensure(rules.may_hand_out(by))
    accounts = list(queries.without_password(by))
    return [(account, reset_password(account, by=by, now=now)) for account in accounts]


def one_time_password() -> str:
    """Four groups of four signs, drawn at random."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(GROUP)) for _group in range(GROUPS))


@transaction.atomic
def reset_password(account: Person, *, by: Any, now: datetime, factors: bool = False) -> str:
    """Give an account a new one-time password, which is kept nowhere, and open it again if it was closed. Whoever is
    signed in with the old one is signed out. With `factors` its app, passkeys, recovery codes and the connection with
    the office's own sign-in go, too (a telephone was lost, or somebody else got in). Raises Refused.
    """
    ensure(rules.may_keep_account(by, account))
    if factors:
        Authenticator.objects.filter(user=account).delete()
        SocialAccount.objects.filter(user=account).delete()
    return give_password(account, by=by, now=now, factors=factors)


@transaction.atomic
def give_password(account: Person, *, by: Any, now: datetime, factors: bool = False) -> str:
    """A new one-time password for an account, opened again if it was closed (part of other acts, and of the command
    line on the machine itself).
    """
    password = one_time_password()
    account.set_password(password)
    account.must_change_password = account.is_active = True
    account.save()
    sessions.end(account)
    knocks.note("reset", person=account)
    acts.record("reset_password", account, by=by, now=now, details={"factors": factors})
    return password


@transaction.atomic
def deactivate_account(account: Person, *, by: Any, now: datetime) -> None:
    """Close an account. Its password goes, too: then a closed account answers as one that never was. Raises Refused."""
    ensure(rules.may_deactivate(by, account))
    account.set_unusable_password()
    account.is_active = False
    account.save()
    sessions.end(account)
    acts.record("deactivate_account", account, by=by, now=now)


@transaction.atomic
def sign_out(account: Person, *, by: Any, now: datetime) -> None:
    """Sign a person out everywhere. Raises Refused."""
    ensure(rules.may_sign_out(by, account))
    _sign_out(account, by=by, now=now)


@transaction.atomic
def leave_everywhere(person: Person, *, now: datetime) -> None:
    """Sign oneself out everywhere."""
    _sign_out(person, by=person, now=now)


def _sign_out(account: Person, *, by: Any, now: datetime) -> None:
    sessions.end(account)
    Person.objects.filter(pk=account.pk).update(device_round=F("device_round") + 1)
    knocks.note("left_everywhere", person=account)
    acts.record("sign_out_everywhere", account, by=by, now=now)


@transaction.atomic
def lift_limits(account: Person, *, by: Any, now: datetime) -> None:
    """Forget the wrong tries at an account, so that its owner need not wait. Raises Refused."""
    ensure(rules.may_lift_limits(by, account))
    limits.lift(account)
    knocks.note("lifted", person=account)
    acts.record("lift_limits", account, by=by, now=now)


@transaction.atomic
def change_password(person: Person, password: str, *, now: datetime, here: str = "") -> None:
    """Set a password that its owner chose (the form has checked the old one and the strength of the new one). Only the
    session with the digest `here` goes on.
    """
    person.set_password(password)
    person.must_change_password = False
    person.save()
    sessions.end(person, besides=here)
    acts.record("change_password", person, by=person, now=now)


@transaction.atomic
def create_post(organisation: Organisation, *, name_zh: str, name_en: str, head: bool, by: Any, now: datetime) -> Post:
    post = Post.objects.create(organisation=organisation, name_zh=name_zh, name_en=name_en, head=head)
    acts.record("create_post", post, by=by, now=now)
    return post


@transaction.atomic
def appoint(post: Post, person: Person, *, starts: date, by: Any, now: datetime) -> Term:
    """Let a person hold a post from a day on; whoever held it before leaves the day before."""
    Term.objects.filter(post=post, ends=None).update(ends=date.fromordinal(starts.toordinal() - 1))
    term = Term.objects.create(post=post, person=person, starts=starts)
    acts.record("appoint", term, by=by, now=now)
    return term


@transaction.atomic
def form_body(organisation: Organisation, *, code: str, name_zh: str, name_en: str, by: Any, now: datetime) -> Body:
    body = Body.objects.create(organisation=organisation, code=code, name_zh=name_zh, name_en=name_en)
    acts.record("form_body", body, by=by, now=now)
    return body


@transaction.atomic
def seat_member(
    body: Body, person: Person, *, precedence: int, office_zh: str, office_en: str, by: Any, now: datetime
) -> Membership:
    """Give a person a place in a body, in the order of precedence (1 is first)."""
    member = Membership.objects.create(
        body=body, person=person, precedence=precedence, office_zh=office_zh, office_en=office_en
    )
    acts.record("seat_member", member, by=by, now=now)
    return member
