"""Schemes and counts for the tests of the rules: the one that comes with the program, with something changed in it."""

import json
import tomllib
from typing import Any

from scoring import Counts, Scheme, builtin_scheme, load_scheme
from scoring.loading import LARGEST_FILE

PLAIN = """
[scheme]
id = "plain"
version = 1
title.zh = "方案"
title.en = "Scheme"
[[grade]]
code = "good"
zh = "好"
en = "Good"
points = 100
colour = "#000000"
[[grade]]
code = "fairly_good"
zh = "较好"
en = "Fairly good"
points = 80
colour = "#000000"
[[grade]]
code = "average"
zh = "一般"
en = "Average"
points = 60
colour = "#000000"
[[grade]]
code = "poor"
zh = "差"
en = "Poor"
points = 40
colour = "#000000"
[ballot]
no_opinion.zh = "不了解"
no_opinion.en = "No opinion"
denominator = "marks"
rows = "lenient"
shortfall = "redistribute"
[speech]
limit = 480
warning = 60
[report]
"""
SECTIONS = """
[[section]]
code = "all"
zh = "全部"
en = "All"
"""
GRADES = ("good", "fairly_good", "average", "poor")
PROVINCIAL = builtin_scheme("provincial").decode()


def category(code: str, weight: Any) -> str:
    return f'[[category]]\ncode = "{code}"\nzh = "{code} 类"\nen = "Category {code}"\nweight = {weight}\n'


def component(code: str, weight: Any, source: str, **keys: Any) -> str:
    more = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    return f'[[component]]\ncode = "{code}"\nweight = {weight}\nsource = "{source}"\n{more}'


def scheme(*parts: str, weights: dict[str, Any] | None = None, head: str = PLAIN, sections: str = SECTIONS) -> Scheme:
    """A plain scheme of four grades with categories of these weights and with further tables."""
    categories = [category(code, weight) for code, weight in (weights or {"A": 100}).items()]
    return load_scheme("\n".join([head, sections, *categories, *parts]).encode(), by_criteria=True)


def row(*numbers: int, no_opinion: int = 0, invalid: int = 0) -> dict[str, int]:
    """Marks from the best grade on."""
    return {**dict(zip(GRADES, numbers, strict=False)), "no_opinion": no_opinion, "invalid": invalid}


def counts(categories: dict[str, Any], **more: Any) -> Counts:
    """The counts of one entry "01" from its row in each category."""
    tables = {code: None if marks is None else {"01": marks} for code, marks in categories.items()}
    return Counts.parse({"entries": ["01"], "categories": tables, **more})


def changed(old: str, new: str, number: int = 1) -> bytes:
    """The provincial scheme with something in it replaced. Fails when it is not there."""
    assert PROVINCIAL.count(old) >= 1
    return PROVINCIAL.replace(old, new, number).encode()


def provincial_tables() -> dict[str, Any]:
    return tomllib.loads(PROVINCIAL)


TOO_LARGE = b"#" * (LARGEST_FILE + 1)
