"""A tree from a workbook on its way into the tables: compared with what is there, then written in sets.

Comparing takes a second for twenty thousand units and holds nothing. Writing is a few statements for each table:
whoever writes at the same time waits for as long as these take, not for every row.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Max, QuerySet

from shuping.core.refusals import FaultyRows
from shuping.organisations import workbook
from shuping.organisations.models import STEP, Body, Membership, Organisation, Person, Post, Term
from shuping.organisations.workbook import Row, Tree

DEEPEST = STEP * 16  # digits of a path
TOGETHER = 500  # rows of one statement
FIELDS: dict[type, tuple[str, ...]] = {
    Organisation: ("name_zh", "name_en", "kind"),
    Person: ("name_zh", "name_en"),
    Post: ("name_en", "head"),
    Term: ("starts", "ends"),
    Body: ("name_zh", "name_en"),
}


class Overtaken(Exception):
    """What was compared is no longer what is there."""


class Plan:
    """What a workbook changes below `root` (None: anywhere). Nothing is written before `write`. Raises FaultyRows."""

    def __init__(self, tree: Tree, root: Organisation | None) -> None:
        self.tree, self.root = tree, root
        self.done: Counter[str] = Counter()
        self.new: defaultdict[type, list[Any]] = defaultdict(list)
        self.changed: defaultdict[type, list[Any]] = defaultdict(list)
        self.emptied: list[Body] = []
        self._look()
        self._units()
        self._people()
        self._posts()
        self._bodies()

    def _look(self) -> None:
        """What is there already, with a few questions for each table."""
        tree = self.tree
        codes = {row[key] for row in tree.units for key in ("code", "parent")}
        codes |= {row["unit"] for row in (*tree.posts, *tree.bodies)}
        self.units = Organisation.objects.in_bulk(codes, field_name="code")
        names = {row["username"] for row in tree.people} | {row["holder"] for row in tree.posts}
        names |= {row["member"] for row in tree.bodies}
        self.people = Person.objects.in_bulk(names, field_name="username")
        self.named = {person.pk: name for name, person in self.people.items()}
        there = [unit.pk for unit in self.units.values()]
        known = {unit.pk: code for code, unit in self.units.items()}
        sisters = _of(Organisation.objects.values("parent").annotate(last=Max("path")), "parent", there)
        self.last = {known[one["parent"]]: int(one["last"][-STEP:]) for one in sisters}
        top = Organisation.objects.filter(parent=None).aggregate(last=Max("path"))["last"]
        self.last[""] = int(top or 0)
        units = {row["unit"] for row in tree.posts}
        with_posts = [unit.pk for code, unit in self.units.items() if code in units]
        self.posts = {
            (known[post.organisation_id], post.name_zh): post
            for post in _of(Post.objects.order_by("-id"), "organisation", with_posts)
        }
        self.terms: defaultdict[int, list[Term]] = defaultdict(list)
        for term in _of(
            Term.objects.filter(ends=None).order_by("id"), "post", [post.pk for post in self.posts.values()]
        ):
            self.terms[term.post_id].append(term)

    def _units(self) -> None:
        for row in self.tree.units:
            unit = self.units.get(row["code"])
            names = {"name_zh": row["name_zh"], "name_en": row.english()}
            if unit is None:
                self.units[row["code"]] = self._add("units", self._new_unit(row, names))
            else:
                self._bring("units", unit, names | ({"kind": row["kind"]} if row["kind"] else {}))

    def _new_unit(self, row: Row, names: dict[str, str]) -> Organisation:
        parent = self.units.get(row["parent"])
        above = row["parent"] if parent else ""
        self.last[above] = self.last.get(above, 0) + 1
        path = (parent.path if parent else "") + str(self.last[above]).zfill(STEP)
        if len(path) > DEEPEST:
            raise FaultyRows([row.fault(workbook.TOO_DEEP)])
        return Organisation(code=row["code"], parent=parent, path=path, kind=row["kind"] or "unit", **names)

    def _people(self) -> None:
        keeper = self.root or (self.units[self.tree.units[0]["code"]] if self.tree.units else None)
        for row in self.tree.people:
            names = {"name_zh": row["name_zh"], "name_en": row.english()}
            person = self.people.get(row["username"])
            if person is None:
                person = Person(username=row["username"], kept_by=keeper, must_change_password=True, **names)
                person.set_unusable_password()
                self.people[person.username] = self._add("people", person)
            else:
                self._bring("people", person, names)

    def _posts(self) -> None:
        for row in self.tree.posts:
            given = {"name_en": row.english(), "head": row.head}
            post = self.posts.get((row["unit"], row["name_zh"]))
            if post is None:
                post = self._add("posts", Post(organisation=self.units[row["unit"]], name_zh=row["name_zh"], **given))
            else:
                self._bring("posts", post, given)
            if row["holder"] and row.since:
                self._holder(post, self.people[row["holder"]], row.since)

    def _holder(self, post: Post, person: Person, since: date) -> None:
        now = self.terms.get(post.pk, [])
        if now and now[0].person_id == person.pk:
            self._bring("holders", now[0], {"starts": since})
            return
        for term in now:
            term.ends = date.fromordinal(since.toordinal() - 1)
            self.changed[Term].append(term)
        self._add("holders", Term(post=post, person=person, starts=since))

    def _bodies(self) -> None:
        """Every body that the workbook names gets exactly its members, in the order of the rows."""
        listed: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.tree.bodies:
            listed[row["unit"], row["code"]].append(row)
        units = [self.units[unit].pk for unit, _code in listed if self.units[unit].pk]
        bodies = _of(Body.objects.select_related("organisation").prefetch_related("memberships"), "organisation", units)
        there = {(body.organisation.code, body.code): body for body in bodies}
        for (unit, code), rows in listed.items():
            names = {"name_zh": rows[0]["name_zh"], "name_en": rows[0].english()}
            body = there.get((unit, code))
            if body is None:
                body = self._add("bodies", Body(organisation=self.units[unit], code=code, **names))
            else:
                self._bring("bodies", body, names)
            self._seats(body, rows)

    def _seats(self, body: Body, rows: list[Row]) -> None:
        wanted = [(row["member"], place, *_office(row)) for place, row in enumerate(rows, 1)]
        seats = body.memberships.all() if body.pk else ()
        kept = [(self.named.get(one.person_id, ""), one.precedence, one.office_zh, one.office_en) for one in seats]
        if wanted == kept:
            return
        self.done["seats"] += len(set(wanted) ^ set(kept))
        self.emptied += [body] if kept else []
        self.new[Membership] += [
            Membership(body=body, person=self.people[name], precedence=place, office_zh=zh, office_en=en)
            for name, place, zh, en in wanted
        ]

    def _add(self, what: str, thing: Any) -> Any:
        self.done[what] += 1
        self.new[type(thing)].append(thing)
        return thing

    def _bring(self, what: str, thing: Any, given: dict[str, Any]) -> None:
        """Bring a stored row to what is given, if it is not that already."""
        if all(getattr(thing, key) == value for key, value in given.items()):
            return
        for key, value in given.items():
            setattr(thing, key, value)
        self.done[what] += 1
        self.changed[type(thing)].append(thing)

    def write(self) -> None:
        """Write all of it, inside the caller's transaction. Raises Overtaken or IntegrityError when somebody else has
        changed the same meanwhile; then the caller takes all of it back.
        """
        for depth in sorted({len(unit.path) for unit in self.new[Organisation]}):  # a unit needs the key of its parent
            _create(Organisation, (unit for unit in self.new[Organisation] if len(unit.path) == depth))
        for table, fields in FIELDS.items():
            if table is not Organisation:
                _create(table, self.new[table])
            table.objects.bulk_update(self.changed[table], fields, batch_size=TOGETHER)  # type: ignore[attr-defined]
        for some in _batches(self.emptied):
            Membership.objects.filter(body__in=some).delete()
        _create(Membership, self.new[Membership])
        self._nobody_beside()

    def _nobody_beside(self) -> None:
        """Raise Overtaken when somebody was appointed to one of the posts after it was looked at."""
        for some in _batches([term.post.pk for term in self.new[Term]]):
            held = Term.objects.filter(post__in=some, ends=None).values("post").annotate(times=Count("pk"))
            if held.filter(times__gt=1).exists():
                raise Overtaken


def _create(table: Any, rows: Iterable[Any]) -> None:
    table.objects.bulk_create(rows, batch_size=TOGETHER)


def _of(found: QuerySet[Any, Any], field: str, keys: list[int]) -> Iterator[Any]:
    """The rows of a table that belong to one of many others."""
    for some in _batches(keys):
        yield from found.filter(**{f"{field}__in": some})


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), TOGETHER):
        yield rows[start : start + TOGETHER]


def _office(row: Row) -> tuple[str, str]:
    return row["office_zh"], row.english("office")
