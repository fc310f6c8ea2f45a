"""Questions about the tree, posts and bodies."""

from typing import Any

from django.db.models import Q, QuerySet

from shuping.core.refusals import NotYours
from shuping.organisations.models import Body, Organisation, Person

MOST_ACCOUNTS = 2000  # on one page


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


def accounts_for(person: Any) -> QuerySet[Person]:
    """The accounts that a secretariat sees: those it opened and those of people in its years."""
    organisers = organisers_of(person).order_by().values("pk")
    seen = (
        Q(kept_by__in=organisers)
        | Q(roles__cycle__organiser__in=organisers)
        | Q(entries__cycle__organiser__in=organisers)
    )
    return Person.objects.filter(seen).distinct().order_by("username")


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
