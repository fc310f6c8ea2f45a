"""Take the tree of organisations in from a workbook, all rows or none; or only try it (R113).

What a row names and what is there already is brought to what the row says; what no row names stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, files, sheets
from shuping.core.refusals import FaultyRows, ensure, refuse
from shuping.documents.kinds import MIMETYPES
from shuping.organisations import queries, rules, workbook
from shuping.organisations.models import Organisation, Person
from shuping.organisations.taking_in import Overtaken, Plan
from shuping.organisations.workbook import Known, Tree


@dataclass(frozen=True)
class Imported:
    """How many of each kind were added or changed; `stored` is False for a dry run."""

    units: int
    people: int
    posts: int
    holders: int
    bodies: int
    seats: int
    stored: bool

    @property
    def nothing(self) -> bool:
        """Whether everything in the workbook was there already."""
        return not any(getattr(self, kind) for kind in KINDS)


def import_tree(
    root: Organisation | None, *, body: bytes, name: str, by: Any, now: datetime, dry_run: bool = False
) -> Imported:
    """Take a workbook in below `root`, or anywhere when it is None (on the machine itself, `by` None).

    A dry run only finds out what there is to do. Raises Refused, or FaultyRows with a sentence for every bad row; then
    nothing is stored.
    """
    if root is not None:
        ensure(rules.may_import(by, root))
    tables = sheets.tables(body, name)
    known = known_to(root, by)
    tree, faults = workbook.read(tables, known)
    if not faults:
        faults = [*_moved(tree), *(_of_others(tree, known, by) if root else ())]
    if faults:
        raise FaultyRows(faults)
    plan = Plan(tree, root)
    if not dry_run:
        _take_in(plan, root, body, name, by=by, now=now)
    return Imported(**{kind: plan.done[kind] for kind in KINDS}, stored=not dry_run)


KINDS = ("units", "people", "posts", "holders", "bodies", "seats")


def _take_in(plan: Plan, root: Organisation | None, body: bytes, name: str, *, by: Any, now: datetime) -> None:
    try:
        with transaction.atomic():
            plan.write()
            stored = files.store(body, name, MIMETYPES["xlsx"], now=now)
            subject = root or Organisation.objects.order_by("path")[0]
            acts.record("import_tree", subject, by=by, now=now, details={"file": stored.digest, **plan.done})
    except (IntegrityError, Overtaken):
        raise refuse(
            "tree_changed",
            _("Somebody else changed the same units meanwhile. Nothing was stored; send the list again."),
        ) from None


def known_to(root: Organisation | None, by: Any) -> Known:
    """What a workbook may refer to: everything on the machine itself, else the subtree and the people in it."""
    if root is None:
        units, people = Organisation.objects.all(), Person.objects.all()
    else:
        units, people = queries.subtree(root), queries.people_around(root, by)
    return Known(
        units=frozenset(units.values_list("code", flat=True)),
        people=frozenset(people.values_list("username", flat=True)),
        root_allowed=root is None,
    )


def _moved(tree: Tree) -> Iterator[str]:
    """Units that are there already and would come to lie elsewhere: years keep the paths that they froze."""
    rows = {row["code"]: row for row in tree.units}
    for unit in Organisation.objects.filter(code__in=rows).select_related("parent"):
        row = rows[unit.code]
        if row["parent"] and row["parent"] != (unit.parent.code if unit.parent else ""):
            yield row.fault(workbook.MOVED)


def _of_others(tree: Tree, known: Known, by: Any) -> Iterator[str]:
    """Codes and usernames of another organisation, and names that another secretariat keeps: not changed from here."""
    codes = {row["code"]: row for row in tree.units if row["code"] not in known.units}
    for code in Organisation.objects.filter(code__in=codes).values_list("code", flat=True):
        yield codes[code].fault(workbook.TAKEN_CODE)
    names = {row["username"]: row for row in tree.people}
    people = list(Person.objects.filter(username__in=names))
    kept = queries.kept_among(by, people)
    for person in people:
        row = names[person.username]
        if person.username not in known.people:
            yield row.fault(workbook.TAKEN_NAME)
        elif person.pk not in kept and (person.name_zh, person.name_en) != (row["name_zh"], row.english()):
            yield row.fault(workbook.KEPT_ELSEWHERE)
