"""Take the tree of organisations in from a workbook, all rows or none; or only try it (R113).

What a row names and what is there already is brought to what the row says; what no row names stays as it is.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shuping.core import acts, files, sheets
from shuping.core.refusals import FaultyRows, ensure
from shuping.documents.kinds import MIMETYPES
from shuping.organisations import queries, rules, workbook
from shuping.organisations.actions import next_path
from shuping.organisations.models import STEP, Body, Membership, Organisation, Person, Post, Term
from shuping.organisations.workbook import Known, Row, Tree


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


class _OnlyTried(Exception):
    """Undoes what a dry run wrote."""


def import_tree(
    root: Organisation | None, *, body: bytes, name: str, by: Any, now: datetime, dry_run: bool = False
) -> Imported:
    """Take a workbook in below `root`, or anywhere when it is None (on the machine itself, `by` None).

    A dry run does all of it and takes it back. Raises Refused, or FaultyRows with a sentence for every bad row; then
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
    done: Counter[str] = Counter()
    with contextlib.suppress(_OnlyTried), transaction.atomic():
        done = _Import(tree, root, by).run()
        if dry_run:
            raise _OnlyTried
        _note(root or Organisation.objects.order_by("path")[0], done, body, name, by=by, now=now)
    return Imported(**{kind: done[kind] for kind in KINDS}, stored=not dry_run)


KINDS = ("units", "people", "posts", "holders", "bodies", "seats")
DEEPEST = STEP * 16  # digits of a path


def _note(root: Organisation, done: Counter[str], body: bytes, name: str, *, by: Any, now: datetime) -> None:
    stored = files.store(body, name, MIMETYPES["xlsx"], now=now)
    acts.record("import_tree", root, by=by, now=now, details={"file": stored.digest, **done})


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


class _Import:
    """One workbook on its way into the tables: what is there already is looked up once per table."""

    def __init__(self, tree: Tree, root: Organisation | None, by: Any) -> None:
        self.tree, self.root, self.by = tree, root, by
        self.done: Counter[str] = Counter()
        codes = {row[key] for row in tree.units for key in ("code", "parent")}
        codes |= {row["unit"] for row in (*tree.posts, *tree.bodies)}
        self.units = {unit.code: unit for unit in Organisation.objects.filter(code__in=codes)}
        names = {row["username"] for row in tree.people} | {row["holder"] for row in tree.posts}
        names |= {row["member"] for row in tree.bodies}
        self.people = {person.username: person for person in Person.objects.filter(username__in=names)}

    def run(self) -> Counter[str]:
        for row in self.tree.units:
            self._unit(row)
        self._people()
        for row in self.tree.posts:
            self._post(row)
        self._bodies()
        return self.done

    def _unit(self, row: Row) -> None:
        unit = self.units.get(row["code"])
        names = {"name_zh": row["name_zh"], "name_en": row.english(), "kind": row["kind"] or "unit"}
        if unit is None:
            self.units[row["code"]] = self._new_unit(row, names)
            self.done["units"] += 1
        elif self._changed(unit, names if row["kind"] else {**names, "kind": unit.kind}):
            self.done["units"] += 1

    def _new_unit(self, row: Row, names: dict[str, str]) -> Organisation:
        parent = self.units.get(row["parent"])
        path = next_path(parent)
        if len(path) > DEEPEST:
            raise FaultyRows([row.fault(workbook.TOO_DEEP)])
        return Organisation.objects.create(code=row["code"], parent=parent, path=path, **names)

    @staticmethod
    def _changed(thing: Any, given: dict[str, Any]) -> bool:
        """Bring a stored row to what is given; True when something changed."""
        changed = {key: value for key, value in given.items() if getattr(thing, key) != value}
        for key, value in changed.items():
            setattr(thing, key, value)
        if changed:
            thing.save(update_fields=list(changed))
        return bool(changed)

    def _people(self) -> None:
        keeper = self.root or (self.units[self.tree.units[0]["code"]] if self.tree.units else None)
        for row in self.tree.people:
            names = {"name_zh": row["name_zh"], "name_en": row.english()}
            person = self.people.get(row["username"])
            if person is None:
                person = Person(username=row["username"], kept_by=keeper, must_change_password=True, **names)
                person.set_unusable_password()
                person.save()
                self.people[person.username] = person
                self.done["people"] += 1
            elif self._changed(person, names):
                self.done["people"] += 1

    def _post(self, row: Row) -> None:
        unit = self.units[row["unit"]]
        post, made = Post.objects.get_or_create(
            organisation=unit, name_zh=row["name_zh"], defaults={"name_en": row.english(), "head": row.head}
        )
        if made or self._changed(post, {"name_en": row.english(), "head": row.head}):
            self.done["posts"] += 1
        if row["holder"] and row.since:
            self._holder(post, self.people[row["holder"]], row.since)

    def _holder(self, post: Post, person: Person, since: date) -> None:
        now = Term.objects.filter(post=post, ends=None).first()
        if now is not None and now.person_id == person.pk:
            self.done["holders"] += self._changed(now, {"starts": since})
            return
        Term.objects.filter(post=post, ends=None).update(ends=date.fromordinal(since.toordinal() - 1))
        Term.objects.create(post=post, person=person, starts=since)
        self.done["holders"] += 1

    def _bodies(self) -> None:
        """Every body that the workbook names gets exactly its members, in the order of the rows."""
        listed: dict[tuple[str, str], list[Row]] = {}
        for row in self.tree.bodies:
            listed.setdefault((row["unit"], row["code"]), []).append(row)
        for (unit, code), rows in listed.items():
            names = {"name_zh": rows[0]["name_zh"], "name_en": rows[0].english()}
            body, made = Body.objects.get_or_create(organisation=self.units[unit], code=code, defaults=names)
            self.done["bodies"] += made or self._changed(body, names)
            self._seats(body, rows)

    def _seats(self, body: Body, rows: list[Row]) -> None:
        wanted = [(self.people[row["member"]].pk, place, *_office(row)) for place, row in enumerate(rows, 1)]
        kept = body.memberships.values_list("person_id", "precedence", "office_zh", "office_en")
        if wanted == list(kept):
            return
        self.done["seats"] += len(set(wanted) ^ set(kept))
        body.memberships.all().delete()
        Membership.objects.bulk_create(
            Membership(body=body, person_id=person, precedence=place, office_zh=zh, office_en=en)
            for person, place, zh, en in wanted
        )


def _office(row: Row) -> tuple[str, str]:
    return row["office_zh"], row.english("office")
