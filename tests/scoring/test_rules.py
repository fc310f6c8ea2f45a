"""What each kind of rule does, and what it leaves to the committee (R77-R81)."""

import pytest

from scoring import UNDETERMINED, Counts, evaluate
from tests.scoring.worlds import PLAIN, component, counts, row, scheme

THRESHOLDS = '[[rule]]\nkind = "thresholds"\nat_least = { good = 85, fairly_good = 70, average = 60 }\n'
AT_MOST_HALF = '[[rule]]\nkind = "distribution"\ngrades = ["good"]\nat_most = "1/2"\n'
NEEDS_A_PARTY = '[[rule]]\nkind = "requirement"\ngrade = "fairly_good"\ngate = "party"\notherwise = "average"\n'
VETO = '[[rule]]\nkind = "veto"\ngate = "veto"\ngrade = "average"\n'
OUTSIDE = [component("ballot", 100, "ballot"), component("field", 0, "xlsx")]
GATE = '[[rule]]\nkind = "gate"\ngrade = "fairly_good"\ncomponent = "field"\nat_least = 75\notherwise = "average"\n'
DEDUCTION = '[[rule]]\nkind = "deduction"\ncomponent = "field"\neach = 40\nlimit = 1000\n'
SATISFACTION = '[[rule]]\nkind = "satisfaction"\ngrades = ["good"]\nat_least = "50 %"\notherwise = "poor"\n'
MARKS = {"good": row(10), "fairly_good": row(0, 10), "average": row(0, 0, 10), "none": row(no_opinion=10)}


def proposals(rules, grades, **more):
    """What is proposed for entries that were all marked with these grades."""
    entries = [f"{number:02}" for number in range(1, len(grades) + 1)]
    rows = dict(zip(entries, [MARKS[grade] if isinstance(grade, str) else grade for grade in grades], strict=True))
    sheet = evaluate(scheme(*OUTSIDE, rules), Counts.parse({"entries": entries, "categories": {"A": rows}, **more}))
    return [result.proposed for result in sheet.entries], sheet


def codes(result):
    return [step.code for step in result.working]


def test_the_best_threshold_reached_decides():
    proposed, _sheet = proposals(THRESHOLDS, ["good", "fairly_good", "average"])

    assert proposed == ["good", "fairly_good", "average"]


def test_a_score_on_the_threshold_reaches_it():
    proposed, _sheet = proposals(THRESHOLDS, [row(5, 2, 1, 2), row(25, 75)])  # 80 and 85

    assert proposed == ["fairly_good", "good"]


def test_the_rounded_score_decides_as_people_read_it():
    nearly = row(2499, 7500, no_opinion=1) | {"average": 0}  # 84.9985 rounds to 85.00

    _proposed, sheet = proposals(THRESHOLDS, [nearly])

    assert (str(sheet.entries[0].score), sheet.entries[0].proposed) == ("85.00", "good")


def test_no_mark_at_all_is_no_score():
    proposed, sheet = proposals(THRESHOLDS, ["none"])

    assert (proposed, sheet.entries[0].score) == ([UNDETERMINED], None)
    assert "category_empty" in codes(sheet.entries[0])


def test_a_category_that_did_not_rate_an_entry_is_left_out():
    tables = {"A": row(10), "B": {}}
    two = scheme(weights={"A": 60, "B": 40})

    (result,) = evaluate(two, Counts.parse({"entries": ["01"], "categories": {"A": {"01": tables["A"]}}})).entries

    assert (str(result.score), "category_absent" in codes(result)) == ("100.00", True)


def test_a_row_that_was_withheld_is_said_to_be():
    two = scheme(weights={"A": 60, "B": 40})
    tables = {"entries": ["01"], "categories": {"A": {"01": row(10)}, "B": {"01": None}}}

    (result,) = evaluate(two, Counts.parse(tables)).entries

    assert "category_withheld" in codes(result)


def test_a_mark_above_the_scale_is_not_used():
    parts = [component("ballot", 50, "ballot"), component("field", 50, "xlsx")]

    (result,) = evaluate(scheme(*parts), counts({"A": row(10)}, components={"field": {"01": "100.5"}})).entries

    assert result.score is None
    assert "component_too_high" in codes(result)


def test_a_component_without_weight_needs_no_mark():
    _proposed, sheet = proposals("", ["good"])

    assert str(sheet.entries[0].score) == "100.00"


def test_a_gate_holds_for_better_grades_and_for_none_below():
    marks = {"field": {"01": "70", "02": "75", "03": "0"}}

    proposed, _sheet = proposals(THRESHOLDS + GATE, ["good", "good", "average"], components=marks)

    assert proposed == ["average", "good", "average"]


def test_a_requirement_needs_something_on_record():
    gates = {"01": {"party": ["minutes 3"]}}

    proposed, _sheet = proposals(THRESHOLDS + NEEDS_A_PARTY, ["good", "good", "average"], gates=gates)

    assert proposed == ["good", "average", "average"]


def test_a_veto_never_raises_a_grade():
    poor = row(0, 0, 0, 10)
    rules = THRESHOLDS.replace("average = 60", "average = 60, poor = 0") + VETO
    gates = {"01": {"veto": ["a"]}, "02": {"veto": ["a", "b"]}}

    proposed, sheet = proposals(rules, ["good", poor], gates=gates)

    assert proposed == ["average", "poor"]
    assert sheet.entries[0].working[-1].parameters["evidence"] == ["a"]


def test_a_veto_settles_what_no_threshold_does():
    proposed, _sheet = proposals(THRESHOLDS + VETO, [row(0, 0, 0, 10)], gates={"01": {"veto": ["a"]}})

    assert proposed == ["average"]


def test_a_deduction_ends_at_nought():
    _proposed, sheet = proposals(DEDUCTION, ["good", "good", "good"], components={"field": {"01": "3", "02": "0"}})

    assert [None if entry.score is None else str(entry.score) for entry in sheet.entries] == ["0.00", "100.00", None]


def test_satisfaction_cannot_be_said_without_the_ballot():
    _proposed, sheet = proposals(THRESHOLDS + SATISFACTION, ["none"])

    assert codes(sheet.entries[0])[-2:] == ["satisfaction_open", "undetermined"]


def test_a_cap_lowers_the_lowest_scores_to_the_next_grade():
    proposed, sheet = proposals(THRESHOLDS + AT_MOST_HALF, [row(10), row(9, 1), row(8, 2), row(0, 10)])

    assert proposed == ["good", "good", "fairly_good", "fairly_good"]
    assert [(step.code, step.parameters["entries"]) for step in sheet.conflicts] == [("distribution_lower", ["03"])]


def test_a_cap_that_holds_does_nothing():
    proposed, sheet = proposals(THRESHOLDS + AT_MOST_HALF, [row(10), row(0, 10)])

    assert (proposed, sheet.conflicts) == (["good", "fairly_good"], ())


def test_a_cap_may_be_left_to_the_committee():
    rules = THRESHOLDS + AT_MOST_HALF + 'effect = "report"\n'

    proposed, sheet = proposals(rules, [row(10), row(9, 1)])

    assert proposed == ["good", "good"]
    assert [step.code for step in sheet.conflicts] == ["distribution_report"]


def test_equal_scores_at_the_cut_are_left_open():
    proposed, sheet = proposals(THRESHOLDS + AT_MOST_HALF, [row(10), row(9, 1), row(9, 1), row(8, 2)])

    assert proposed == ["good", UNDETERMINED, UNDETERMINED, "fairly_good"]
    assert [step.code for step in sheet.conflicts] == ["distribution_tie", "distribution_lower"]


def test_equal_scores_are_only_named_where_the_committee_settles():
    rules = THRESHOLDS + AT_MOST_HALF + 'effect = "report"\n'

    proposed, sheet = proposals(rules, [row(9, 1), row(9, 1)])

    assert proposed == ["good", "good"]
    assert [(step.code, step.parameters["entries"]) for step in sheet.conflicts] == [("distribution_tie", ["01", "02"])]


def test_an_entry_that_is_open_keeps_the_distribution_open():
    proposed, sheet = proposals(THRESHOLDS + AT_MOST_HALF, [row(10), row(9, 1), "none"])

    assert proposed == ["good", "good", UNDETERMINED]
    assert [(step.code, step.parameters["entries"]) for step in sheet.conflicts] == [("distribution_open", ["03"])]


def test_a_floor_that_no_change_can_reach_is_reported():
    floor = '[[rule]]\nkind = "distribution"\ngrades = ["good"]\nat_least = "1/2"\n'

    proposed, sheet = proposals(THRESHOLDS + floor, ["fairly_good", "fairly_good"])

    assert proposed == ["fairly_good", "fairly_good"]
    assert [step.code for step in sheet.conflicts] == ["distribution_impossible"]


def test_a_working_does_not_tell_how_the_others_stand():
    _proposed, sheet = proposals(THRESHOLDS + AT_MOST_HALF, [row(10), row(9, 1), row(9, 1), row(8, 2)])

    steps = [step for entry in sheet.entries for step in entry.working if step.code.startswith("distribution")]
    assert steps
    assert not any({"has", "entries"} & set(step.parameters) for step in steps)


@pytest.mark.parametrize("order", [("01", "02"), ("02", "01")])
def test_results_stand_in_the_order_of_the_counts(order):
    rows = {"01": row(10), "02": row(0, 10)}

    sheet = evaluate(scheme(), Counts.parse({"entries": list(order), "categories": {"A": rows}}))

    assert tuple(entry.id for entry in sheet.entries) == order


SHARE = '[[rule]]\nkind = "share"\ngrade = "good"\ngrades = ["good"]\nat_least = "60 %"\n'


def test_a_share_proposes_only_where_nothing_is_proposed():
    """The thresholds propose a worse grade first; the share does not raise it."""
    proposed, _sheet = proposals(THRESHOLDS.replace("85", "99") + SHARE, [row(7, 3), row(7, 0, 0, 3)])

    assert proposed == ["fairly_good", "fairly_good"]


def test_thresholds_after_a_share_propose_only_where_nothing_is_proposed():
    proposed, _sheet = proposals(SHARE + THRESHOLDS, [row(6, 0, 0, 4), row(5, 2, 3)])

    assert proposed == ["good", "fairly_good"]


def test_a_share_is_weighted_by_category_and_never_pooled():
    """By category 90 % and 10 %, weighted 60/40: 58 %; pooled it would be 18 of 100."""
    two = scheme(SHARE.replace("60 %", "58 %"), weights={"A": 60, "B": 40})

    (result,) = evaluate(two, counts({"A": row(9, 0, 0, 1), "B": row(9, 0, 0, 81)})).entries

    assert result.proposed == "good"


def test_a_share_above_a_limit_is_not_reached_by_the_limit():
    above = SHARE.replace("at_least", "above")

    proposed, _sheet = proposals(above, [row(6, 4), row(61, 39)])

    assert proposed == [UNDETERMINED, "good"]


def test_a_share_cannot_be_said_of_criteria_without_rows():
    rated = scheme(SHARE, *(f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"' for code in "ab"))
    tables = {"entries": ["01", "02"], "categories": {"A": {"01.a": row(9), "02.a": row(9), "02.b": row(6, 4)}}}

    sheet = evaluate(rated, Counts.parse(tables))

    assert [result.proposed for result in sheet.entries] == [UNDETERMINED, "good"]
    assert "share_open" in codes(sheet.entries[0])


def test_a_component_may_not_exceed_the_sum_of_the_criteria():
    """Two items of 81 points have 162 at the top."""
    head = PLAIN.replace("[ballot]", '[ballot]\nscale = "sum"').replace("points = 100", "points = 81")
    criteria = [f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"' for code in "ab"]
    used = scheme(component("ballot", 0, "ballot"), component("field", 100, "xlsx"), *criteria, head=head)
    tables = {"entries": ["01", "02"], "categories": {}, "components": {"field": {"01": "162", "02": "163"}}}

    sheet = evaluate(used, Counts.parse(tables))

    assert [result.score for result in sheet.entries] == [162, None]
