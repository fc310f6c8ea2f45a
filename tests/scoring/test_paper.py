"""The totals of paper sheets (R64, R65, R66, R68) and the floors below which nothing is shown."""

import pytest

from scoring import check_paper_totals, compare_keyings, may_show_distribution, reaches_floor, short_parts
from tests.scoring.worlds import PLAIN, row, scheme

SHEETS = {"issued": 12, "returned": 10, "unreturned": 2, "void": 1, "rows": {"01": row(6, 2, 1), "02": row(9)}}
DISAGREEING = {
    "more returned than issued": ({"returned": 13}, "", "returned_above_issued"),
    "issued is no sum": ({"unreturned": 1}, "", "issued_sum"),
    "more void than returned": ({"void": 11}, "", "void_above_returned"),
    "a row too short": ({"rows": {"01": row(6, 2)}}, "01", "row_sum"),
    "a row too long": ({"rows": {"01": row(6, 2, 1, invalid=1)}}, "01", "row_sum"),
    "a row missing": ({"entries": ["01", "02", "03"]}, "03", "row_missing"),
    "a row with a text": ({"rows": {"01": {"good": "9"}}}, "01.good", "not_natural"),
    "a total below nought": ({"void": -1}, "totals.void", "not_natural"),
    "an invalid row under strict": (
        {"strict": True, "rows": {"01": row(8, invalid=1)}},
        "01.invalid",
        "invalid_under_strict",
    ),
}


def test_totals_that_agree_have_no_fault():
    assert check_paper_totals(**SHEETS, entries=["01", "02"], strict=True) == []


@pytest.mark.parametrize(("change", "place", "code"), DISAGREEING.values(), ids=DISAGREEING)
def test_totals_that_disagree_are_named(change, place, code):
    (fault,) = check_paper_totals(**{**SHEETS, **change})

    assert (fault.place, fault.code) == (place, code)
    assert fault.sentence("en").startswith(place)
    assert fault.sentence("zh").endswith("。")


def test_more_sheets_back_than_issued_void_the_session():
    (fault,) = check_paper_totals(**{**SHEETS, "returned": 13, "rows": {}})

    assert fault.voids


def test_no_other_fault_voids_the_session():
    faults = check_paper_totals(**{**SHEETS, "unreturned": 1, "void": 11})

    assert [fault.voids for fault in faults] == [False, False]


def test_a_row_that_is_no_row_is_named_with_its_entry():
    faults = check_paper_totals(**{**SHEETS, "rows": {"01": {"good": -1, "poor": "x"}, "02": row(8)}})

    assert [fault.place for fault in faults] == ["01.good", "01.poor", "02"]


def test_two_keyings_that_agree_have_no_fault():
    assert compare_keyings({"01": {"good": 6, "poor": 0}}, {"01": {"good": 6}}) == []


def test_every_figure_keyed_differently_is_named():
    first, second = {"01": row(6, 2), "02": row(1)}, {"01": row(6, 3), "03": row(0, 0, 0, 4)}

    faults = compare_keyings(first, second)

    assert [fault.place for fault in faults] == ["01.fairly_good", "02.good", "03.poor"]
    assert faults[0].parameters == {"first": 2, "second": 3}
    assert "2" in faults[0].sentence("zh")


@pytest.mark.parametrize(
    ("electronic", "paper", "short"),
    [
        (0, 0, ("sum",)),
        (9, 0, ("electronic", "sum")),
        (0, 9, ("paper", "sum")),
        (5, 5, ("electronic", "paper")),
        (10, 0, ()),
        (0, 10, ()),
        (10, 9, ("paper",)),
        (10, 10, ()),
    ],
)
def test_the_floor_holds_for_each_part_and_the_sum(electronic, paper, short):
    assert short_parts(electronic, paper, scheme()) == short


@pytest.mark.parametrize(("cast", "reached"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_part_without_a_ballot_reveals_nothing(cast, reached):
    assert reaches_floor(cast, scheme()) is reached


@pytest.mark.parametrize(("cast", "shown"), [(19, False), (20, True)])
def test_a_distribution_is_shown_from_the_schemes_number_on(cast, shown):
    assert may_show_distribution(cast, scheme()) is shown


def test_the_floors_are_the_schemes():
    stricter = scheme(head=PLAIN.replace("[ballot]", "[ballot]\nfloor = 30\ndistribution = 40"))

    assert not reaches_floor(29, stricter)
    assert not may_show_distribution(39, stricter)
