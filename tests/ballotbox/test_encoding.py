"""One way to write a thing; everything else is refused, and quickly."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballotbox import NotCanonical, TooLarge, WrongShape
from ballotbox.encoding import (
    BASE58,
    base64_sha256,
    canonical,
    canonical_json,
    count_text,
    fields,
    integer,
    random_base58,
    scalar,
    strict_json,
)

LIMIT = 1_000_000
WHERE = {"where": "here", "limit": LIMIT}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_canonically_is_read_back(value):
    assert canonical_json(canonical(value), **WHERE) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_either_canonical_or_refused_by_name(raw):
    try:
        value = canonical_json(raw, **WHERE)
    except NotCanonical:
        return
    assert canonical(value) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a":1,"a":1}', "a field occurs twice"),
        (b'{"a":{"b":1,"b":2}}', "a field occurs twice"),
        (b"[1.0]", "not an integer"),
        (b"[1e3]", "not an integer"),
        (b"[NaN]", "not an integer"),
        (b"[-Infinity]", "not an integer"),
        (b"[" + b"9" * 400_000 + b"]", "too many digits"),
        (b"[" * 400_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'["\\ud800"]', "not UTF-8"),
        (b'["\xed\xa0\x80"]', "not UTF-8"),
        (b'["\xff"]', "not UTF-8"),
        (b'\xef\xbb\xbf["a"]', "at character"),
        (b'["a"', "at character"),
        (b'["a"]x', "at character"),
        (b"['a']", "at character"),
        (b'["\t"]', "at character"),
        (b"", "at character"),
    ],
)
def test_what_is_no_plain_json(raw, reason):
    started = time.process_time()

    with pytest.raises(NotCanonical, match=reason):
        strict_json(raw, **WHERE)

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "raw",
    [b'{"a": 1}', b"[1,2] ", b"\n[1]", b'["\\u0041"]', b'["\\/"]', b"[-0]", b'["\\u8bc4"]', b'{"a":1,}'[:-2] + b" }"],
)
def test_json_that_could_be_written_otherwise(raw):
    strict_json(raw, **WHERE)

    with pytest.raises(NotCanonical, match="canonical way"):
        canonical_json(raw, **WHERE)


def test_too_large():
    with pytest.raises(TooLarge, match="5 bytes, at most 4"):
        strict_json(b"[1,2]", where="here", limit=4)


def test_fields_come_complete_and_in_order():
    assert fields({"a": 1, "c": 2}, ("a", "b", "c"), where="x", optional=("b",)) == {"a": 1, "c": 2}
    for wrong in ({"c": 2, "a": 1}, {"a": 1}, {"a": 1, "b": 0, "c": 2, "d": 3}, [], None, "a"):
        with pytest.raises(WrongShape):
            fields(wrong, ("a", "b", "c"), where="x", optional=("b",))


@pytest.mark.parametrize("text", ["", "01", "-1", "+1", " 1", "1 ", "0x1", "1_0", "１", "1" * 81, 1, None, True])
def test_no_scalar(text):
    with pytest.raises(WrongShape):
        scalar(text, 10**90, where="here")


def test_a_scalar_is_below_the_order():
    assert scalar("12", 13, where="here") == 12
    with pytest.raises(NotCanonical):
        scalar("13", 13, where="here")


@pytest.mark.parametrize("value", [True, False, -1, 11, "1", None, 1.0])
def test_no_small_integer(value):
    with pytest.raises(WrongShape):
        integer(value, where="here", high=10)


def test_large_counts_are_written_as_text():
    assert count_text(2**30 - 1) == 1_073_741_823
    assert count_text(2**30) == "1073741824"


def test_trackers_are_base64_without_padding():
    assert base64_sha256(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def test_random_base58_uses_the_whole_alphabet():
    assert set(random_base58(5_000)) == set(BASE58)
