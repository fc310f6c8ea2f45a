"""Questions about a cycle. `…_for(person, …)` is the only way a page fetches one."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from scoring import Scheme, load_scheme
from shuping.core.models import Act
from shuping.core.refusals import NotYours
from shuping.cycles.models import CarriedItem, Cycle, Deadline, Duty, Entry, Role, Theme
from shuping.organisations import queries as organisations
from shuping.organisations.models import Membership, Person, Post, Term

REPORTER = "reporter"

# Who reads the files of others: reports, comments, the ledger (R24). Whoever counts or holds keys does not.
READERS = (
    Role.Kind.SECRETARIAT,
    Role.Kind.CHAIR,
    Role.Kind.COMMENTATOR,
    Role.Kind.COMMITTEE,
    Role.Kind.CLERK,
    Role.Kind.OBSERVER,
)


def cycles_for(person: Any) -> QuerySet[Cycle]:
    """The cycles in which a person has a role or reports, newest first."""
    mine = Q(roles__person=person) | Q(entries__holder=person)
    return Cycle.objects.filter(mine).select_related("organiser").distinct().order_by("-year", "id")[:50]


def leads_a_year(person: Any) -> bool:
    """Whether a person is secretariat or clerk of any year."""
    return Role.objects.filter(person=person, kind__in=[Role.Kind.SECRETARIAT, Role.Kind.CLERK]).exists()


def is_over(pk: int) -> bool:
    """Whether nothing will happen in a year any more."""
    return not Cycle.objects.filter(pk=pk).exclude(stage=Cycle.Stage.FINISHED).exists()


def cycle_for(person: Any, pk: int) -> Cycle:
    """One cycle of the person's. Raises NotYours."""
    mine = Q(roles__person=person) | Q(entries__holder=person)
    found = Cycle.objects.filter(mine, pk=pk).select_related("organiser", "previous").first()
    if found is None:
        raise NotYours
    return found


def years_to_follow(person: Any) -> QuerySet[Cycle]:
    """The years from which a person may set up the next one: the latest approved ones of organisers whose
    secretariat the person was in then.
    """
    later = Cycle.objects.filter(
        organiser=OuterRef("organiser"), year__gt=OuterRef("year"), approved_at__isnull=False
    ).order_by()
    mine = Cycle.objects.filter(roles__person=person, roles__kind=Role.Kind.SECRETARIAT, approved_at__isnull=False)
    return mine.filter(~Exists(later)).select_related("organiser").order_by("-year", "id")


def years_to_plan(person: Any) -> QuerySet[Cycle]:
    """The drafts of a person's secretariat, and its decided years that no later one follows."""
    later = Cycle.objects.filter(organiser=OuterRef("organiser"), year__gt=OuterRef("year")).order_by()
    decided = Q(stage__in=(Cycle.Stage.RECTIFICATION, Cycle.Stage.FINISHED)) & ~Exists(later)
    mine = Cycle.objects.filter(roles__person=person, roles__kind=Role.Kind.SECRETARIAT)
    return mine.filter(Q(stage=Cycle.Stage.DRAFT) | decided)


def builtin_schemes() -> list[str]:
    """The names of the schemes that come with the program."""
    names = (file.name for file in files("scoring").joinpath("schemes").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def holders(posts: Iterable[int], day: date) -> dict[int, Person]:
    """Who holds each post (by key) on a day; a post that nobody holds is left out (R2)."""
    terms = Term.objects.filter(Q(ends=None) | Q(ends__gte=day), post__in=posts, starts__lte=day)
    return {term.post_id: term.person for term in terms.select_related("person").order_by("starts", "id")}


def posts_to_call(cycle: Cycle) -> QuerySet[Post]:
    """The posts of the organiser's tree that nobody answers for yet."""
    called = Entry.objects.filter(cycle=cycle).order_by().values("post")
    inside = Post.objects.filter(organisation__in=organisations.subtree(cycle.organiser)).exclude(pk__in=called)
    return inside.select_related("organisation").order_by("organisation__path", "id")


def heads_to_call(cycle: Cycle) -> QuerySet[Post]:
    """The heads' posts of the units directly below the organiser that nobody answers for yet."""
    return posts_to_call(cycle).filter(head=True, organisation__parent=cycle.organiser)


def people_for_roles(cycle: Cycle) -> QuerySet[Person]:
    """Members of the organiser's bodies, whoever had a role in this year or the one before, and in a first year
    everybody whose account the organiser keeps.
    """
    members = Membership.objects.filter(body__organisation=cycle.organiser).order_by().values("person")
    roles = Role.objects.filter(cycle__in=_this_and_last(cycle)).order_by().values("person")
    chosen = Q(pk__in=members) | Q(pk__in=roles)
    if cycle.previous_id is None:
        chosen |= Q(kept_by=cycle.organiser)
    return Person.objects.filter(chosen, is_active=True).order_by("name_zh", "id")


def people_to_report(cycle: Cycle) -> QuerySet[Person]:
    """Whoever held a post in the organiser's tree, and the reporters of this year and the one before."""
    posts = Post.objects.filter(organisation__in=organisations.subtree(cycle.organiser))
    terms = Term.objects.filter(post__in=posts).order_by().values("person")
    entries = Entry.objects.filter(cycle__in=_this_and_last(cycle)).order_by().values("holder")
    return Person.objects.filter(Q(pk__in=terms) | Q(pk__in=entries), is_active=True).order_by("name_zh", "id")


def _this_and_last(cycle: Cycle) -> list[int]:
    return [pk for pk in (cycle.pk, cycle.previous_id) if pk]


def people_by_role(cycle: Cycle) -> dict[str, list[Person]]:
    """Who has each role, in their order."""
    found: dict[str, list[Person]] = {kind: [] for kind in Role.Kind.values}
    for role in cycle.roles.select_related("person").order_by("place", "id"):
        found[role.kind].append(role.person)
    return found


def counting(cycle: Cycle, kinds: Iterable[str]) -> dict[int, str]:
    """Who has one of the roles, by key, and what the role is called."""
    return {role.person_id: str(role.get_kind_display()) for role in Role.objects.filter(cycle=cycle, kind__in=kinds)}


def reporters(cycle: Cycle) -> dict[int, Entry]:
    """The entry of whoever reports, by the key of the person."""
    return {entry.holder_id: entry for entry in entries(cycle)}


def ballot_was_opened(cycle: Cycle) -> bool:
    """Whether a ballot of the year was ever opened: the log of acts knows, ballots are a room above."""
    return Act.objects.filter(cycle=cycle.pk, verb="open_ballot").exists()


def version_makers(cycle: Cycle) -> dict[int, Any]:
    """Who made each version of the plan, by its number."""
    made = Act.objects.filter(cycle=cycle.pk, verb__in=("approve_plan", "amend_plan")).select_related("by")
    return {act.details.get("version", 1): act.by for act in made}


def next_number(cycle: Cycle) -> str:
    """The first number that no entry has; empty when all are given."""
    given = set(Entry.objects.filter(cycle=cycle).values_list("number", flat=True))
    return next((number for place in range(1, 100) if (number := f"{place:02}") not in given), "")


def roles_of(person: Any, cycle: Cycle) -> frozenset[str]:
    """What a person is in a cycle: kinds of `Role`, and "reporter"."""
    kinds = Role.objects.filter(cycle=cycle, person=person).order_by().values_list("kind")
    reports = Entry.objects.filter(cycle=cycle, holder=person).order_by().values_list(Value(REPORTER))
    return frozenset(kind for (kind,) in kinds.union(reports))


def people_with(cycle: Cycle, *kinds: str) -> list[Any]:
    """Who has one of the roles, in their order."""
    roles = Role.objects.filter(cycle=cycle, kind__in=kinds).select_related("person").order_by("place", "id")
    return [role.person for role in roles]


def entries(cycle: Cycle) -> QuerySet[Entry]:
    """The entries by ballot number: the oral ones stand before the written ones."""
    return Entry.objects.filter(cycle=cycle).select_related("holder", "unit", "post").order_by("number")


def reads_all(person: Any, cycle: Cycle) -> bool:
    """Whether a person reads the files of others (R24)."""
    return bool(roles_of(person, cycle) & set(READERS))


def entry_for(person: Any, cycle: Cycle, number: str) -> Entry:
    """An entry by its number: a reader finds every one, anybody else the own one. Raises NotYours."""
    found = entries(cycle).filter(number=number)
    if not reads_all(person, cycle):
        found = found.filter(holder=person)
    entry = found.first()
    if entry is None:
        raise NotYours
    return entry


def scheme_of(cycle: Cycle) -> Scheme:
    """The scheme as frozen in the cycle."""
    return _scheme(bytes(cycle.scheme_text))


@lru_cache(maxsize=32)
def _scheme(text: bytes) -> Scheme:
    return load_scheme(text)


def themes(cycle: Cycle) -> list[Theme]:
    return list(Theme.objects.filter(cycle=cycle))


def deadline(cycle: Cycle, kind: str) -> datetime | None:
    """When something of the year is due, or None when the plan sets no date for it."""
    return Deadline.objects.filter(cycle=cycle, kind=kind).values_list("due", flat=True).first()


def deadlines(cycle: Cycle) -> list[Deadline]:
    return list(Deadline.objects.filter(cycle=cycle))


def duties(entry: Entry) -> list[Duty]:
    """What an entry answers for, by theme."""
    return list(Duty.objects.filter(entry=entry).select_related("theme").order_by("theme__position", "id"))


def carried(entry: Entry) -> list[CarriedItem]:
    """Last year's problems that the entry's report has to answer."""
    return list(CarriedItem.objects.filter(entry=entry).select_related("theme", "answer"))


def duties_shown(cycle: Cycle, holder: Any = None) -> QuerySet[Duty]:
    """Every duty of the year by entry and theme; with `holder` only that person's."""
    found = Duty.objects.filter(entry__cycle=cycle).select_related("entry", "theme")
    if holder is not None:
        found = found.filter(entry__holder=holder)
    return found.order_by("entry__number", "theme__position", "id")[:2000]
