"""The tree of organisations as a workbook of four sheets: units, people, posts, bodies (R113).

Pure reading: what stands in the rows, and a sentence for every row that cannot be taken. The database is not asked.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_ROW = 2  # the header is row 1, as the spreadsheet program numbers rows
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
YES = {"yes", "y", "1", "true", "是"}
NO = {"no", "n", "0", "false", "否", ""}
CODE, NAME, OFFICE = 40, 120, 80  # characters that a cell may have
UNITS, PEOPLE, POSTS, BODIES = range(4)
TAKEN_CODE = gettext_lazy("the code %(code)s belongs to a unit of another organisation: choose another one.")
TAKEN_NAME = gettext_lazy("the username %(username)s belongs to somebody of another organisation: choose another one.")
KEPT_ELSEWHERE = gettext_lazy("another secretariat keeps the account %(username)s: it corrects the name.")
MOVED = gettext_lazy("%(code)s belongs to another unit already; a workbook moves no unit.")
TOO_DEEP = gettext_lazy("%(code)s would lie too deep: a tree has at most 16 levels.")
TITLES = (gettext_lazy("Units"), gettext_lazy("People"), gettext_lazy("Posts"), gettext_lazy("Bodies"))
COLUMNS = (
    ("code", "parent", "kind", "name_zh", "name_en"),
    ("username", "name_zh", "name_en"),
    ("unit", "name_zh", "name_en", "head", "holder", "since"),
    ("unit", "code", "name_zh", "name_en", "member", "office_zh", "office_en"),
)
# What stands above the columns, in both languages at once: a workbook travels between readers of either.
HEADINGS = {
    "code": "代码 / code",
    "parent": "上级单位代码 / parent",
    "kind": "类型 / kind",
    "name_zh": "中文名称 / name_zh",
    "name_en": "英文名称 / name_en",
    "username": "用户名 / username",
    "unit": "单位代码 / unit",
    "head": "是否主要负责人 / head",
    "holder": "任职人员用户名 / holder",
    "since": "任职起始 / since",
    "member": "成员用户名 / member",
    "office_zh": "中文职务 / office_zh",
    "office_en": "英文职务 / office_en",
}
NEEDED = (
    ("code", "name_zh"),
    ("username", "name_zh"),
    ("unit", "name_zh"),
    ("unit", "code", "name_zh", "member", "office_zh"),
)
LONGEST = {"code": CODE, "parent": CODE, "unit": CODE, "kind": 30, "username": 60, "office_zh": OFFICE}


@dataclass(frozen=True)
class Row:
    """A row of a sheet: which sheet, which line, and its cells as trimmed texts by the name of their column."""

    sheet: int
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def english(self, column: str = "name") -> str:
        """The English text of a pair, or the Chinese one where it is missing."""
        return self.cells[f"{column}_en"] or self.cells[f"{column}_zh"]

    @property
    def head(self) -> bool:
        return self.cells["head"].lower() in YES

    @property
    def since(self) -> date | None:
        """The day from which a holder has the post; None when none is given."""
        return date.fromisoformat(self.cells["since"][:10]) if self.cells["since"] else None

    def fault(self, sentence: Any, **words: Any) -> str:
        """A sentence about this row, with its place before it."""
        place = {"sheet": TITLES[self.sheet], "line": self.line, "fault": sentence % {**self.cells, **words}}
        return _("%(sheet)s, row %(line)d: %(fault)s") % place


@dataclass(frozen=True)
class Tree:
    """What a workbook says: units (parents before their children), people, posts, places in bodies in precedence."""

    units: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    bodies: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Known:
    """What is there already: codes of units below which something may be added, and usernames."""

    units: frozenset[str]
    people: frozenset[str]
    root_allowed: bool = False


def read(tables: list[list[list[Any]]], known: Known) -> tuple[Tree, list[str]]:
    """The tree in the sheets of a workbook, and a sentence for every row that cannot be taken (then nothing is)."""
    sheets = [_rows(place, tables[place] if place < len(tables) else []) for place in range(len(COLUMNS))]
    tree = Tree(*sheets)
    if not any(sheets):
        return tree, [_("The workbook has no rows: fill the sheets in below their headers.")]
    faults = [fault for rows in sheets for row in rows for fault in _of_cells(row)]
    faults += [fault for check in CHECKS for fault in check(tree, known)]
    if faults:
        return tree, faults
    return Tree(_parents_first(tree.units), tree.people, tree.posts, tree.bodies), []


def _rows(sheet: int, table: list[list[Any]]) -> list[Row]:
    found = []
    for line, row in enumerate(table[1:], FIRST_ROW):
        cells = ["" if cell is None else str(cell).strip() for cell in (*row, *[None] * len(COLUMNS[sheet]))]
        if any(cells):
            found.append(Row(sheet, line, dict(zip(COLUMNS[sheet], cells, strict=False))))
    return found


def _of_cells(row: Row) -> Iterator[str]:
    """Faults that one row has by itself."""
    missing = [column for column in NEEDED[row.sheet] if not row[column]]
    if missing:
        yield row.fault(_("the cell “%(column)s” is empty."), column=", ".join(HEADINGS[column] for column in missing))
    for column, text in row.cells.items():
        longest = LONGEST.get(column, NAME)
        if len(text) > longest:
            words = {"column": HEADINGS[column], "longest": longest}
            yield row.fault(_("“%(column)s” is longer than %(longest)d characters."), **words)
    if row.sheet == PEOPLE and row["username"] and not USERNAME.fullmatch(row["username"]):
        yield row.fault(_("“%(username)s” is no username: small letters, digits, dots, hyphens, underscores."))
    if row.sheet == POSTS:
        yield from _of_post(row)


def _of_post(row: Row) -> Iterator[str]:
    if row["head"].lower() not in YES | NO:
        yield row.fault(_("“%(head)s” is neither yes nor no."))
    try:
        given = row.since
    except ValueError:
        yield row.fault(_("“%(since)s” is no date: write it as 2023-01-31."))
        return
    if row["holder"] and given is None:
        yield row.fault(_("the day is missing from which %(holder)s holds the post."))


def _units(tree: Tree, known: Known) -> Iterator[str]:
    there = {row["code"] for row in tree.units} | known.units
    yield from _twice(tree.units, lambda row: row["code"], _("the unit %(code)s stands twice."))
    for row in tree.units:
        if row["parent"] and row["parent"] not in there:
            yield row.fault(_("there is no unit %(parent)s that it could belong to."))
        elif not row["parent"] and row["code"] not in known.units and not known.root_allowed:
            yield row.fault(_("the unit to which %(code)s belongs is missing."))
    yield from _circles(tree.units)


def _circles(units: list[Row]) -> Iterator[str]:
    above = {row["code"]: row["parent"] for row in units}
    circling = _circling(above)
    for row in units:
        if row["code"] in circling:
            yield row.fault(_("%(code)s belongs to itself, by way of the units above it."))


def _circling(above: dict[str, str]) -> set[str]:
    """The units on a circle; every unit is passed once, however long the way up is."""
    seen: set[str] = set()
    found: set[str] = set()
    for start in above:
        way: dict[str, int] = {}
        code = start
        while code in above and code not in seen and code not in way:
            way[code] = len(way)
            code = above[code]
        if code in way:
            found.update(list(way)[way[code] :])
        seen.update(way)
    return found


def _people(tree: Tree, known: Known) -> Iterator[str]:
    yield from _twice(tree.people, lambda row: row["username"].lower(), _("%(username)s stands twice."))
    listed = {row["username"] for row in tree.people} | known.people
    for rows, column in ((tree.posts, "holder"), (tree.bodies, "member")):
        for row in rows:
            if row[column] and row[column] not in listed:
                words = {"account": row[column]}
                yield row.fault(_("nobody is called %(account)s: add a row to the sheet of people."), **words)


def _posts(tree: Tree, known: Known) -> Iterator[str]:
    listed = {row["code"] for row in tree.units} | known.units
    for row in (*tree.posts, *tree.bodies):
        if row["unit"] and row["unit"] not in listed:
            yield row.fault(_("there is no unit %(unit)s: add a row to the sheet of units."))
    yield from _twice(tree.posts, lambda row: (row["unit"], row["name_zh"]), _("this post stands twice."))
    members: Callable[[Row], Any] = lambda row: (row["unit"], row["code"], row["member"])  # noqa: E731
    yield from _twice(tree.bodies, members, _("%(member)s stands twice in this body."))


def _twice(rows: list[Row], key: Callable[[Row], Any], sentence: str) -> Iterator[str]:
    seen = set()
    for row in rows:
        if key(row) in seen:
            yield row.fault(sentence)
        seen.add(key(row))


CHECKS: tuple[Callable[[Tree, Known], Iterator[str]], ...] = (_units, _people, _posts)


def _parents_first(units: list[Row]) -> list[Row]:
    """The rows of units so that each stands behind the one it belongs to; otherwise in their order."""
    above = {row["code"]: row["parent"] for row in units}
    depths: dict[str, int] = {}
    for start in above:
        way, code = [], start
        while code in above and code not in depths:
            way.append(code)
            code = above[code]
        top = depths.get(code, -1)
        depths.update((one, top + steps) for steps, one in enumerate(reversed(way), 1))
    return sorted(units, key=lambda row: depths[row["code"]])
