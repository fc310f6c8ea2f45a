"""Who gets what after the count, over HTTP: every page and every file of each circle, and an attempt to subtract."""

import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

import ballotbox
from scoring import Shown
from shuping.ballots.models import Count
from shuping.cycles import queries as cycles
from shuping.results import queries
from tests.ballots.halls import added_up, paper_rows, scheme
from tests.builders import client_for
from tests.results.crawling import everything, text_of
from tests.results.worlds import CAST, issue, make_counted
from tests.scoring.adversary import possible_marks, told

pytestmark = pytest.mark.django_db

OF_TWELVE = {"good": 6, "fairly_good": 3, "average": 2, "poor": 1, "no_opinion": 0, "invalid": 0}


def _set_rows(world, code: str, rows: dict[str, int]) -> None:
    count = Count.objects.get(category__code=code, category__ballot__cycle=world.cycle, source=Count.Source.SUM)
    count.rows = dict.fromkeys(count.rows, rows)
    count.save()


def _told_to(person, world) -> dict[str, str]:
    """Every page and file that somebody reaches from the usual beginnings, as text."""
    home = [reverse("home"), *(reverse(name, args=[world.cycle.pk]) for name in ("results", "letters", "ballot"))]
    guessed = [f"/c/{world.cycle.pk}/results/{name}" for name in ("counts.json", "results.json", "summary.xlsx")]
    guessed += [f"/c/{world.cycle.pk}/ballot/record/{code}.bel" for code in "ABC"]
    guessed += [f"/c/{world.cycle.pk}/results/{entry.number}/" for entry in world.entries]
    guessed += [f"/c/{world.cycle.pk}/news-release.docx"]
    got = everything(client_for(person), *home, *guessed)
    return {address: text_of(body) for address, (status, body) in got.items() if status == 200}


# --- the reporter -------------------------------------------------------------------------------------------------


@pytest.fixture
def world():
    """Lin's marks: 24 and 22 ballots in A and B, twelve in C."""
    world = make_counted()
    _set_rows(world, "C", OF_TWELVE)
    return issue(world)


def _marks_on(page: str) -> dict[str, Shown]:
    """What the table of the own marks says, as a reader takes it from the page."""
    codes = ("good", "fairly_good", "average", "poor", "no_opinion", "invalid")
    shown = {}
    for code, line in re.findall(r'<tr id="marks-(\w+)">(.*?)</tr>', page):
        numbers = [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', line)]
        mean = re.search(r"rounded mean (\d+)", line)
        row = dict(zip(codes, numbers, strict=True)) if numbers else None
        shown[code] = Shown(row, int(mean[1]) if mean else None)
    return shown


def test_a_reporter_subtracts_in_vain(world):
    got = _told_to(world.lin, world)
    page = got[reverse("score", args=[world.cycle.pk, "01"])]
    shown = _marks_on(page)
    mark = re.search(r"its categories weighted: (\d+\.\d\d)\.", page)[1]
    scheme = cycles.scheme_of(world.cycle)
    weights = {category.code: float(category.weight) / 100 for category in scheme.category}

    possible = possible_marks(scheme, CAST, shown, weights, Decimal(mark))

    assert {code: (one.row is not None, one.mean is not None) for code, one in shown.items()} == {
        "A": (True, False),
        "B": (False, True),
        "C": (False, True),
    }
    assert (6, 3, 2, 1) in possible["C"]
    assert told(possible["B"]) == told(possible["C"]) == []


def test_no_page_or_file_gives_a_reporter_what_the_own_page_keeps_back(world):
    got = _told_to(world.lin, world)
    secret = set()
    for step in world.entries[0].score.working:
        if step["code"] == "category_mean":
            secret.add(f"{step['parameters']['mean']}")
        if step["code"] == "rounded":
            secret.add(step["parameters"]["exact"])
    secret = {figure for figure in secret if "…" in figure}

    assert len(secret) >= 2
    assert [(address, figure) for address, text in got.items() for figure in secret if figure in text] == []
    assert not [address for address in got if address.endswith((".json", ".xlsx", ".bel"))]
    others = [reverse("score", args=[world.cycle.pk, entry.number]) for entry in world.entries[1:]]
    assert not set(others) & set(got)


def test_when_all_agree_in_one_category_the_page_shows_the_total_only(world):
    _set_rows(world, "A", {**dict.fromkeys(OF_TWELVE, 0), "good": 24})

    page = client_for(world.lin).get(reverse("score", args=[world.cycle.pk, "01"])).content.decode()

    assert set(_marks_on(page).values()) == {Shown()}
    assert page.count("in your total only") == 3


def test_who_has_no_part_and_who_has_no_account_get_no_figure(world):
    nobody = everything(
        Client(), reverse("home"), reverse("board", args=[queries.ballots.ballot_of(world.cycle).identifier])
    )
    zhou = _told_to(world.zhou, world)
    score = str(world.entries[0].score.value)

    assert not [address for address, (_status, body) in nobody.items() if score in text_of(body)]
    assert not [address for address, text in zhou.items() if score in text]


# --- the committee's circle ---------------------------------------------------------------------------------------

VALID = {
    9: (3, 3, 2, 1, 0, 0),
    10: (4, 3, 2, 1, 0, 0),
    20: (8, 6, 4, 2, 0, 0),
    4: (1, 1, 1, 1, 0, 0),
    5: (2, 1, 1, 1, 0, 0),
}


def _counted(electronic: int, sheets: int):
    """A hall in which category A has so many electronic ballots and so many sheets; B is large enough."""
    slips = {"A": max(10, electronic), "B": 10}
    hall = added_up({"A": electronic, "B": 10}, slips=slips, paper={"A": sheets} if sheets else {})
    hall.decrypt()
    if sheets:
        for teller in ("teller", "second_teller"):
            hall.key(teller, paper_rows(*VALID[sheets]))
    assert hall.fresh().state == "counted"
    return hall


def _figures(hall, folder) -> dict:
    """What the committee's circle can get of category A: the sum, and what the record says of the electronic part."""
    got = _told_to(hall.world.committee, hall.world)
    whole = json.loads(got[f"/c/{hall.world.cycle.pk}/results/counts.json"])["categories"]["A"]
    answer = client_for(hall.world.committee).get(f"/c/{hall.world.cycle.pk}/ballot/record/A.bel")
    electronic = None
    if answer.status_code == 200:
        (folder / "A.bel").write_bytes(answer.content)
        electronic = ballotbox.verify_record(folder / "A.bel").counts
    return {"sum": whole, "electronic": electronic}


@pytest.mark.parametrize(
    ("electronic", "sheets", "told_parts"),
    [
        (10, 9, {"electronic", "sum"}),
        (10, 4, {"electronic", "sum"}),
        (9, 10, {"sum"}),
        (5, 10, {"sum"}),
        (9, 9, set()),
        (4, 5, set()),
        (10, 10, {"electronic", "sum"}),
        (20, 0, {"electronic", "sum"}),
    ],
)
def test_the_circle_cannot_subtract_a_part_below_the_floor(electronic, sheets, told_parts, tmp_path):
    hall = _counted(electronic, sheets)
    figures = _figures(hall, tmp_path)

    assert {name for name in ("sum", "electronic") if figures[name]} == told_parts
    if electronic >= 10 and 0 < sheets < 10:  # what the record gives taken off the sum leaves nothing
        assert figures["sum"] == hall.expected("A")
    if electronic < 10 <= sheets:  # the sum is the paper, and there is no electronic figure to find
        assert figures["sum"] == paper_rows(*VALID[sheets])
        assert not hall.part("A").tally_raw
        assert hall.part("A").shares.count() == 0
    if electronic < 10 and sheets < 10:
        assert hall.part("A").counts.filter(rows__isnull=False).count() == 0


def test_the_floor_of_five_is_the_lowest_that_counts():
    assert {size: _decrypted(size) for size in (4, 5)} == {4: False, 5: True}


def _decrypted(size: int) -> bool:
    hall = added_up({"A": size, "B": 10}, text=scheme(floor="5"))
    return bool(hall.part("A").tally_raw)
