"""Questions about the tree, posts and bodies."""

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shuping.core.refusals import NotYours, refuse
from shuping.organisations.models import Body, Membership, Organisation, Person, Post, Term

MOST_ACCOUNTS = 2000  # on one page
MOST_SHEETS = 100  # in one print


def subtree(root: Organisation) -> QuerySet[Organisation]:
    """The organisation and everything below it: a range of paths, never recursion."""
    return Organisation.objects.filter(path__gte=root.path, path__lt=successor(root.path))


def successor(path: str) -> str:
    """The first path that sorts after every path below `path` (digits only, so the next number of the same width)."""
    return str(int(path) + 1).zfill(len(path))


def bodies_of(organisation: Organisation) -> QuerySet[Body]:
    """An organisation's bodies, in the order in which they were made."""
    return Body.objects.filter(organisation=organisation).order_by("id")


# Years lie a storey above: their tables are named by relations, not by import.
def organisers_of(person: Any) -> QuerySet[Organisation]:
    """The organisations in whose years a person is the secretariat: it hands out their accounts."""
    mine = Organisation.objects.filter(cycles__roles__person=person, cycles__roles__kind="secretariat")
    return mine.distinct().order_by("path")


def audited_by(person: Any) -> QuerySet[Organisation]:
    """The organisations in whose years a person is the auditor."""
    mine = Organisation.objects.filter(cycles__roles__person=person, cycles__roles__kind="auditor")
    return mine.distinct().order_by("path")


def accounts_for(person: Any) -> QuerySet[Person]:
    """The accounts that a secretariat sees: those it opened and those of people in its years."""
    return _accounts_of(organisers_of(person))


def accounts_watched_by(person: Any) -> QuerySet[Person]:
    """The accounts at whose sign-ins a person may look, as the secretariat or as the auditor of a year."""
    return _accounts_of(organisers_of(person) | audited_by(person))


def _accounts_of(those: QuerySet[Organisation]) -> QuerySet[Person]:
    organisers = those.order_by().values("pk")
    seen = (
        Q(kept_by__in=organisers)
        | Q(roles__cycle__organiser__in=organisers)
        | Q(entries__cycle__organiser__in=organisers)
    )
    return Person.objects.filter(seen).distinct().order_by("username")


def people_around(root: Organisation, person: Any) -> QuerySet[Person]:
    """Whom a workbook of a subtree may name: the accounts that the secretariat sees, and whoever has or had a post or
    a seat in the subtree.
    """
    inside = subtree(root).order_by().values("pk")
    named = Q(terms__post__organisation__in=inside) | Q(memberships__body__organisation__in=inside)
    seen = accounts_for(person).order_by().values("pk")
    return Person.objects.filter(Q(pk__in=seen) | named).distinct()


def without_password(person: Any) -> QuerySet[Person]:
    """The open accounts that a secretariat keeps and to which no password was ever handed out."""
    organisers = organisers_of(person).order_by().values("pk")
    kept = Person.objects.filter(kept_by__in=organisers, is_active=True)
    return kept.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).order_by("username")[:MOST_SHEETS]


def posts_in(root: Organisation) -> list[tuple[Post, Person | None, Term | None]]:
    """Every post of a subtree in the order of the tree, with who holds it and since when."""
    posts = Post.objects.filter(organisation__in=subtree(root)).select_related("organisation")
    terms = Term.objects.filter(post__organisation__in=subtree(root), ends=None).select_related("person")
    held = {term.post_id: term for term in terms}
    found = posts.order_by("organisation__path", "-head", "id")
    return [(post, held[post.pk].person if post.pk in held else None, held.get(post.pk)) for post in found]


def seats_in(root: Organisation) -> QuerySet[Membership]:
    """The seats in the bodies of a subtree, by body and precedence."""
    seats = Membership.objects.filter(body__organisation__in=subtree(root))
    return seats.select_related("body__organisation", "person").order_by(
        "body__organisation__path", "body_id", "precedence"
    )


def account_for(person: Any, username: str) -> Person:
    """One of those accounts. Raises NotYours."""
    found = accounts_for(person).filter(username=username).first()
    if found is None:
        raise NotYours
    return found


def kept_among(person: Any, accounts: list[Person]) -> set[int]:
    """Which accounts (by key) a person keeps as the secretariat. One that nobody keeps belongs to whoever is the
    secretariat of every organiser in whose years it has a part.
    """
    mine = set(organisers_of(person).values_list("pk", flat=True))
    orphans = [account.pk for account in accounts if account.kept_by_id is None]
    return {account.pk for account in accounts if account.kept_by_id in mine} | {
        account for account, organisers in _organisers_around(orphans).items() if organisers <= mine
    }


def _organisers_around(accounts: list[int]) -> dict[int, set[int]]:
    """For each account that has a part in a year: the organisers of its years."""
    found: dict[int, set[int]] = {}
    for part in ("roles__cycle__organiser", "entries__cycle__organiser"):
        pairs = Person.objects.filter(pk__in=accounts).exclude(**{part: None}).values_list("pk", part)
        for account, organiser in pairs.order_by().distinct():
            found.setdefault(account, set()).add(organiser)
    return found


def unit_called(code: str) -> Organisation:
    """The unit with this code. Raises Refused."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        words = {"code": code}
        raise refuse("no_unit", _("There is no unit with the code %(code)s: take the workbook in first.") % words)
    return found


def person_called(username: str) -> Person:
    """The person with this username. Raises Refused."""
    found = Person.objects.filter(username=username).first()
    if found is None:
        words = {"username": username}
        raise refuse("no_person", _("Nobody is called %(username)s: take the workbook in first.") % words)
    return found
