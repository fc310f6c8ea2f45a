"""Counts as they come from the ballot box and from paper: COUNTS.json, and what a category's parts sum to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoring.amounts import parse_decimal
from scoring.faults import CountsError, Fault
from scoring.methods import ONE_MARK
from scoring.scales import row_name
from scoring.scheme import Scheme

Row = Mapping[str, int]
Rows = Mapping[str, Row | None]
OTHERS = ("no_opinion", "invalid")
LARGEST = 1_000_000
KEYS = {"entries", "categories", "components", "gates", "merged"}


@dataclass(frozen=True)
class Counts:
    """What a result is computed from. `categories`: per category and entry the number of marks of each grade, of
    "no_opinion" and of "invalid" rows; None where a floor withheld a category or row. `components`: the marks from
    outside the ballot. `gates`: per entry, what is on record under the name of a gate. `raters`: per component and
    entry the marks of several raters. `merged`: a category that voted with another, and that other one, which may be
    another for each entry. Where a scheme has criteria, a row's name is that of `row_name`.
    """

    entries: tuple[str, ...]
    categories: Mapping[str, Rows | None]
    components: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    gates: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    raters: Mapping[str, Mapping[str, tuple[Decimal, ...]]] = field(default_factory=dict)
    merged: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: Mapping[str, Any] | str | bytes) -> "Counts":
        """Read COUNTS.json, as text or already decoded. Raises CountsError with every fault found."""
        tables = _decode(data) if isinstance(data, str | bytes) else data
        faults = list(_shape_faults(tables)) or list(_value_faults(tables))
        if faults:
            raise CountsError(faults)
        return cls(
            tuple(tables["entries"]),
            tables["categories"],
            {code: _decimals(marks) for code, marks in tables.get("components", {}).items()},
            {entry: _evidence(gates) for entry, gates in tables.get("gates", {}).items()},
            {code: _lists(marks) for code, marks in tables.get("components", {}).items()},
            dict(tables.get("merged", {})),
        )

    def row(self, category: str, entry: str) -> Row | None:
        """An entry's marks in a category that was counted, if there are any."""
        return (self.categories.get(category) or {}).get(entry)

    def is_withheld(self, category: str, entry: str) -> bool:
        """Whether a floor withheld it; False also where the category did not rate the entry."""
        rows = self.categories.get(category, {})
        return rows is None or (entry in rows and rows[entry] is None)

    def merged_for(self, entry: str) -> dict[str, str]:
        """The categories that voted with another one on an entry, and that other one."""
        found = {
            source: target.get(entry) if isinstance(target, Mapping) else target
            for source, target in self.merged.items()
        }
        return {source: target for source, target in found.items() if target is not None}

    def mark(self, component: str, entry: str) -> Decimal | None:
        return self.components.get(component, {}).get(entry)

    def marks(self, component: str, entry: str) -> tuple[Decimal, ...]:
        """The marks of all raters; one mark alone is that of one rater."""
        mark = self.mark(component, entry)
        return self.raters.get(component, {}).get(entry, ()) if mark is None else (mark,)

    def evidence(self, gate: str, entry: str) -> tuple[str, ...]:
        return self.gates.get(entry, {}).get(gate, ())


def _lists(marks: Mapping[str, Any]) -> dict[str, tuple[Decimal, ...]]:
    lists = {entry: list_of for entry, list_of in marks.items() if isinstance(list_of, list | tuple)}
    return {entry: tuple(_decimals(dict(enumerate(list_of))).values()) for entry, list_of in lists.items()}


def _decimals(marks: Mapping[Any, Any]) -> dict[Any, Decimal]:
    parsed = {entry: parse_decimal(mark) for entry, mark in marks.items()}
    return {entry: mark for entry, mark in parsed.items() if mark is not None}


def _evidence(gates: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {gate: tuple(evidence) for gate, evidence in gates.items()}


def _decode(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_no_key_twice)
    except UnicodeDecodeError:
        raise CountsError([Fault("", "not_utf8")]) from None
    except json.JSONDecodeError as error:
        raise CountsError([Fault("", "not_json", {"line": error.lineno, "column": error.colno})]) from None
    except RecursionError:
        raise CountsError([Fault("", "not_json", {"line": 1, "column": 1})]) from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise CountsError([Fault("", "duplicate_key", {"value": key})])
        table[key] = value
    return table


def _shape_faults(tables: Any) -> Iterator[Fault]:
    """Whether tables are tables and lists are lists, as deep as COUNTS.json goes."""
    if not isinstance(tables, Mapping):
        yield Fault("", "not_table")
        return
    yield from (Fault(key, "unknown_key") for key in tables if key not in KEYS)
    yield from (Fault(key, "missing") for key in ("entries", "categories") if key not in tables)
    if not isinstance(tables.get("entries", []), list):
        yield Fault("entries", "not_list")
    yield from _two_deep(tables, "categories", nullable=True)
    yield from _two_deep(tables, "components")
    yield from _two_deep(tables, "gates")
    if not isinstance(tables.get("merged", {}), Mapping):
        yield Fault("merged", "not_table")


def _two_deep(tables: Mapping[str, Any], key: str, *, nullable: bool = False) -> Iterator[Fault]:
    outer = tables.get(key, {})
    if not isinstance(outer, Mapping):
        yield Fault(key, "not_table")
        return
    for name, inner in outer.items():
        if not isinstance(inner, Mapping) and not (nullable and inner is None):
            yield Fault(f"{key}.{name}", "not_table")


def _value_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _entry_faults(tables["entries"])
    for category, rows in tables["categories"].items():
        for entry, row in (rows or {}).items():
            if row is not None:
                yield from row_faults(row, f"categories.{category}.{entry}")
    for component, marks in tables.get("components", {}).items():
        for entry, mark in marks.items():
            yield from _mark_faults(mark, f"components.{component}.{entry}")
    for entry, gates in tables.get("gates", {}).items():
        for gate, evidence in gates.items():
            if not isinstance(evidence, list | tuple) or not all(isinstance(item, str) for item in evidence):
                yield Fault(f"gates.{entry}.{gate}", "not_list")


def _mark_faults(mark: Any, place: str) -> Iterator[Fault]:
    """One mark, or the marks of several raters."""
    several = isinstance(mark, list | tuple) and len(mark) > 0
    marks = {f"{place}[{n}]": one for n, one in enumerate(mark, 1)} if several else {place: mark}
    yield from (Fault(where, "not_mark") for where, one in marks.items() if parse_decimal(one) is None)


def _entry_faults(entries: list[Any]) -> Iterator[Fault]:
    if not entries:
        yield Fault("entries", "no_entries")
    seen: set[Any] = set()
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, str):
            yield Fault(f"entries[{number}]", "not_text")
        elif entry in seen:
            yield Fault(f"entries[{number}]", "duplicate_code", {"value": entry})
        else:
            seen.add(entry)


def row_faults(row: Any, place: str) -> Iterator[Fault]:
    """A fault for every figure of a row that is not a number of marks."""
    if not isinstance(row, Mapping):
        yield Fault(place, "not_table")
        return
    for code, number in row.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST:
            yield Fault(f"{place}.{code}", "not_natural", {"high": LARGEST})


def check_counts(scheme: Scheme, counts: Counts) -> Iterator[Fault]:
    """What in the counts the scheme does not know, and would therefore be lost."""
    yield from _unknown(counts.categories, [category.code for category in scheme.category], "categories", "category")
    for category, rows in counts.categories.items():
        for entry, row in (rows or {}).items():
            yield from _unknown(row or {}, [*scheme.grade_codes, *OTHERS], f"categories.{category}.{entry}", "grade")
    yield from _row_name_faults(scheme, counts)
    yield from _merged_faults(scheme, counts)
    yield from _unknown(counts.components, [part.code for part in scheme.outside], "components", "component")
    for part in scheme.outside:
        if part.method in ONE_MARK and counts.raters.get(part.code):
            yield Fault(f"components.{part.code}", "several_marks")
    gates = [gate for rule in scheme.rule for gate in rule.gates]
    for entry, recorded in counts.gates.items():
        if entry not in counts.entries:
            yield Fault(f"gates.{entry}", "unknown_entry", {"value": entry})
        yield from _unknown([gate for gate in recorded if recorded[gate]], gates, f"gates.{entry}", "gate")


def _merged_faults(scheme: Scheme, counts: Counts) -> Iterator[Fault]:
    """A category votes with one that is there and votes for itself; of its own it then has no rows."""
    known = [category.code for category in scheme.category]
    yield from _unknown(counts.merged, known, "merged", "category")
    found: dict[str, Fault] = {}
    for entry in counts.entries:
        merged = counts.merged_for(entry)
        left = [code for code in known if code not in merged]
        for source, target in merged.items():
            place = f"{source}.{entry}" if isinstance(counts.merged[source], Mapping) else source
            wrong = {f"merged.{place}": target} if target not in left else {}
            wrong |= {f"categories.{place}": source} if _own_rows(counts, source, place) else {}
            for where, value in wrong.items():
                found.setdefault(where, Fault(where, "unknown_category", {"value": value, "known": ", ".join(left)}))
    yield from found.values()


def _own_rows(counts: Counts, category: str, place: str) -> bool:
    """Whether a category has rows, or, where the place is that of an entry, rows of the entry."""
    rows = counts.categories.get(category) or {}
    if place == category:
        return bool(rows)
    entry = place.removeprefix(f"{category}.")
    return any(row is not None and name.split(".")[0] == entry for name, row in rows.items())


def _row_name_faults(scheme: Scheme, counts: Counts) -> Iterator[Fault]:
    """With criteria, a row that is none of an entry and a criterion would be lost."""
    if not scheme.criterion:
        return
    known = [criterion.code for criterion in scheme.criterion]
    example = row_name(counts.entries[0], known[0])
    for category, rows in counts.categories.items():
        for name in rows or {}:
            entry, _dot, criterion = name.rpartition(".")
            if not entry or criterion not in known:
                yield Fault(f"categories.{category}.{name}", "unknown_row", {"value": name, "example": example})


def _unknown(codes: Any, known: list[str], place: str, kind: str) -> Iterator[Fault]:
    for code in codes:
        if code not in known:
            yield Fault(f"{place}.{code}", f"unknown_{kind}", {"value": code, "known": ", ".join(known)})


def merge(electronic: Rows | None, paper: Rows | None) -> dict[str, dict[str, int]] | None:
    """The two parts of one category as totals, row by row and code by code (R69). A part that was withheld (None)
    withholds the sum: it could be told from the difference. No paper at all is an empty table.
    """
    if electronic is None or paper is None:
        return None
    entries = dict.fromkeys([*electronic, *paper])
    return {entry: _sum(electronic.get(entry) or {}, paper.get(entry) or {}) for entry in entries}


def _sum(first: Row, second: Row) -> dict[str, int]:
    return {code: first.get(code, 0) + second.get(code, 0) for code in dict.fromkeys([*first, *second])}
