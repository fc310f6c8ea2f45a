"""Questions about the ledger."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from shuping.core.refusals import NotYours
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.organisations.models import Term
from shuping.rectification.models import Item

LISTS = ("problems", "tasks", "responsibilities")
OPEN_STATES = tuple(state for state in Item.State if state != Item.State.CLOSED)


def items_for(person: Any, cycle: Cycle) -> QuerySet[Item]:
    """The items a person sees: a reader all of them, anybody else the own unit's (R24)."""
    found = Item.objects.filter(cycle=cycle).select_related("entry", "theme", "owner")
    if not cycles.reads_all(person, cycle):
        found = found.filter(entry__holder=person)
    return found


def item_for(person: Any, cycle: Cycle, pk: int) -> Item:
    """One item. Raises NotYours."""
    item = items_for(person, cycle).filter(pk=pk).first()
    if item is None:
        raise NotYours
    return item


def filtered(items: QuerySet[Item], *, state: str = "", entry: str = "", kind: str = "", today: date) -> list[Item]:
    """At most 500 items, narrowed by state ("open", "overdue" or one of the states), entry number and kind."""
    if state == "open":
        items = items.exclude(state=Item.State.CLOSED)
    elif state == "overdue":
        items = items.exclude(state=Item.State.CLOSED).filter(due__lt=today)
    elif state:
        items = items.filter(state=state)
    if entry:
        items = items.filter(entry__number=entry)
    if kind:
        items = items.filter(kind=kind)
    return list(items[:500])


def open_items(entry: Entry) -> list[Item]:
    """What is not closed yet of a unit's items, by number."""
    return list(Item.objects.filter(entry=entry, state__in=OPEN_STATES).order_by("number"))


def next_number(cycle: Cycle) -> str:
    """The next number of the cycle, for example "2022-014"."""
    last = Item.objects.filter(cycle=cycle).order_by("-id").values_list("number", flat=True).first()
    return f"{cycle.year}-{int(last.rpartition('-')[2]) + 1 if last else 1:03}"


def belongs_to_unit(person: Any, item: Item) -> bool:
    """Whether a person reports for the item's unit this year or holds a post in it."""
    unit = item.entry.unit_id
    reports = Entry.objects.filter(cycle=item.cycle_id, unit=unit, holder=person)
    return reports.exists() or Term.objects.filter(post__organisation=unit, person=person, ends=None).exists()


def tally(items: list[Item], today: date) -> dict[str, int]:
    """How many items there are, are closed, and are late."""
    closed = sum(item.state == Item.State.CLOSED for item in items)
    late = sum(is_late(item, today) for item in items)
    return {"all": len(items), "closed": closed, "open": len(items) - closed, "late": late}


def is_late(item: Item, today: date) -> bool:
    return item.state != Item.State.CLOSED and item.due < today


def history(item: Item) -> dict[str, Any]:
    """What happened to an item: evidence, verifications, extensions, re-checks, oldest first."""
    return {
        "evidence": list(item.evidence.select_related("by", "file").order_by("id")),
        "verifications": list(item.verifications.select_related("by").order_by("id")),
        "extensions": list(item.extensions.select_related("approved_by").order_by("id")),
        "rechecks": list(item.rechecks.select_related("by").order_by("id")),
    }
