"""The walk of a ballot finds nothing at any step of a ballot that nobody touched."""

import pytest

from shuping import audit
from shuping.ballots import actions, held, papers, walks
from shuping.ballots.models import Category, Count
from shuping.box import checking
from tests.ballots.halls import added_up, open_hall, prepare, scheme, take_slips, take_trustees
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def told(hall) -> list[str]:
    """What is said of the ballots of a hall; that of another test may stand beside it."""
    mine = hall.world.cycle.ballots.values_list("identifier", flat=True)
    found = [finding.sentence for finding in walks.walk(lambda _sentence: None)]
    return [sentence for sentence in found if any(identifier in sentence for identifier in mine)]


def faults() -> list[str]:
    return [finding.sentence for finding in audit.walk() if finding.fault]


def test_at_no_step_is_anything_wrong():
    hall = prepare()
    assert (told(hall), faults()) == ([], [])
    take_trustees(hall)
    take_slips(hall)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    assert ("category A: chain whole (0, " in told(hall)[0], faults()) == (True, [])
    hall.votes("A", 10)
    assert ("category A: chain whole (0, " in told(hall)[0], faults()) == (True, [])
    checking.check_all()
    assert ("category A: chain whole (10, " in told(hall)[0], faults()) == (True, [])
    hall.votes("B", 10)
    hall.close()
    assert faults() == []
    hall.tally()
    assert faults() == []
    hall.decrypt(("ada",))
    assert (any("counts recomputed" in sentence for sentence in told(hall)), faults()) == (False, [])
    hall.decrypt(("second_trustee",))
    assert (sum("counts recomputed" in sentence for sentence in told(hall)), faults()) == (2, [])


def test_a_category_below_the_floor_is_walked_without_a_sum():
    hall = added_up(votes={"A": 11, "B": 3})
    hall.decrypt()

    assert Category.objects.get(code="B", ballot=hall.ballot).withheld
    assert faults() == []


def test_a_merged_category_has_no_chain():
    hall = prepare()
    take_trustees(hall)
    take_slips(hall, {"A": 11, "B": 3})
    merge = (hall.fresh(), hall.part("B"), hall.part("A"))
    actions.merge_categories(*merge, by=hall.world.wei, now=NOW)
    actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)

    assert (len(told(hall)), faults()) == (1, [])


def test_a_ballot_set_aside_and_one_cast_again_are_no_fault():
    hall = open_hall(text=scheme(revote="true"))
    hall.votes("A", 10)
    checking.check_all()
    hall.vote([0, 0], "A", 3)
    row = held.sealed(hall.part("A")).order_by("-pk").first()
    type(row).objects.filter(pk=row.pk).update(state="set_aside", fault="bad_proof")

    assert faults() == []


def test_a_void_ballot_and_the_one_after_it_are_both_walked():
    hall = open_hall()
    papers.void_ballot(hall.fresh(), reason="too many sheets", by=hall.world.scrutineer, now=NOW)
    actions.prepare_ballot(hall.world.cycle, by=hall.world.wei, now=NOW)

    assert (len(told(hall)), faults()) == (2, [])


def test_a_count_before_its_time_is_named():
    hall = open_hall()
    Count.objects.create(category=hall.part("A"), source="sum", cast=11, rows={})

    assert any("category A: it is not counted, and there is a count (sum)." in sentence for sentence in faults())


def test_a_count_that_is_missing_is_named(counted):
    counted.part("B").counts.get(source="sum").delete()

    assert any("category B: the count (sum) is missing." in sentence for sentence in faults())


def test_the_number_of_ballots_of_a_count_is_compared(counted):
    counted.part("B").counts.filter(source="electronic").update(cast=3)

    assert any(
        "the count (electronic) is not what the result and the paper give: 3 ballots are kept, 10 were counted."
        in sentence
        for sentence in faults()
    )


@pytest.mark.parametrize("field", ["election_raw", "tally_raw", "result_raw"])
def test_what_cannot_be_read_at_all_is_named_and_the_walk_goes_on(counted, field):
    Category.objects.filter(pk=counted.part("A").pk).update(**{field: "{"})

    found = faults()

    assert any("category A: it cannot be recomputed from what is stored (" in sentence for sentence in found)
    assert any("category B: chain whole" in sentence for sentence in told(counted))


def test_a_big_record_is_announced(counted, monkeypatch):
    monkeypatch.setattr(walks, "MANY", 11)
    announced = []
    list(walks.walk(announced.append))

    assert announced == ["Category A: every proof of 11 ballots is computed again."]
