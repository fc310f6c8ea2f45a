"""Which categories are proposed to vote together, from slips and from who is in the hall."""

import pytest
from django.urls import reverse

from shuping.ballots import actions, merging, queries
from shuping.meetings.models import Attendance, Meeting
from shuping.results import queries as results
from tests.ballots.halls import added_up, prepare, scheme, take_slips, take_trustees
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db

THREE = {"A": 40, "B": 30, "C": 30}


def _hall(slips, paper=None, weights=None):
    hall = prepare(text=scheme(weights or THREE))
    take_trustees(hall)
    take_slips(hall, slips, paper)
    return hall


def _proposed(hall) -> list[tuple[str, str, int]]:
    return [(one.source.code, one.target.code, one.possible) for one in merging.proposals(hall.fresh())]


def _seat(hall, **present: int) -> None:
    """So many voters of each category come; of each two more stand on the list."""
    world = hall.world
    meeting = Meeting.objects.create(
        cycle=world.cycle, title_zh="会", title_en="M", place_zh="室", place_en="R", starts=NOW, presiding=world.chair
    )
    for code, number in present.items():
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, name_zh="某", name_en="X", category=code, votes=True, present=place < number)
            for place in range(number + 2)
        )


@pytest.mark.parametrize(
    ("slips", "proposed"),
    [
        ({"A": 20, "B": 15, "C": 10}, []),
        ({"A": 20, "B": 15, "C": 9}, [("C", "B", 9)]),
        ({"A": 20, "B": 15, "C": 4}, [("C", "B", 4)]),
        ({"A": 20, "B": 5, "C": 5}, [("B", "C", 5)]),
        ({"A": 20, "B": 5, "C": 4}, [("C", "A", 4), ("B", "A", 5)]),
        ({"A": 4, "B": 3, "C": 2}, [("C", "A", 2), ("B", "A", 3)]),
        ({"A": 20, "B": 15, "C": 0}, []),
        ({"A": 9, "B": 0, "C": 0}, []),
    ],
)
def test_too_few_slips_are_proposed_to_be_merged(slips, proposed):
    assert _proposed(_hall(slips)) == proposed


def test_who_is_not_in_the_hall_cannot_vote():
    hall = _hall({"A": 30, "B": 30, "C": 30})
    assert _proposed(hall) == []

    _seat(hall, A=25, B=12, C=9)

    assert merging.possible_turnout(hall.ballot) == {"A": 25, "B": 12, "C": 9}
    assert _proposed(hall) == [("C", "B", 9)]


def test_before_anybody_is_marked_as_present_the_slips_are_what_is_known():
    hall = _hall({"A": 30, "B": 30, "C": 30})

    _seat(hall, A=0, B=0, C=0)

    assert _proposed(hall) == []


def test_who_was_merged_counts_where_they_vote_now():
    hall = _hall({"A": 30, "B": 30, "C": 30})
    _seat(hall, A=25, B=6, C=5)
    actions.merge_categories(hall.fresh(), hall.part("C"), hall.part("B"), by=hall.world.wei, now=NOW)

    assert merging.possible_turnout(hall.fresh()) == {"A": 25, "B": 11}
    assert queries.merged(hall.world.cycle) == {"C": "B"}
    assert _proposed(hall) == []


def test_paper_alone_may_be_enough():
    assert _proposed(_hall({"A": 20, "B": 15}, {"C": 12})) == []


def test_the_desk_proposes_and_one_press_merges():
    hall = _hall({"A": 20, "B": 15, "C": 4})
    address = reverse("ballot", args=[hall.world.cycle.pk])
    browser = client_for(hall.world.scrutineer)

    page = browser.get(address).content.decode()
    assert "At most 4 ballots can be cast in category C; below 10 it would never be opened." in page
    assert "Let C vote with B" in page
    assert "form-propose" not in client_for(hall.world.committee).get(address).content.decode()
    browser.post(reverse("merge-categories", args=[hall.world.cycle.pk]), {"source": "C", "target": "B"})

    assert hall.part("B").electorate == 19
    assert "form-propose" not in browser.get(address).content.decode()


def test_a_merge_of_a_merge_ends_with_the_last_and_a_new_list_undoes_it():
    hall = _hall({"A": 20, "B": 4, "C": 2})
    for source, target in (("C", "B"), ("B", "A")):
        actions.merge_categories(hall.fresh(), hall.part(source), hall.part(target), by=hall.world.wei, now=NOW)
    assert queries.merged(hall.world.cycle) == {"B": "A", "C": "A"}

    take_slips(hall, {"A": 20, "B": 10, "C": 10})

    assert queries.merged(hall.world.cycle) == {}


def test_a_merged_category_is_no_shortfall_in_the_counts():
    hall = _hall({"A": 11, "B": 4}, weights={"A": 60, "B": 40})
    actions.merge_categories(hall.fresh(), hall.part("B"), hall.part("A"), by=hall.world.wei, now=NOW)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    hall.votes("A", 11)
    hall.close()
    hall.tally()
    hall.decrypt()

    counted = results.counts_json(hall.world.cycle)

    assert counted["merged"] == {"B": "A"}
    assert counted["categories"] == {"A": hall.expected("A"), "B": None}


def test_without_a_merge_the_counts_have_no_such_table():
    hall = added_up()
    hall.decrypt()

    assert "merged" not in results.counts_json(hall.world.cycle)
