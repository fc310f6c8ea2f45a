"""Around the floors, ballot by ballot: what is decrypted, what a reporter sees, what becomes of a weight, who may have
the record.
"""

import pytest
from django.test import Client
from django.urls import reverse

from scoring import evaluate
from scoring.reporters import reporters_view
from shuping.ballots import queries
from shuping.results.queries import counts
from tests.ballots.halls import Hall, added_up, scheme
from tests.builders import client_for, make_person

pytestmark = pytest.mark.django_db
SIZES = (4, 5, 9, 10, 15, 19, 20)
ONE = {"A": 100}


def _counted(sizes: dict[str, int], text: bytes) -> Hall:
    """So many ballots in each category, counted."""
    slips = {code: max(number, 20) for code, number in sizes.items()}
    hall = added_up(sizes, slips=slips, text=text)
    hall.decrypt()
    return hall


def _shown(hall: Hall) -> str:
    """What the first reporter sees of the own marks in A: Distribution, Mean or nothing."""
    found = reporters_view(queries.scheme_of(hall.ballot), counts(hall.world.cycle), "01").get("A")
    return "-" if found is None else "D" if found.row else "M" if found.mean is not None else "-"


@pytest.mark.parametrize(
    ("floor", "decrypted", "shown"),
    [("10", "0001111", "---MMMD"), ("5", "0111111", "---MMMD"), ("20", "0000001", "------D")],
)
def test_what_is_decrypted_and_what_a_reporter_sees(floor, decrypted, shown):
    halls = [_counted({"A": size}, scheme(ONE, floor=floor)) for size in SIZES]

    assert "".join(str(int(bool(hall.part().tally_raw))) for hall in halls) == decrypted
    assert "".join(str(int(queries.sums(hall.ballot)["A"].rows is not None)) for hall in halls) == decrypted
    assert "".join(_shown(hall) for hall in halls) == shown


@pytest.mark.parametrize(("shortfall", "scored"), [("redistribute", True), ("hold", False)])
def test_what_becomes_of_the_weight_of_a_category_that_fell_short_at_closing(shortfall, scored):
    """The scheme that was frozen says it: the others take the weight, or there is no score."""
    text = scheme(shortfall=f'"{shortfall}"')
    hall = _counted({"A": 10, "B": 9}, text)

    sheet = evaluate(queries.scheme_of(hall.ballot), counts(hall.world.cycle))
    steps = {step.code: step for step in sheet.entries[0].working}

    assert queries.sums(hall.ballot)["B"].rows is None
    assert ("redistributed" in steps) is scored
    assert ("ballot" in steps) is scored


# --- circles ------------------------------------------------------------------------------------------------------


def _circles(**values: str) -> bytes:
    text = scheme()
    for name, value in values.items():
        usual = {"board": "everybody", "record": "committee"}[name]
        assert f'{name} = "{usual}"'.encode() in text
        text = text.replace(f'{name} = "{usual}"'.encode(), f'{name} = "{value}"'.encode())
    return text


def _who_gets(hall: Hall) -> str:
    """Who is given the record of A: the committee, a reporter, a stranger with an account, a visitor."""
    address = reverse("public-record", args=[hall.ballot.identifier, "A"])
    browsers = [client_for(hall.world.people[name]) for name in ("committee", "lin")] + [_stranger(), Client()]
    return "".join(str(int(browser.get(address).status_code == 200)) for browser in browsers)


def _stranger() -> Client:
    return client_for(make_person("somebody_else"))


@pytest.mark.parametrize(
    ("record", "sizes", "given"),
    [
        ("committee", {"A": 20, "B": 20}, "1000"),
        ("attendees", {"A": 20, "B": 20}, "1100"),
        ("everybody", {"A": 20, "B": 20}, "1111"),
        ("everybody", {"A": 20, "B": 19}, "1000"),
        ("attendees", {"A": 19, "B": 20}, "1000"),
        ("everybody", {"A": 20, "B": 9}, "1111"),  # of B nothing was counted: there is nothing to work out
    ],
)
def test_who_gets_a_record(record, sizes, given):
    hall = _counted(sizes, _circles(record=record))

    assert _who_gets(hall) == given
    board = Client().get(reverse("board", args=[hall.ballot.identifier])).content.decode()
    assert ("record-A.bel" in board) is (given[-1] == "1")


@pytest.mark.parametrize(("board", "seen"), [("everybody", "1111"), ("attendees", "1100")])
def test_who_sees_the_board(board, seen):
    hall = added_up({"A": 1}, text=_circles(board=board))
    address = reverse("board", args=[hall.ballot.identifier])
    browsers = [client_for(hall.world.people[name]) for name in ("committee", "lin")] + [_stranger(), Client()]

    assert "".join(str(int(browser.get(address).status_code == 200)) for browser in browsers) == seen
