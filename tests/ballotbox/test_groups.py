"""Both groups behind their one interface, and what they refuse."""

from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ballotbox as bb
from ballotbox.edwards import FixedBase
from tests.ballotbox.meeting import GROUPS

ED = bb.group("Ed25519")
FF = bb.group("BELENIOS-2048")

# Points of order 1, 2, 4, 8 and encodings with y >= p (libsodium's list of small-order points), big-endian.
LOW_ORDER = [
    "00" * 31 + "01",
    "00" * 32,
    "80" + "00" * 31,
    "7f" + "ff" * 30 + "ec",
    "7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7",
    "fa03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7",
    "05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
    "85fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
]
NOT_CANONICAL = ["7f" + "ff" * 30 + tail for tail in ("ed", "ee", "ff")] + ["ff" * 31 + "ee"]


@pytest.mark.parametrize("name", GROUPS)
@settings(max_examples=8, deadline=None)
@given(a=st.integers(min_value=0, max_value=2**260), b=st.integers(min_value=0, max_value=2**260))
def test_exponents_add(name, a, b):
    g = bb.group(name)

    assert g.multiply(g.generate(a), g.generate(b)) == g.generate(a + b)
    assert g.divide(g.generate(a), g.generate(b)) == g.generate(a - b)
    assert g.power(g.generate(a), b) == g.generate(a * b)


@pytest.mark.parametrize("name", GROUPS)
def test_edges(name):
    g = bb.group(name)
    x = g.generate(7)

    assert g.generate(0) == g.identity
    assert g.generate(1) == g.generator
    assert g.power(x, 0) == g.power(x, g.order) == g.identity
    assert g.power(g.identity, 5) == g.identity
    assert g.multiply(x, g.identity) == x
    assert g.divide(x, x) == g.identity
    assert g.element(x) == x
    g.check_member(x)


@pytest.mark.parametrize("name", GROUPS)
def test_double_scalar_with_and_without_its_table(name):
    g = bb.group(name)
    key, other = g.generate(g.random_scalar()), g.generate(11)
    scalars = [0, 1, g.order - 1, *(g.random_scalar() for _ in range(3))]
    expected = [g.multiply(g.power(key, s), g.power(other, 3)) for s in scalars]

    plain = [g.double_scalar(key, s, other, 3) for s in scalars]
    g.prepare(key)
    for _ in range(601):
        g._tables.get(key)
    with_table = [g.double_scalar(key, s, other, 3) for s in scalars]

    assert g._tables.get(key) is not None
    assert plain == with_table == expected


@settings(max_examples=30, deadline=None)
@given(exponent=st.integers(min_value=0, max_value=ED.order - 1))
def test_the_table_agrees_with_libsodium(exponent):
    assert _TABLE.power(exponent)[::-1].hex() == ED.power(_KEY, exponent)


_KEY = ED.generate(123456789)
_TABLE = FixedBase(bytes.fromhex(_KEY)[::-1])


@pytest.mark.parametrize("text", LOW_ORDER)
def test_points_of_low_order_are_no_members(text):
    with pytest.raises(bb.BadPoint):
        ED.check_member(ED.element(text))


@pytest.mark.parametrize("text", LOW_ORDER[1:])
def test_powers_refuse_points_of_low_order(text):
    with pytest.raises(bb.BadPoint):
        ED.power(text, 5)
    with pytest.raises(bb.BadPoint):
        ED.double_scalar(ED.generator, 5, text, 0)


def test_powers_refuse_a_point_with_a_part_of_low_order():
    mixed = ED.multiply(ED.generate(5), LOW_ORDER[4])

    assert mixed not in (ED.generate(5), LOW_ORDER[4])
    for use in (ED.check_member, lambda point: ED.power(point, 5), lambda point: ED.power(point, 0)):
        with pytest.raises(bb.BadPoint):
            use(mixed)


@pytest.mark.parametrize("text", NOT_CANONICAL)
def test_a_point_has_one_encoding(text):
    with pytest.raises(bb.BadPoint):
        ED.element(text)


@pytest.mark.parametrize("text", [None, 5, "", "0" * 63, "0" * 65, ED.generator.upper().replace("6", "A"), "g" * 64])
def test_what_is_not_written_as_a_point(text):
    with pytest.raises(bb.BadPoint):
        ED.element(text)


@pytest.mark.parametrize("text", [None, 5, "", "0", "01", "-1", "+1", " 1", "1_0", "٣", "9" * 617, "9" * 618])
def test_what_is_not_written_as_a_number_of_the_field(text):
    with pytest.raises(bb.BadPoint):
        FF.element(text)


def test_numbers_outside_the_subgroup_are_no_members():
    modulus = _modulus()

    for text in ("1", "2", str(modulus - 1), str(modulus - int(FF.generate(9)))):
        with pytest.raises(bb.BadPoint):
            FF.check_member(FF.element(text))
    FF.check_member(FF.generate(9))


def _modulus():
    """p, since every g^n * g^-n is 1 more than a multiple of it."""
    return gcd(*(int(FF.generate(n)) * int(FF.generate(-n)) - 1 for n in range(1, 6)))


def test_an_unknown_group():
    with pytest.raises(bb.UnknownGroup, match="RFC-3526-2048"):
        bb.group("RFC-3526-2048")
