"""Paper without a scanner: what has to agree, who counts, what voids the ballot."""

import pytest
from django.urls import reverse

from shuping.ballots import actions, papers, queries, register
from shuping.ballots.models import Ballot, PaperBatch
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import actions as years
from shuping.cycles.models import Role
from tests.ballots.halls import Hall, added_up, open_hall, paper_rows, scheme, sheets, take_slips, take_trustees
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db

ROWS = paper_rows(4, 3, 2, 1, 1, 1)  # twelve sheets
OTHER = paper_rows(3, 4, 2, 1, 1, 1)


@pytest.fixture
def hall():
    """Closed and added up; twelve sheets were issued in category A."""
    return added_up(paper={"A": 12})


def _refusal(hall: Hall, teller: str, rows=None, code: str = "A", **totals: int) -> str:
    with pytest.raises(Refused) as caught:
        hall.key(teller, rows or ROWS, code, **totals)
    return caught.value.refusal.code


def _settle(hall: Hall, by: str = "scrutineer", **totals: int) -> PaperBatch:
    return papers.settle_paper(hall.part(), **sheets(ROWS, **totals), by=hall.world.people[by], now=NOW)


def _address(hall: Hall) -> str:
    return f"/c/{hall.world.cycle.pk}/ballot/paper/A/"


def _form(rows=ROWS, **totals: int) -> dict[str, int]:
    figures = {f"row-{entry}-{code}": number for entry, row in rows.items() for code, number in row.items()}
    return {"issued": 12, "returned": 12, "unreturned": 0, "void": 0} | totals | figures


# --- what has to agree --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "totals",
    [
        {"returned": 11, "unreturned": 0},  # one is neither returned nor missing
        {"void": 1},  # the rows have twelve valid sheets
        {"returned": 11, "unreturned": 1},  # eleven sheets cannot hold twelve marks
        {"void": 13},
        {"issued": 13, "unreturned": 1},  # thirteen were not issued
    ],
)
def test_totals_that_do_not_agree_are_not_kept(hall, totals):
    assert _refusal(hall, "teller", issued=totals.pop("issued", 12), **totals) == "totals_differ"
    assert not PaperBatch.objects.exists()
    assert hall.fresh().state == Ballot.State.CLOSED


def test_every_row_has_to_add_up(hall):
    assert _refusal(hall, "teller", ROWS | {"02": ROWS["02"] | {"good": 5}}) == "totals_differ"


def test_every_unit_has_to_be_keyed(hall):
    assert _refusal(hall, "teller", {"01": ROWS["01"]}) == "totals_differ"


def test_unreturned_and_void_sheets_are_taken_off(hall):
    rows = paper_rows(4, 3, 1, 1, 1, 0)
    for teller in ("teller", "second_teller"):
        hall.key(teller, rows, issued=12, returned=11, unreturned=1, void=1)

    assert queries.settled_batch(hall.part()).rows == rows


def test_under_strict_rules_a_bad_row_voids_its_sheet():
    hall = added_up(paper={"A": 12}, text=scheme(rows='"strict"'))

    assert _refusal(hall, "teller") == "totals_differ"
    hall.key("teller", paper_rows(5, 3, 2, 1, 1, 0))


# --- who counts ---------------------------------------------------------------------------------------------------


def test_two_tellers_who_agree_settle_the_figures(hall):
    hall.key("teller", ROWS)
    assert queries.settled_batch(hall.part()) is None
    assert queries.paper_missing(hall.ballot) == ["A"]

    hall.key("second_teller", ROWS)

    assert queries.settled_batch(hall.part()).rows == ROWS
    assert queries.paper_missing(hall.ballot) == []


def test_the_same_teller_does_not_key_twice(hall):
    hall.key("teller", ROWS)

    assert _refusal(hall, "teller") == "same_teller"


def test_nobody_keys_a_third_time(hall):
    hall.key("teller", ROWS)
    hall.key("second_teller", OTHER)
    years.assign_role(hall.world.cycle, hall.world.chen, Role.Kind.TELLER, by=hall.world.wei, now=NOW)

    assert _refusal(hall, "chen") == "keyed_twice"


@pytest.mark.parametrize("name", ["wei", "scrutineer", "ada", "chen"])
def test_only_tellers_key(hall, name):
    assert _refusal(hall, name) == "not_your_role"


def test_who_reports_does_not_count_even_as_a_teller(hall):
    years.assign_role(hall.world.cycle, hall.world.lin, Role.Kind.TELLER, by=hall.world.wei, now=NOW)

    assert _refusal(hall, "lin") == "teller_reports"


def test_nothing_is_keyed_before_the_ballot_is_closed():
    assert _refusal(open_hall(paper={"A": 12}), "teller") == "paper_later"


def test_nothing_is_keyed_where_no_paper_was_issued(hall):
    assert _refusal(hall, "teller", code="B") == "no_paper"


# --- differences --------------------------------------------------------------------------------------------------


def test_every_figure_that_differs_is_listed(hall):
    hall.key("teller", ROWS)
    hall.key("second_teller", OTHER)

    keyed = queries.batches(hall.part())

    assert queries.mismatches(keyed[1], keyed[2]) == [
        ("01 good", 4, 3),
        ("01 fairly_good", 3, 4),
        ("02 good", 4, 3),
        ("02 fairly_good", 3, 4),
    ]
    assert queries.settled_batch(hall.part()) is None


def test_what_the_scrutineer_settles_counts(hall):
    hall.decrypt()
    hall.key("teller", OTHER)
    hall.key("second_teller", ROWS)
    assert hall.fresh().state == Ballot.State.CLOSED

    _settle(hall)

    assert hall.fresh().state == Ballot.State.COUNTED
    assert hall.part().counts.get(source="paper").rows == ROWS


def test_only_a_scrutineer_settles_and_only_what_differs(hall):
    for by, code in (("scrutineer", "not_keyed_twice"), ("teller", "not_keyed_twice")):
        with pytest.raises(Refused) as caught:
            _settle(hall, by)
        assert caught.value.refusal.code == code
    hall.key("teller", ROWS)
    hall.key("second_teller", OTHER)
    with pytest.raises(Refused) as caught:
        _settle(hall, "teller")
    assert caught.value.refusal.code == "not_your_role"
    _settle(hall)
    with pytest.raises(Refused) as caught:
        _settle(hall)
    assert caught.value.refusal.code == "settled"


# --- more sheets than were issued ---------------------------------------------------------------------------------

MORE = paper_rows(5, 3, 2, 1, 1, 1)  # thirteen sheets


def test_more_sheets_than_were_issued_void_the_ballot(hall):
    hall.key("teller", MORE, issued=12, returned=13)
    assert hall.fresh().state == Ballot.State.CLOSED

    hall.key("second_teller", MORE, issued=12, returned=13)

    assert hall.fresh().state == Ballot.State.VOID
    assert "收回 13 张，多于发出的 12 张" in hall.ballot.void_reason
    assert "13 sheets came back but only 12 were issued" in hall.ballot.void_reason
    assert Act.objects.filter(verb="void_ballot", cycle=hall.world.cycle.pk).count() == 1


def test_one_teller_s_slip_of_the_hand_voids_nothing(hall):
    hall.key("teller", MORE, issued=12, returned=13)
    hall.key("second_teller", ROWS)
    assert hall.fresh().state == Ballot.State.CLOSED

    _settle(hall)

    assert queries.settled_batch(hall.part()).rows == ROWS


def test_the_scrutineer_may_find_that_there_are_more_sheets(hall):
    hall.key("teller", MORE, issued=12, returned=13)
    hall.key("second_teller", ROWS)

    papers.settle_paper(hall.part(), **sheets(MORE, issued=12, returned=13), by=hall.world.scrutineer, now=NOW)

    assert hall.fresh().state == Ballot.State.VOID


def test_a_void_ballot_is_not_decrypted_nor_counted(hall):
    tasks = hall.tasks()
    raw = hall.share(tasks["categories"][0], tasks["floor"])
    for teller in ("teller", "second_teller"):
        hall.key(teller, MORE, issued=12, returned=13)

    assert hall.give(raw).json()["error"]["code"] == "void"
    assert queries.counts_for_scoring(hall.world.cycle) == {}
    assert hall.fresh().state == Ballot.State.VOID


def test_a_void_ballot_is_repeated_with_new_slips(hall):
    for teller in ("teller", "second_teller"):
        hall.key(teller, MORE, issued=12, returned=13)
    void, old = hall.fresh(), hall.slips["A"][0]
    page = client_for(hall.world.scrutineer).get(reverse("ballot", args=[hall.world.cycle.pk])).content.decode()
    assert "Prepare the ballot again" in page
    assert [str(step.title) for step in register.desk_steps(hall.world.scrutineer, NOW)] == ["Prepare the ballot"]

    hall.ballot = actions.prepare_ballot(hall.world.cycle, by=hall.world.scrutineer, now=NOW)
    take_trustees(hall)
    take_slips(hall)
    actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    hall.cast.clear()
    hall.votes("A", 11)
    hall.close()
    hall.tally()
    hall.decrypt()

    assert queries.ballot_of(hall.world.cycle) == hall.ballot
    assert queries.counts_for_scoring(hall.world.cycle) == {"A": hall.expected("A"), "B": None}
    assert void.void_reason
    hall.slips["A"].append(old)
    assert hall.which("A", -1).status_code == 404


# --- the page -----------------------------------------------------------------------------------------------------


def test_a_teller_keys_on_the_page_without_seeing_the_other_s_figures(hall):
    hall.key("teller", ROWS)
    browser = client_for(hall.world.second_teller)

    page = browser.get(_address(hall)).content.decode()
    assert "form-key-paper" in page
    assert 'value="4"' not in page

    answer = browser.post(_address(hall), _form(), follow=True)
    assert "The totals of category A are kept." in answer.content.decode()
    assert queries.settled_batch(hall.part()).rows == ROWS


def test_the_page_says_what_does_not_agree_and_keeps_what_was_keyed(hall):
    answer = client_for(hall.world.teller).post(_address(hall), _form(void=2))

    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert 'name="void" value="2"' in page
    assert not PaperBatch.objects.exists()


def test_a_figure_that_was_left_out_is_asked_for(hall):
    figures = _form()
    del figures["row-01-good"]

    assert "This field is required" in client_for(hall.world.teller).post(_address(hall), figures).content.decode()


def test_the_scrutineer_settles_on_the_page(hall):
    hall.key("teller", ROWS)
    hall.key("second_teller", OTHER)
    browser = client_for(hall.world.scrutineer)

    page = browser.get(_address(hall)).content.decode()
    assert "01 good: 4 / 3" in page
    wrong = browser.post(_address(hall), _form(void=2))
    assert wrong.status_code == 409
    assert "01 good: 4 / 3" in wrong.content.decode()
    browser.post(_address(hall), _form())

    assert queries.settled_batch(hall.part()).rows == ROWS


def test_a_teller_is_told_that_the_ballot_is_void(hall):
    hall.key("teller", MORE, issued=12, returned=13)

    answer = client_for(hall.world.second_teller).post(_address(hall), _form(MORE, returned=13), follow=True)

    assert "the ballot is void and has to be repeated" in answer.content.decode()


def test_who_may_not_key_gets_the_reason_and_no_form(hall):
    for name, status in (("lin", 200), ("zhou", 404)):
        answer = client_for(hall.world.people[name]).get(_address(hall))
        assert answer.status_code == status
        assert "form-key-paper" not in answer.content.decode()
    assert client_for(hall.world.lin).post(_address(hall), _form()).status_code == 409
