"""Workbooks as a secretariat sends them in: the list of those who attend, marks."""

import io
import random
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from shuping.rehearsal.example.cast import OrganisationSpec, Unit

HEADER = ("姓名", "Name", "职务", "Office", "类别", "表决", "账号")


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """An xlsx file with these rows on its first sheet."""
    book = Workbook()
    page = book.worksheets[0]
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def roster(spec: OrganisationSpec, seats: dict[str, int] | None = None) -> bytes:
    """Who attends. `seats` are the numbers of voters by category: leaders fill the first, reporters and heads of
    departments the second, delegates the rest; without it nobody votes.
    """
    left = dict(seats or {})
    first, second = (*left, "", "")[:2]
    rows: list[Sequence[Any]] = [HEADER]
    for username, office_zh, office_en in _leaders(spec):
        person = spec.people[username]
        rows.append((person.zh, person.en, office_zh, office_en, *_seat(left, first), username))
    listed = {username for username, _zh, _en in _leaders(spec)}
    for unit in spec.units:
        holder = unit.holder
        if holder.username in listed:
            continue
        listed.add(holder.username)
        rows.append((holder.zh, holder.en, unit.post_zh, unit.post_en, *_seat(left, second), holder.username))
    rows += _delegates(left)
    for username in set(spec.roles.get("observer", ())) - listed:
        person = spec.people[username]
        rows.append((person.zh, person.en, "上级派员", "Sent from above", "", "否", username))
    return workbook(rows)


def _leaders(spec: OrganisationSpec) -> list[tuple[str, str, str]]:
    """Every member of a body once, in the order of precedence of the first body."""
    found = {
        seat.username: (seat.username, seat.office_zh, seat.office_en) for body in spec.bodies for seat in body.seats
    }
    return list(found.values())


def _seat(left: dict[str, int], category: str) -> tuple[str, str]:
    if not left.get(category):
        return "", "否"
    left[category] -= 1
    return category, "是"


def _delegates(left: dict[str, int]) -> list[Sequence[Any]]:
    words = {
        "A": ("领导小组成员单位负责人", "Head of a member unit"),
        "B": ("省直部门负责人", "Head of a department"),
        "C": ("基层代表", "Delegate of a grassroots unit"),
    }
    return [
        (f"{zh}{place:02}", f"{en} {place}", zh, en, category, "是", "")
        for category, number in left.items()
        for zh, en in [words.get(category, ("代表", "Delegate"))]
        for place in range(1, number + 1)
    ]


def marks(units: Sequence[Unit], component: str, seed: int) -> bytes:
    """A mark from 70.0 to 97.9 for every unit, drawn from the seed."""
    draw = random.Random(f"{seed}-{component}")
    rows = [(unit.number, unit.zh, draw.randint(700, 979) / 10) for unit in units]
    return workbook([("编号", "单位", "得分"), *rows])
