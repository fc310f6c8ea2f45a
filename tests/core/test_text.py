"""What two texts have in common and what not."""

import pytest

from shuping.core.text import around_changes, line_differences, unmarked, unturned

DRAFT = [f"Line {number}" for number in range(1, 10)]
LEFT_OUT = ("left_out", "…")


def changed(**lines):
    return [lines.get(f"to_{place}", line) for place, line in enumerate(DRAFT, 1)]


def test_only_what_changed_is_shown_with_a_line_on_either_side():
    assert around_changes(line_differences(DRAFT, changed(to_5="New"))) == [
        LEFT_OUT,
        ("same", "Line 4"),
        ("gone", "Line 5"),
        ("new", "New"),
        ("same", "Line 6"),
        LEFT_OUT,
    ]


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (DRAFT, []),
        (changed(to_1="New"), ["Line 1", "New", "Line 2", "…"]),
        (changed(to_9="New"), ["…", "Line 8", "Line 9", "New"]),
        (changed(to_2="New", to_4="Newer"), ["Line 1", "Line 2", "New", "Line 3", "Line 4", "Newer", "Line 5", "…"]),
        (DRAFT[:-1], ["…", "Line 8", "Line 9"]),
    ],
)
def test_at_the_ends_and_between_near_changes_nothing_is_left_out(after, shown):
    assert [line for _kind, line in around_changes(line_differences(DRAFT, after))] == shown


UNSEEN = "\u200b\u200c\u200e\u200f\u202a\u202e\u2066\u2069\u2060\ufeff\u00ad\u061c\u2028\u2029\U000e0041"


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_a_sign_that_nobody_sees_is_taken_out_of_a_name(sign):
    assert unmarked(f"{sign}林{sign}致远{sign}") == "林致远"


@pytest.mark.parametrize(
    "text", ["👩\u200d🌾", "🏳️\u200d🌈", "क्\u200dष", "می\u200dخواهم", "林 致远", "a\nb\tc", "é", "️✓️"]
)
def test_what_a_script_needs_stays(text):
    assert unmarked(text) == text


@pytest.mark.parametrize("text", ["林\u200d致远", "\u200d林致远", "林致远\u200d", "a\u200db", "林 \u200d致远"])
def test_a_joiner_that_joins_nothing_goes(text):
    assert "\u200d" not in unmarked(text)


def test_a_long_text_loses_only_what_turns_its_direction():
    assert (
        unturned("one\u202egpj.exe\u202c \u2066two\u2069 \u200bthree\u200e\ufeff")
        == "onegpj.exe two \u200bthree\u200e\ufeff"
    )
