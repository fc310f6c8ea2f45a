"""The test vectors of the formulas, one TOML file each in tests/cases (R83)."""

import json
import tomllib
from pathlib import Path

import pytest

from scoring import Counts, builtin_scheme, evaluate, load_scheme
from tests.scoring.worlds import GRADES, PLAIN, component, row, scheme

CASES = {
    file.stem: tomllib.loads(file.read_text("utf-8"))
    for file in sorted((Path(__file__).parents[1] / "cases").glob("*.toml"))
}
COUNTED = {name: case for name, case in CASES.items() if "categories" in case}
DISTRIBUTED = {name: case for name, case in CASES.items() if "distribution" in case}
WORKED = {name: case for name, case in CASES.items() if "counts" in case}
LIMITED = {name: case for name, case in CASES.items() if "limit" in case}
VECTORS = {f"T{number}" for number in range(1, 12)}
FORMULAS = {f"F{number}" for number in range(1, 14)}  # F14 is the committee's decision, which nothing computes
ALSO = {
    "T1": {"F1", "F5"},
    "T5": {"F2"},
    "T6": {"F6"},
    "T7": {"F9"},
    "T8": {"F11"},
    "T9": {"F7"},
    "T10": {"F13"},
    "T11": {"F8"},
}


def scheme_of(case):
    head = PLAIN
    for points, other in zip((100, 80, 60, 40), case.get("points", ()), strict=False):
        head = head.replace(f"points = {points}\n", f"points = {other}\n")
    for key, value in case.get("ballot", {}).items():
        written = f"{key} = {json.dumps(value)}"
        line = next((line for line in PLAIN.splitlines() if line.startswith(f"{key} = ")), None)
        head = head.replace(line or "[ballot]", written if line else f"[ballot]\n{written}")
    parts = [component(**table) for table in case.get("components", [])]
    parts += [f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"' for code in case.get("criteria", [])]
    return scheme(*parts, case.get("tables", ""), weights=case.get("weights"), head=head)


def counts_of(case):
    """The counts of entry "01"; others are there only where a component's marks name them."""
    rows = {category: {"01": marks} for category, marks in case["categories"].items()}
    if "criteria" in case:
        rows = {
            category: {f"01.{code}": marks for code, marks in by_criterion.items()}
            for category, by_criterion in case["categories"].items()
        }
    rows.update(dict.fromkeys(case.get("withheld", [])))
    marks = {code: mark if isinstance(mark, dict) else {"01": mark} for code, mark in case.get("marks", {}).items()}
    entries = sorted({"01"}.union(*marks.values()))
    gates = {"01": case.get("gates", {})}
    return Counts.parse({"entries": entries, "categories": rows, "components": marks, "gates": gates})


@pytest.mark.parametrize("case", COUNTED.values(), ids=COUNTED)
def test_a_case_comes_out_as_it_says(case):
    expected = case["expect"]

    result = evaluate(scheme_of(case), counts_of(case)).entries[0]

    figures = {step.code: step.parameters for step in result.working}
    means = {
        s.parameters["category"]["code"]: s.parameters["mean"] for s in result.working if s.code == "category_mean"
    }
    found = {
        "score": "none" if result.score is None else str(result.score),
        "proposed": result.proposed,
        "means": means,
        "by_marks": figures.get("category_mean", {}).get("by_marks"),
        "by_ballots": figures.get("category_mean", {}).get("by_ballots"),
        "exact": figures.get("rounded", {}).get("exact"),
    }
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("case", WORKED.values(), ids=WORKED)
def test_a_worked_example_of_a_scheme_comes_out_as_it_says(case):
    tables = case["counts"]
    withheld = dict.fromkeys(case.get("withheld", []))
    counted = Counts.parse({**tables, "categories": {**tables["categories"], **withheld}})

    sheet = evaluate(load_scheme(builtin_scheme(case["scheme"])), counted)

    found = {entry.id: ["none" if entry.score is None else str(entry.score), entry.proposed] for entry in sheet.entries}
    assert found == case["results"]


@pytest.mark.parametrize("case", DISTRIBUTED.values(), ids=DISTRIBUTED)
def test_a_floor_of_grades_is_rounded_up_in_whole_entries(case):
    asked = case["distribution"]
    entries = [f"{number:02}" for number in range(1, asked["entries"] + 1)]
    rules = f"""
[[rule]]
kind = "thresholds"
at_least = {{ good = 85, fairly_good = 60 }}
[[rule]]
kind = "distribution"
grades = ["fairly_good", "average", "poor"]
at_least = "{asked["share"]}"
"""
    rows = {entry: row(80 - number, number) for number, entry in enumerate(entries)}
    all_good = Counts.parse({"entries": entries, "categories": {"A": rows}})

    sheet = evaluate(scheme(rules), all_good)

    lowered = [result.id for result in sheet.entries if result.proposed == "fairly_good"]
    assert lowered == entries[-asked["least_not_good"] :]
    assert [result.proposed for result in sheet.entries].count("good") == asked["most_good"]
    assert [step.parameters["entries"] for step in sheet.conflicts] == [lowered[::-1]]


@pytest.mark.parametrize("case", LIMITED.values(), ids=LIMITED)
def test_a_cap_on_a_grade_is_rounded_down_in_whole_entries(case):
    asked = case["limit"]
    entries = [f"{number:02}" for number in range(1, asked["entries"] + 1)]
    rules = f"""
[[rule]]
kind = "thresholds"
at_least = {{ good = 60, fairly_good = 0 }}
[[rule]]
kind = "distribution"
grades = ["good"]
at_most = "{asked["share"]}"
"""
    rows = {entry: row(80 - number, number) for number, entry in enumerate(entries)}

    sheet = evaluate(scheme(rules), Counts.parse({"entries": entries, "categories": {"A": rows}}))

    kept = [result.id for result in sheet.entries if result.proposed == "good"]
    assert kept == entries[: asked["most_good"]]


def test_every_vector_that_these_formulas_cover_has_a_case():
    covered = {case["id"] for case in CASES.values()}

    assert covered & {f"T{number}" for number in range(1, 12)} == VECTORS


def test_every_formula_has_a_case():
    named = {case["id"] for case in CASES.values()}

    assert named | set().union(*(ALSO.get(name, set()) for name in named)) >= FORMULAS


def test_every_case_is_read():
    assert {*COUNTED, *DISTRIBUTED, *LIMITED, *WORKED} == set(CASES)


def test_the_grades_of_the_plain_scheme_are_known():
    assert scheme().grade_codes == GRADES
