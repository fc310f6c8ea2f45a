"""COUNTS.json with faults, counts that a scheme does not know, and the sum of the parts of a category."""

import json
import pickle
import re

import pytest

from scoring import Counts, CountsError, evaluate, load_scheme, merge
from tests.scoring.worlds import PROVINCIAL, row, scheme

ENTRIES = {"entries": ["01"], "categories": {"A": {"01": row(6, 2)}}}
SHAPES = {
    "a list": ([], "", "not_table"),
    "no entries": ({"categories": {}}, "entries", "missing"),
    "no categories": ({"entries": ["01"]}, "categories", "missing"),
    "an empty list of entries": ({**ENTRIES, "entries": []}, "entries", "no_entries"),
    "entries that are a text": ({**ENTRIES, "entries": "01"}, "entries", "not_list"),
    "an entry that is a number": ({**ENTRIES, "entries": ["01", 2]}, "entries[2]", "not_text"),
    "an entry twice": ({**ENTRIES, "entries": ["01", "01"]}, "entries[2]", "duplicate_code"),
    "an unknown key": ({**ENTRIES, "category": {}}, "category", "unknown_key"),
    "categories in a list": ({**ENTRIES, "categories": []}, "categories", "not_table"),
    "a category in a list": ({**ENTRIES, "categories": {"A": []}}, "categories.A", "not_table"),
    "a row in a list": ({**ENTRIES, "categories": {"A": {"01": [6]}}}, "categories.A.01", "not_table"),
    "components withheld": ({**ENTRIES, "components": {"field": None}}, "components.field", "not_table"),
    "merged in a list": ({**ENTRIES, "merged": ["B"]}, "merged", "not_table"),
    "evidence as a text": ({**ENTRIES, "gates": {"01": {"veto": "x"}}}, "gates.01.veto", "not_list"),
    "evidence as numbers": ({**ENTRIES, "gates": {"01": {"veto": [7]}}}, "gates.01.veto", "not_list"),
    "a mark in words": ({**ENTRIES, "components": {"field": {"01": "high"}}}, "components.field.01", "not_mark"),
    "a mark below nought": ({**ENTRIES, "components": {"field": {"01": "-1"}}}, "components.field.01", "not_mark"),
    "a mark that is true": ({**ENTRIES, "components": {"field": {"01": True}}}, "components.field.01", "not_mark"),
    "no marks of raters": ({**ENTRIES, "components": {"field": {"01": []}}}, "components.field.01", "not_mark"),
    "a rater's mark in words": (
        {**ENTRIES, "components": {"field": {"01": ["9", "x"]}}},
        "components.field.01[2]",
        "not_mark",
    ),
    "a mark that is missing": ({**ENTRIES, "components": {"field": {"01": None}}}, "components.field.01", "not_mark"),
}
NUMBERS = {"a text": "6", "a fraction": 6.5, "below nought": -1, "true": True, "nothing": None, "too many": 1_000_001}
UNKNOWN = {
    "a category": ({"categories": {"Z": {}}}, "categories.Z", "unknown_category"),
    "a grade": ({"categories": {"A": {"01": {"great": 1}}}}, "categories.A.01.great", "unknown_grade"),
    "a component": ({"components": {"looks": {"01": "5"}}}, "components.looks", "unknown_component"),
    "the ballot as a component": ({"components": {"ballot": {"01": "5"}}}, "components.ballot", "unknown_component"),
    "several marks for one": ({"components": {"field": {"01": ["5", "6"]}}}, "components.field", "several_marks"),
    "a gate": ({"gates": {"01": {"moon": ["x"]}}}, "gates.01.moon", "unknown_gate"),
    "a merged category": ({"merged": {"Z": "A"}}, "merged.Z", "unknown_category"),
    "a category merged with none": ({"merged": {"B": "Z"}}, "merged.B", "unknown_category"),
    "a category merged with itself": ({"merged": {"A": "A"}}, "merged.A", "unknown_category"),
    "a chain of merged ones": ({"merged": {"B": "C", "C": "A"}}, "merged.B", "unknown_category"),
    "a merged category with rows": (
        {"categories": {"B": {"01": row(6)}}, "merged": {"B": "A"}},
        "categories.B",
        "unknown_category",
    ),
    "a category merged with none for an entry": (
        {"merged": {"B": {"01": "Z"}}},
        "merged.B.01",
        "unknown_category",
    ),
    "a chain for an entry": ({"merged": {"B": "C", "C": {"01": "A"}}}, "merged.B", "unknown_category"),
    "a category merged for an entry with rows of it": (
        {"categories": {"B": {"01": row(6)}}, "merged": {"B": {"01": "A"}}},
        "categories.B.01",
        "unknown_category",
    ),
    "an entry with a gate": ({"gates": {"07": {"veto": ["x"]}}}, "gates.07", "unknown_entry"),
}


def both_sentences(fault):
    english, chinese = fault.sentence("en"), fault.sentence("zh")
    return english.startswith(fault.place) and chinese.startswith(fault.place) and re.search(r"[一-鿿]", chinese)


@pytest.mark.parametrize(("tables", "place", "code"), SHAPES.values(), ids=SHAPES)
def test_a_fault_is_named_with_its_place(tables, place, code):
    with pytest.raises(CountsError) as caught:
        Counts.parse(json.dumps(tables))

    assert [(fault.place, fault.code) for fault in caught.value.faults] == [(place, code)]
    assert all(both_sentences(fault) for fault in caught.value.faults)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_number_of_marks_is_a_whole_number(number):
    with pytest.raises(CountsError) as caught:
        Counts.parse({"entries": ["01"], "categories": {"A": {"01": {"good": number}}}})

    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == ("categories.A.01.good", "not_natural")
    assert both_sentences(fault)


@pytest.mark.parametrize(
    ("text", "code", "parameters"),
    [
        (b'{"entries": ["01"],\n oops}', "not_json", {"line": 2, "column": 2}),
        (b'{"entries": [], "entries": []}', "duplicate_key", {"value": "entries"}),
        ('{"entries": ["好"]}'.encode("gb18030"), "not_utf8", {}),
        (b"[" * 100_000, "not_json", {"line": 1, "column": 1}),
    ],
    ids=["syntax", "key twice", "encoding", "nested without end"],
)
def test_what_is_no_json_is_refused(text, code, parameters):
    with pytest.raises(CountsError) as caught:
        Counts.parse(text)

    (fault,) = caught.value.faults
    assert (fault.code, fault.parameters) == (code, parameters)


def test_every_fault_is_found_at_once():
    tables = {"entries": ["01"], "categories": {"A": {"01": {"good": -1, "poor": "x"}}, "B": {"01": 5}}}

    with pytest.raises(CountsError) as caught:
        Counts.parse(tables)

    places = [fault.place for fault in caught.value.faults]
    assert places == ["categories.A.01.good", "categories.A.01.poor", "categories.B.01"]
    assert len(caught.value.sentences("zh")) == 3


@pytest.mark.parametrize(("tables", "place", "code"), UNKNOWN.values(), ids=UNKNOWN)
def test_nothing_that_the_scheme_does_not_know_is_lost(tables, place, code):
    counts = Counts.parse({"entries": ["01"], "categories": {}, **tables})

    with pytest.raises(CountsError) as caught:
        evaluate(load_scheme(PROVINCIAL.encode()), counts)

    assert [(fault.place, fault.code) for fault in caught.value.faults] == [(place, code)]
    assert all(both_sentences(fault) for fault in caught.value.faults)


def test_a_gate_without_evidence_may_be_any():
    counts = Counts.parse({**ENTRIES, "gates": {"01": {"veto": []}}})

    assert evaluate(scheme(), counts).entries[0].score is not None


def test_a_mark_is_read_exactly():
    text = b'{"entries": ["01"], "categories": {}, "components": {"field": {"01": 88.55}}}'

    assert str(Counts.parse(text).mark("field", "01")) == "88.55"


def test_faults_survive_the_way_between_processes():
    with pytest.raises(CountsError) as caught:
        Counts.parse({"entries": []})

    again = pickle.loads(pickle.dumps(caught.value))

    assert (str(again), again.faults) == (str(caught.value), caught.value.faults)


def test_the_parts_of_a_category_are_added():
    assert merge({"01": row(6, 2)}, {"01": row(1, 0, 3, invalid=1)}) == {"01": {**row(7, 2, 3, invalid=1)}}


def test_a_part_that_lacks_an_entry_counts_as_nought():
    assert merge({"01": row(6)}, {"02": row(1)}) == {"01": row(6), "02": row(1)}


@pytest.mark.parametrize(("electronic", "paper"), [(None, {"01": row(6)}), ({"01": row(6)}, None), (None, None)])
def test_a_part_that_is_withheld_withholds_the_sum(electronic, paper):
    assert merge(electronic, paper) is None


def test_no_paper_at_all_leaves_the_count_as_it_is():
    assert merge({"01": row(6)}, {}) == {"01": row(6)}


def test_with_criteria_a_row_is_named_after_entry_and_criterion():
    rated = scheme('[[criterion]]\ncode = "duties"\nzh = "职责"\nen = "Duties"')

    with pytest.raises(CountsError) as caught:
        evaluate(rated, Counts.parse({**ENTRIES, "categories": {"A": {"01": row(1), "01.deeds": row(1)}}}))

    faults = caught.value.faults
    assert [(fault.place, fault.code) for fault in faults] == [
        ("categories.A.01", "unknown_row"),
        ("categories.A.01.deeds", "unknown_row"),
    ]
    assert all(both_sentences(fault) for fault in faults)
    assert "“01.duties”" in faults[0].sentence("zh")


def test_one_mark_is_that_of_one_rater():
    tables = {**ENTRIES, "components": {"panel": {"01": "9", "02": ["8", "7.5"]}}}

    read = Counts.parse(tables)

    assert [str(mark) for mark in (*read.marks("panel", "01"), *read.marks("panel", "02"))] == ["9", "8", "7.5"]
    assert (read.marks("panel", "03"), read.mark("panel", "02")) == ((), None)
