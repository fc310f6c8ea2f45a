"""What two texts have in common and what not."""

import pytest

from shuping.core.text import around_changes, line_differences

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
