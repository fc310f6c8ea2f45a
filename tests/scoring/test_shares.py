"""Whole numbers divided in proportion, and shares as a scheme writes them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scoring import largest_remainder
from scoring.amounts import parse_decimal, parse_share, percent, plain, round_half_up


@pytest.mark.parametrize(
    ("total", "shares", "divided"),
    [
        (10, [3, 5, 2], [3, 5, 2]),
        (10, [1, 1, 1], [4, 3, 3]),
        (18, ["15", "85"], [3, 15]),
        (7, [0, 1], [0, 7]),
        (0, [1, 2], [0, 0]),
        (1, [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], [1, 0, 0]),
    ],
)
def test_the_largest_remainders_get_what_is_left(total, shares, divided):
    assert (
        largest_remainder(total, [Decimal(share) if isinstance(share, str) else share for share in shares]) == divided
    )


@pytest.mark.parametrize(("total", "shares"), [(-1, [1]), (1, [0, 0]), (1, [2, -1]), (1, [])])
def test_what_cannot_be_divided_is_refused(total, shares):
    with pytest.raises(ValueError, match="0 or more"):
        largest_remainder(total, shares)


@pytest.mark.parametrize(
    ("written", "share"),
    [("1/3", Fraction(1, 3)), ("15 %", Fraction(3, 20)), ("12.5%", Fraction(1, 8)), (Decimal("0.3"), Fraction(3, 10))],
)
def test_a_share_is_read_exactly(written, share):
    assert parse_share(written) == share


@pytest.mark.parametrize("written", ["1/0", "3/2", "101 %", "-1/3", "1 / 3", "half", "", None, True, 0.5, [1]])
def test_what_is_no_share_is_not_read(written):
    assert parse_share(written) is None


@pytest.mark.parametrize(
    "written", ["1e3", "-1", "+1", "1,5", "", "NaN", Decimal("Infinity"), Decimal("1E+40"), 1.5, False]
)
def test_what_is_no_plain_number_is_not_read(written):
    assert parse_decimal(written) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(920, 11), "83.6363…"), (Fraction(86), "86"), (Decimal("86.10"), "86.1"), (Fraction(0), "0")],
)
def test_numbers_are_shown_as_short_as_they_are_exact(value, shown):
    assert plain(value) == shown


def test_a_share_is_shown_in_per_cent():
    assert percent(Fraction(1, 3)) == "33.3333…"


@pytest.mark.parametrize(
    ("value", "rounded"), [("86.125", "86.13"), ("86.1249", "86.12"), ("-0.005", "-0.01"), ("0", "0.00")]
)
def test_half_is_rounded_away_from_nought(value, rounded):
    assert str(round_half_up(Fraction(value))) == rounded
