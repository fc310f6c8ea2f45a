"""Every step that a working can hold has words, equal in both languages (R82)."""

import ast
import inspect
import re
from pathlib import Path
from string import Formatter

import pytest

import scoring
from scoring import Counts, evaluate
from scoring.words import COUNTS, STEPS, sentence
from tests.scoring.worlds import PLAIN, component, row, scheme

SOURCES = sorted(Path(inspect.getfile(scoring)).parent.rglob("*.py"))
# The calls that write a step, and where among their arguments its code stands.
WRITERS = {"note": 0, "Step": 0, "lower": 2, "_report": 1}
PARTS = [component("ballot", 50, "ballot"), component("field", 50, "xlsx"), component("faults", 0, "xlsx")]
WEIGHTS = {"A": 50, "B": 30, "C": 20}
DEDUCTION = '[[rule]]\nkind = "deduction"\ncomponent = "faults"\neach = 1\nlimit = 5\n'
THRESHOLDS = '[[rule]]\nkind = "thresholds"\nat_least = { good = 85, fairly_good = 70 }\n'
GATES = """
[[rule]]
kind = "gate"
grade = "good"
component = "faults"
at_least = 2
otherwise = "fairly_good"
[[rule]]
kind = "requirement"
grade = "good"
gate = "party"
otherwise = "fairly_good"
[[rule]]
kind = "satisfaction"
grades = ["good"]
at_least = "50 %"
otherwise = "poor"
[[rule]]
kind = "veto"
gate = "veto"
grade = "poor"
"""
GOOD_AND_POOR = {"01": (row(10), 100), "02": (row(0, 0, 0, 10), 40)}
UNEQUAL = {"01": (row(10), 100), "02": (row(10), 98)}
EQUAL = {"01": (row(10), 100), "02": (row(10), 100)}
OPEN = {**UNEQUAL, "03": (row(0, 0, 0, 1), 40)}


def cap(more=""):
    return f'[[rule]]\nkind = "distribution"\ngrades = ["good"]\nat_most = "1/2"\n{more}\n'


ALL_AVERAGE = '[[rule]]\nkind = "distribution"\ngrades = ["average"]\nat_least = "100 %"\n'
# Rules, entries with their marks and field mark, what else is in the counts.
SITUATIONS = {
    "gates": (DEDUCTION + THRESHOLDS + GATES, GOOD_AND_POOR, {"faults": {"01": "1", "02": "9"}}),
    "no incidents known": (DEDUCTION + THRESHOLDS + GATES, GOOD_AND_POOR, {}),
    "gate open": (THRESHOLDS + GATES, GOOD_AND_POOR, {}),
    "gate reached": (THRESHOLDS + GATES, GOOD_AND_POOR, {"faults": {"01": "2"}}),
    "lowered": (THRESHOLDS + cap(), UNEQUAL, {}),
    "reported": (THRESHOLDS + cap('effect = "report"'), UNEQUAL, {}),
    "tied": (THRESHOLDS + cap(), EQUAL, {}),
    "open": (THRESHOLDS + cap(), OPEN, {}),
    "impossible": (THRESHOLDS.replace("70", "70, poor = 0") + ALL_AVERAGE, GOOD_AND_POOR, {}),
    "nothing marked": (THRESHOLDS + GATES, {"01": (row(no_opinion=10), "101")}, {}),
}


CRITERIA = "".join(f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"\n' for code in ("duties", "conduct"))
BAND = '[[band]]\ngrades = ["good"]\nat_least = "50 %"\npoints = 90\n'
SHARES = """
[[rule]]
kind = "share"
grade = "good"
grades = ["good"]
above = "90 %"
[[rule]]
kind = "share"
grade = "fairly_good"
grades = ["good", "fairly_good"]
at_least = "70 %"
"""
SHORT = {"01": row(2, 1), "02": row(no_opinion=6)}
LONG = {"01": row(4, 2), "02": row(1, 0, 0, 5)}


def by_criteria(first, second):
    return {"01.duties": first, "01.conduct": second}


# Scales, criteria and shares: parts of the scheme, what the ballot's table says, the rows of category A.
BALLOTS = {
    "added up": (CRITERIA, 'scale = "sum"', by_criteria(row(3), row(0, 3))),
    "the mean of criteria": (CRITERIA, 'scale = "points"', by_criteria(row(3), row(0, 3))),
    "a criterion without marks": (CRITERIA, 'scale = "points"', by_criteria(row(3), row(no_opinion=3))),
    "trimmed": ("", 'scale = "trimmed"', LONG),
    "bands": (BAND, 'scale = "bands"', LONG),
    "shares": (SHARES, 'scale = "points"', LONG),
    "shares open": (SHARES, 'scale = "points"', SHORT),
}
# Methods of a component, and its marks.
METHODS = {
    "mean": {"01": ["90", "80"]},
    "trimmed": {"01": ["95", "90", "88", "70", "99", "91"]},
    "places": {"01": ["1", "3", "2"], "02": ["0"]},
    "ratio": {"01": "45", "02": "60"},
}


def counts_of(entries, faults):
    tables = {
        "entries": list(entries),
        "categories": {"A": {e: marks for e, (marks, _field) in entries.items()}, "B": None},
    }
    marks = {"field": {e: str(field) for e, (_marks, field) in entries.items()}, **faults}
    return Counts.parse({**tables, "components": marks, "gates": {"02" if "02" in entries else "01": {"veto": ["7"]}}})


def steps_of(rules, entries, faults):
    uses_gates = "veto" in rules
    tables = counts_of(entries, faults)
    if not uses_gates:
        tables = Counts(tables.entries, tables.categories, tables.components)
    sheet = evaluate(scheme(*PARTS, rules, weights=WEIGHTS), tables).as_json()
    return [*sheet["conflicts"], *(step for entry in sheet["entries"] for step in entry["working"])]


def steps_in(used, tables):
    return [step for entry in evaluate(used, tables).as_json()["entries"] for step in entry["working"]]


def steps_of_ballot(parts, scale, rows):
    used = scheme(parts, head=PLAIN.replace("[ballot]", f"[ballot]\n{scale}"))
    entries = sorted({name[:2] for name in rows})
    return steps_in(used, Counts.parse({"entries": entries, "categories": {"A": rows}}))


def steps_of_method(method, marks):
    used = scheme(component("ballot", 0, "ballot"), component("panel", 100, "xlsx", method=method))
    return steps_in(used, Counts.parse({"entries": ["01", "02"], "categories": {}, "components": {"panel": marks}}))


WORKED = [
    *(steps_of(*situation) for situation in SITUATIONS.values()),
    *(steps_of_ballot(*ballot) for ballot in BALLOTS.values()),
    *(steps_of_method(method, marks) for method, marks in METHODS.items()),
    steps_of_method("ratio", {"01": "45"}),
    steps_in(
        scheme(weights=WEIGHTS),
        Counts.parse({"entries": ["01"], "categories": {"A": {"01": row(10)}}, "merged": {"C": "A"}}),
    ),
]
EMITTED = {step["code"]: step for steps in WORKED for step in steps}


def written_codes():
    """The codes of all steps that the sources write."""
    for source in SOURCES:
        for call in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(call, ast.Call) and _name(call) in WRITERS:
                yield from _codes(_name(call), call.args[WRITERS[_name(call)]])


def _name(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _codes(writer, argument):
    """The texts an argument may be; a report also goes into the working of the entries concerned."""
    for code in [part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)]:
        if code in STEPS or isinstance(argument, ast.Constant | ast.IfExp):
            yield code
        if writer == "_report":
            yield f"{code}_here"


def fields(text):
    return {name for _before, name, _format, _conversion in Formatter().parse(text) if name}


def test_every_step_that_the_sources_write_has_words():
    assert set(written_codes()) == set(STEPS)


def test_every_step_is_met_in_these_situations():
    assert set(EMITTED) == set(STEPS)


@pytest.mark.parametrize("step", EMITTED.values(), ids=EMITTED)
def test_a_step_is_said_in_both_languages(step):
    english, chinese = sentence(step, "en"), sentence(step, "zh")

    assert english.endswith(".")
    assert chinese.endswith("。")
    assert not any(mark in english + chinese for mark in "{}[]")


@pytest.mark.parametrize("code", STEPS)
def test_both_languages_tell_the_same(code):
    """But for the language of a name."""
    english, chinese = STEPS[code]["en"], STEPS[code]["zh"]

    assert {name.replace("[en]", "[zh]") for name in fields(english)} == fields(chinese)


def test_no_figure_of_a_step_is_left_unsaid():
    for code, step in EMITTED.items():
        said = {re.split(r"[\[.]", name)[0] for name in fields(STEPS[code]["en"])}

        assert set(step["parameters"]) - said <= {"before"}, code


def test_what_shows_the_counts_of_a_category_is_known_by_name():
    showing = {
        code for code, step in EMITTED.items() if {"tally", "ballots", "given", "shares"} & set(step["parameters"])
    }

    assert showing == COUNTS
