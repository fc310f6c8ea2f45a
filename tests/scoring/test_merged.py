"""A category that was too small and voted with another: both weights together, and no shortfall."""

from scoring import Counts, evaluate, reporters_view
from tests.scoring.worlds import PLAIN, row, scheme

WEIGHTS = {"A": 50, "B": 30, "C": 20}
HOLDING = PLAIN.replace('shortfall = "redistribute"', 'shortfall = "hold"')
A, B = row(10), row(0, 20)
TABLES = {"entries": ["01"], "categories": {"A": {"01": A}, "B": {"01": B}, "C": None}}


def result(head, **more):
    (entry,) = evaluate(scheme(weights=WEIGHTS, head=head), Counts.parse({**TABLES, **more})).entries
    return entry


def test_the_weight_of_a_merged_category_goes_to_the_one_it_voted_with():
    assert str(result(PLAIN, merged={"C": "B"}).score) == "90.00"  # 100 × 50 % + 80 × (30 + 20) %


def test_without_a_merge_it_goes_to_all_others():
    assert str(result(PLAIN).score) == "92.50"  # 100 × 62.5 % + 80 × 37.5 %


def test_a_merge_is_no_shortfall_for_which_a_result_is_held():
    assert result(HOLDING).score is None
    assert str(result(HOLDING, merged={"C": "B"}).score) == "90.00"


def test_the_working_says_so_and_names_both():
    (step,) = [step for step in result(PLAIN, merged={"C": "B"}).working if step.code == "category_merged"]

    assert (step.parameters["category"]["code"], step.parameters["other"]["code"]) == ("C", "B")


def test_a_reporter_sees_the_merged_ones_as_one():
    counts = Counts.parse({**TABLES, "merged": {"C": "B"}})

    assert list(reporters_view(scheme(weights=WEIGHTS), counts, "01")) == ["A", "B"]


def test_it_may_have_voted_with_another_on_some_entries_only():
    two = {"entries": ["01", "02"], "categories": {"A": {"01": A, "02": A}, "B": {"01": B, "02": B}, "C": {"02": A}}}
    counts = Counts.parse(two | {"merged": {"C": {"01": "B"}}})
    by = scheme(weights=WEIGHTS, head=PLAIN)

    first, second = evaluate(by, counts).entries

    assert (str(first.score), str(second.score)) == ("90.00", "94.00")  # 80 × (30 + 20) %; 80 × 30 % and 100 × 20 %
    assert "category_merged" in {step.code for step in first.working}
    assert "category_merged" not in {step.code for step in second.working}
    assert [list(reporters_view(by, counts, entry)) for entry in counts.entries] == [["A", "B"], ["A", "B", "C"]]
