"""What a reporter sees of the own marks, at every size that matters; and somebody who tries to subtract."""

import pytest

from scoring import Counts, Shown, evaluate, reporters_view, reporters_working
from scoring.words import STEPS
from tests.scoring.adversary import possible_marks, told
from tests.scoring.worlds import PLAIN, component, row, scheme

WEIGHTS = {"A": 50, "B": 30, "C": 20}
LARGE = row(10, 6, 5, 3)  # 24
LARGE_TOO = row(9, 7, 4, 2)  # 22
OF_SIZE = {
    4: row(1, 1, 1, 1),
    5: row(2, 1, 1, 1),
    9: row(3, 3, 2, 1),
    10: row(4, 3, 2, 1),
    15: row(6, 4, 3, 2),
    19: row(8, 5, 4, 2),
    20: row(8, 6, 4, 2),
}
FLOOR_OF_FIVE = PLAIN.replace('shortfall = "redistribute"', 'shortfall = "redistribute"\nfloor = 5')
PARTS = (component("ballot", 60, "ballot"), component("field", 40, "xlsx"))
UNDECIDED = row(0, 0, 0, 0, no_opinion=20)


def a_scheme(weights=None, head=PLAIN):
    return scheme(*PARTS, weights=weights or WEIGHTS, head=head)


def counted(**rows):
    return Counts.parse(
        {
            "entries": ["01"],
            "categories": {code: None if marks is None else {"01": marks} for code, marks in rows.items()},
            "components": {"field": {"01": "90"}},
        }
    )


def kinds(view):
    return "".join("D" if one.row is not None else "M" if one.mean is not None else "-" for one in view.values())


def subtract(chosen, counts):
    """What an adversary makes of everything that the reporter is told."""
    working = reporters_working(chosen, evaluate(chosen, counts).as_json()["entries"][0]["working"])
    (ballot,) = [step["parameters"]["mark"] for step in working if step["code"] == "ballot_total"]
    rows = {code: rows["01"] for code, rows in counts.categories.items() if rows}
    whole = sum(float(part.weight) for part in chosen.category if part.code in rows)
    weights = {part.code: float(part.weight) / whole for part in chosen.category if part.code in rows}
    cast = {code: sum(marks.values()) for code, marks in rows.items()}
    view = reporters_view(chosen, counts, "01")
    possible = possible_marks(chosen, cast, view, weights, ballot)
    for code, marks in rows.items():
        assert tuple(marks.get(grade, 0) for grade in chosen.grade_codes) in possible[code], "the truth was excluded"
    return view, possible


# --- sizes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "shown"),
    [(5, "---"), (9, "---"), (10, "DMM"), (15, "DMM"), (19, "DMM"), (20, "DDD")],
)
def test_what_is_shown_depends_on_the_smallest_category(size, shown):
    counts = counted(A=LARGE, B=LARGE_TOO, C=OF_SIZE[size])

    assert kinds(reporters_view(a_scheme(head=FLOOR_OF_FIVE), counts, "01")) == shown


@pytest.mark.parametrize("size", OF_SIZE)
def test_nobody_can_subtract(size):
    chosen = a_scheme(head=FLOOR_OF_FIVE)
    withheld = size < chosen.ballot.floor
    counts = counted(A=LARGE, B=LARGE_TOO, C=None if withheld else OF_SIZE[size])

    view, possible = subtract(chosen, counts)

    assert ("C" in view) is not withheld
    assert {code: told(possible[code]) for code, one in view.items() if one.row is None} == {
        code: [] for code, one in view.items() if one.row is None
    }


def test_the_adversary_finds_what_a_careless_page_would_tell():
    """With exact distributions of the large categories beside it, the small one's mean is as good as shown."""
    chosen, counts = a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=row(11, 1))
    careless = {"A": Shown(LARGE), "B": Shown(LARGE_TOO), "C": Shown()}
    weights = {code: weight / 100 for code, weight in WEIGHTS.items()}
    (mark,) = [step.parameters["mark"] for step in evaluate(chosen, counts).entries[0].working if step.code == "ballot"]

    possible = possible_marks(chosen, {"A": 24, "B": 22, "C": 12}, careless, weights, round(float(mark.rstrip("…")), 2))

    assert possible["C"] == [(11, 1, 0, 0)]
    view, found = subtract(chosen, counts)
    assert kinds(view) == "---"
    assert told(found["C"]) == []


@pytest.mark.parametrize("size", [10, 15, 19])
def test_two_small_categories_show_their_rounded_means(size):
    counts = counted(A=LARGE, B=OF_SIZE[size], C=OF_SIZE[10])

    view, possible = subtract(a_scheme(), counts)

    assert kinds(view) == "DMM"
    assert told(possible["B"]) == told(possible["C"]) == []


def test_a_rounded_mean_is_a_whole_number():
    view = reporters_view(a_scheme({"A": 60, "B": 40}), counted(A=OF_SIZE[15], B=OF_SIZE[19]), "01")

    assert view == {"A": Shown(None, 79), "B": Shown(None, 80)}  # 78.67 and 80


# --- all agree ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "agreed",
    [row(24), row(0, 24), row(0, 0, 0, 24), row(23, 1), row(0, 22, 1, 1), row(20, 0, 0, 0, no_opinion=4)],
    ids=str,
)
def test_where_nearly_all_agree_no_category_is_shown(agreed):
    """That one row is missing among others would itself say that all agreed there."""
    view = reporters_view(a_scheme(), counted(A=agreed, B=LARGE_TOO, C=OF_SIZE[20]), "01")

    assert kinds(view) == "---"


def test_where_all_but_three_agree_the_marks_are_shown():
    view = reporters_view(a_scheme(), counted(A=row(21, 1, 1, 1), B=LARGE_TOO, C=OF_SIZE[20]), "01")

    assert kinds(view) == "DDD"


@pytest.mark.parametrize("agreed", [row(12), row(0, 0, 0, 12), row(11, 1), row(0, 0, 1, 11)], ids=str)
def test_a_mean_at_the_end_of_the_scale_tells_every_mark_and_is_not_shown(agreed):
    assert kinds(reporters_view(a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=agreed), "01")) == "---"


def test_a_small_category_that_agrees_on_a_middle_grade_looks_like_any_other():
    view, possible = subtract(a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=row(0, 12)))

    assert (kinds(view), view["C"].mean) == ("DMM", 80)
    assert told(possible["C"]) == []


def test_a_category_without_an_opinion_hides_all():
    assert kinds(reporters_view(a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=UNDECIDED), "01")) == "---"


def test_with_criteria_the_total_alone_is_shown():
    criterion = '[[criterion]]\ncode = "duties"\nzh = "职责"\nen = "Duties"\n'
    chosen = scheme(*PARTS, criterion, weights={"A": 100})
    counts = Counts.parse({"entries": ["01"], "categories": {"A": {"01.duties": LARGE}}, "components": {}})

    assert kinds(reporters_view(chosen, counts, "01")) in {"", "-"}


# --- the working --------------------------------------------------------------------------------------------------


def test_the_reporters_working_has_no_figure_of_a_category():
    chosen, counts = a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=OF_SIZE[15])
    (entry,) = evaluate(chosen, counts).as_json()["entries"]

    own = reporters_working(chosen, entry["working"])

    assert [step["code"] for step in own] == [
        *("ballot_total", "component", "component", "score_total", "undetermined")
    ]
    figures = [own[0]["parameters"]["mark"], own[1]["parameters"]["mark"], own[1]["parameters"]["part"]]
    assert all(len(figure.partition(".")[2]) == 2 for figure in figures)
    assert own[3]["parameters"] == {"score": entry["score"]}
    exact = [step["parameters"]["mean"] for step in entry["working"] if step["code"] == "category_mean"]
    assert len(exact) == 3
    assert not [figure for figure in exact if figure in str(own)]


def test_weights_that_went_to_others_are_told_without_means():
    chosen, counts = a_scheme(), counted(A=LARGE, B=LARGE_TOO, C=None)
    (entry,) = evaluate(chosen, counts).as_json()["entries"]

    (step,) = [one for one in reporters_working(chosen, entry["working"]) if one["code"] == "redistributed"]

    assert step["parameters"] == {"weights": [{"category": "A", "weight": "62.5"}, {"category": "B", "weight": "37.5"}]}


# Every step that a working can hold is told to reporters or is not: a new one has to be put into one of the two.
TOLD = {
    *(
        "category_withheld",
        "category_absent",
        "category_merged",
        "criteria_missing",
        "redistributed",
        "ballot",
        "ballot_held",
    ),
    *("component", "component_missing", "component_too_high", "ratio", "no_best", "deduction", "rounded", "no_score"),
    *("threshold", "threshold_none", "share", "share_missed", "share_open", "gate", "gate_open", "requirement"),
    *("veto", "satisfaction_open", "undetermined"),
    *(code for code in STEPS if code.startswith("distribution_")),
}
KEPT_BACK = {
    *("category_mean", "category_trimmed", "category_band", "category_band_none", "category_empty", "share_count"),
    *("criteria_sum", "criteria_mean", "satisfaction", "raters_mean", "raters_trimmed", "places", "no_place"),
}


@pytest.mark.parametrize("code", STEPS)
def test_every_step_is_told_or_kept_back(code):
    parameters = {"mark": "1", "part": "1", "score": "1.00", "weights": [], "component": {"code": "field"}}
    told_to_reporters = bool(reporters_working(a_scheme(), [{"code": code, "parameters": parameters}]))

    assert told_to_reporters == (code in TOLD) != (code in KEPT_BACK)
