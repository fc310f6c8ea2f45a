"""A year whose reporters stand in two groups: the voters of each vote on its reporters only, and all are counted (R11,
decision 0006).
"""

import json

import pytest
from django.urls import reverse

import ballotbox
from scoring import evaluate, reporters_view
from shuping.ballots import actions, merging, papers, parts, queries, records, rules
from shuping.ballots.documents import ballot_papers, tally_sheet
from shuping.ballots.models import Ballot, CastBallot
from shuping.core.refusals import Refused
from shuping.cycles import actions as years
from shuping.documents.blocks import Mark, Table
from shuping.meetings.models import Attendance
from shuping.results import documents
from shuping.results import queries as results
from tests.ballots import opining
from tests.ballots.conftest import kept
from tests.ballots.halls import Hall, paper_rows, scheme, sheets, take_slips, take_trustees
from tests.builders import NOW, client_for
from tests.meetings import groups
from tests.meetings.groups import FIRST, SECOND

pytestmark = pytest.mark.django_db

SLIPS = {"A1": 11, "A2": 12, "B1": 10, "B2": 10}
OF = {"1": ["01", "02"], "2": ["03", "04"]}


def prepared(text: bytes | None = None, **more) -> Hall:
    world = groups.make_grouped_cycle(text or scheme(), **more)
    years.advance(world.cycle, "meeting", by=world.wei, now=NOW)
    return Hall(world, actions.prepare_ballot(world.cycle, by=world.wei, now=NOW))


def ready(slips: dict[str, int], paper: dict[str, int] | None = None, text: bytes | None = None) -> Hall:
    hall = prepared(text)
    take_trustees(hall)
    take_slips(hall, slips, paper)
    return hall


def opened(slips: dict[str, int] | None = None, **more) -> Hall:
    hall = ready(slips or SLIPS, **more)
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    return hall


def counted(votes: dict[str, int], hall: Hall) -> Hall:
    for code, number in votes.items():
        hall.votes(code, number)
    hall.close()
    hall.tally()
    hall.decrypt()
    return hall


def merge(hall: Hall, source: str, target: str) -> None:
    actions.merge_categories(hall.fresh(), hall.part(source), hall.part(target), by=hall.world.wei, now=NOW)


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """Everybody has voted, and A1 on paper, too."""
    with kept(django_db_blocker):
        hall = counted(SLIPS, opened(paper={"A1": 12}))
        rows = paper_rows(4, 3, 2, 1, 1, 1)
        hall.key("teller", rows, "A1")
        hall.key("second_teller", rows, "A1")
        hall.fresh()
        yield hall


# --- the categories -----------------------------------------------------------------------------------------------


def test_there_is_a_category_for_each_group():
    ballot = prepared().ballot

    assert [(part.code, part.letter, part.group) for part in queries.categories(ballot)] == [
        ("A1", "A", FIRST),
        ("A2", "A", SECOND),
        ("B1", "B", FIRST),
        ("B2", "B", SECOND),
    ]
    assert {part.name_zh for part in ballot.categories.filter(scheme_code="A")} == {"A类 · 甲组", "A类 · 乙组"}
    assert {part.both for part in ballot.categories.filter(code="A2")} == {"A类 · 乙组 / Category A · 乙组"}
    assert {part.weight for part in ballot.categories.filter(scheme_code="A")} == {60}


def test_whoever_has_no_group_is_one_more_where_the_first_of_them_stands():
    ballot = prepared(names=("", "乙组", "", "甲组")).ballot

    named = {part.code: (part.name_zh, part.name_en) for part in ballot.categories.filter(scheme_code="A")}
    assert named == {
        "A1": ("A类 · 未分组", "Category A · without a group"),
        "A2": ("A类 · 乙组", "Category A · 乙组"),
        "A3": ("A类 · 甲组", "Category A · 甲组"),
    }
    rest = ballot.categories.get(code="A1")
    assert [entry.number for entry in queries.rows_of(rest)] == ["01", "03"]


@pytest.mark.parametrize("names", [("", "", ""), ("甲组", "甲组", "甲组")])
def test_with_one_group_or_none_the_categories_are_those_of_the_scheme(names):
    found = queries.categories(prepared(names=names).ballot)

    assert [(part.code, part.name_en, part.in_groups) for part in found] == [
        ("A", "Category A", False),
        ("B", "Category B", False),
    ]
    assert queries.rows_of(found[0]).count() == 3


def test_codes_that_end_in_a_digit_are_told_from_numbers_of_groups():
    world = groups.make_grouped_cycle(scheme({"A": 60, "A1": 40}))

    assert [part.code for part in parts.planned(world.cycle)] == ["Ag1", "Ag2", "A1g1", "A1g2"]


def test_the_longest_code_and_names_of_a_scheme_have_room():
    world = groups.make_grouped_cycle(scheme({"Abcdefghij": 100}), names=("组" * 40, "组" * 39 + "二"))

    ballot = actions.prepare_ballot(world.cycle, by=world.wei, now=NOW)

    for part in queries.categories(ballot):
        part.full_clean(exclude=["uuid", "merged_into", "slips_returned"])


def test_a_paper_of_each_group_has_its_units_only():
    paper = ballot_papers(prepared().world.cycle, language="en")

    assert [block.text for block in paper.blocks if isinstance(block, Mark)] == ["A1", "A2", "B1", "B2"]
    tables = [[row[0] for row in block.rows] for block in paper.blocks if isinstance(block, Table)]
    assert tables == [OF["1"], OF["2"], OF["1"], OF["2"]]


def test_the_list_of_another_ballot_is_told_which_categories_there_are():
    hall = prepared()

    with pytest.raises(Refused) as caught:
        actions.set_credentials(hall.ballot, listed=b'{"A":[]}', paper_issued={}, by=hall.world.wei, now=NOW)

    assert str(caught.value) == "This ballot has no category A; it has: A1, A2, B1, B2."


# --- voting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["A1", "A2", "B2"])
def test_a_slip_shows_and_takes_the_units_of_its_group_only(whole, code):
    told = whole.which(code).json()

    assert (told["category"], [entry["id"] for entry in told["entries"]]) == (code, OF[code[1]])
    assert told["category_label"]["en"] == f"Category {code[0]} · {FIRST if code[1] == '1' else SECOND}"
    election = ballotbox.Election.parse(told["election"].encode())
    assert [question.question[:2] for question in election.questions] == OF[code[1]]


def test_a_slip_of_one_group_cannot_vote_in_the_other():
    hall = opened()

    sealed = hall.seal([0, 0], "A1", election_of="A2")
    relabelled = sealed.replace(hall.part("A2").uuid.encode(), hall.part("A1").uuid.encode())

    found = [hall.post("cast", raw) for raw in (sealed, relabelled)]

    assert [answer.status_code for answer in found] == [400, 400]
    assert [answer.json()["error"]["code"] for answer in found] == ["unknown_credential", "wrong_election"]
    assert found[0].json()["error"]["en"].startswith("This slip is not one of this category.")
    assert not CastBallot.objects.filter(category__ballot=hall.ballot).exists()
    assert hall.post("cast", hall.seal([0, 0], "A1")).status_code == 201


# --- counting -----------------------------------------------------------------------------------------------------


def test_the_counts_of_each_group_are_the_votes_cast_in_it(whole):
    assert whole.ballot.state == Ballot.State.COUNTED
    found = queries.sums(whole.ballot)

    assert {code: list(count.rows) for code, count in found.items()} == {code: OF[code[1]] for code in SLIPS}
    assert found["A1"].rows == queries.add_rows(whole.expected("A1"), paper_rows(4, 3, 2, 1, 1, 1))
    assert {code: found[code].rows for code in ("A2", "B1", "B2")} == {
        code: whole.expected(code) for code in ("A2", "B1", "B2")
    }
    assert {code: count.cast for code, count in found.items()} == SLIPS | {"A1": 23}


def test_they_are_joined_under_the_categories_of_the_scheme(whole):
    found = queries.sums(whole.ballot)

    assert results.counts_json(whole.world.cycle)["categories"] == {
        letter: found[f"{letter}1"].rows | found[f"{letter}2"].rows for letter in ("A", "B")
    }
    assert set(queries.ballot_report(whole.world.cycle)) == set(SLIPS)


def test_units_of_both_groups_are_scored_and_each_sees_its_own(whole):
    told = results.counts(whole.world.cycle)
    by_scheme = queries.scheme_of(whole.ballot)

    sheet = evaluate(by_scheme, told)

    for entry in sheet.entries:
        steps = {step.code: step for step in entry.working}
        assert [part["category"] for part in steps["ballot"].parameters["parts"]] == ["A", "B"]
        assert "redistributed" not in steps
        assert set(reporters_view(by_scheme, told, entry.id)) == {"A", "B"}
    assert [entry.id for entry in sheet.entries] == ["01", "02", "03", "04"]


def test_each_group_has_its_own_record(whole, tmp_path):
    file = tmp_path / "record-A2.bel"
    answer = client_for(whole.world.auditor).get(reverse("record", args=[whole.world.cycle.pk, "A2"]))
    file.write_bytes(answer.content)

    summary = ballotbox.verify_record(file)

    assert answer["Content-Disposition"] == 'attachment; filename="record-A2.bel"'
    assert answer.content == records.record(whole.part("A2"))
    assert summary.counts == [[row[code] for code in list(row)[:5]] for row in whole.expected("A2").values()]


def test_the_tally_sheet_has_a_table_for_each_group(whole):
    paper = tally_sheet(whole.world.cycle, language="en")

    tables = [[row[0] for row in block.rows] for block in paper.blocks if isinstance(block, Table)]
    assert tables == [OF["1"], OF["2"], OF["1"], OF["2"]]


def test_the_desk_shows_every_group_and_the_slip_maker_gets_their_codes():
    hall = ready(SLIPS)
    browser = client_for(hall.world.scrutineer)

    desk, maker = (
        browser.get(reverse(name, args=[hall.world.cycle.pk])).content.decode() for name in ("ballot", "slips")
    )

    assert all(f'id="turnout-{code}"' in desk and f"--category {code}=N" in desk for code in SLIPS)
    assert all(f"&quot;code&quot;: &quot;{code}&quot;" in maker for code in SLIPS)


# --- paper --------------------------------------------------------------------------------------------------------


def test_the_form_for_paper_has_the_rows_of_the_group():
    hall = opened(paper={"B2": 12})
    hall.close()
    address = reverse("paper-totals", args=[hall.world.cycle.pk, "B2"])

    page = client_for(hall.world.teller).get(address).content.decode()

    assert [number for number in ("01", "02", "03", "04") if f'name="row-{number}-good"' in page] == OF["2"]


def test_rows_of_another_group_are_refused_on_paper():
    hall = opened(paper={"B2": 12})
    hall.close()
    figures = paper_rows(4, 3, 2, 1, 1, 1)

    with pytest.raises(papers.TotalsDiffer):
        papers.key_paper(hall.part("B2"), **sheets(figures), by=hall.world.teller, now=NOW)

    rows = paper_rows(4, 3, 2, 1, 1, 1, entries=("03", "04"))
    assert papers.key_paper(hall.part("B2"), **sheets(rows), by=hall.world.teller, now=NOW).rows == rows


# --- floors and merging -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(django_db_setup, django_db_blocker):
    """B2 fell short at closing, all others were counted."""
    with kept(django_db_blocker):
        yield counted(SLIPS | {"B2": 9}, opened())


def test_one_group_below_the_floor_is_withheld_and_the_other_counts(short):
    assert short.part("B2").withheld
    assert results.counts_json(short.world.cycle)["categories"]["B"] == short.expected("B1") | {"03": None, "04": None}

    sheet = evaluate(queries.scheme_of(short.ballot), results.counts(short.world.cycle))

    steps = {entry.id: {step.code for step in entry.working} for entry in sheet.entries}
    assert [number for number, found in steps.items() if "category_withheld" in found] == OF["2"]
    assert [number for number, found in steps.items() if "redistributed" in found] == OF["2"]


def test_the_results_summary_leaves_empty_what_is_withheld(short):
    book = documents._counts(short.world.cycle, "en")

    (sheet,) = [one for one in book if one.title == "Category B"]
    assert [set(row[2:]) == {""} for row in sheet.rows] == [False, False, True, True]


def test_all_groups_of_a_category_withheld_are_a_category_withheld():
    hall = counted(SLIPS | {"B1": 9, "B2": 9}, opened())

    told = results.counts(hall.world.cycle)

    assert [told.is_withheld("B", number) for number in ("01", "02", "03", "04")] == [True] * 4
    sheet = evaluate(queries.scheme_of(hall.ballot), told)
    assert all("category_withheld" in {step.code for step in entry.working} for entry in sheet.entries)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A1 and B2 vote on different groups: a category joins another of its own group."),
        ("zh-hans", "A1 与 B2 评议的不是同一组：票种只能并入本组的另一票种。"),
    ],
)
def test_a_category_is_not_merged_across_groups(language, sentence):
    hall = ready(SLIPS)
    client = client_for(hall.world.scrutineer)
    address = reverse("merge-categories", args=[hall.world.cycle.pk])

    answer = client.post(address, {"source": "A1", "target": "B2"}, headers={"accept-language": language})

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert hall.part("B2").electorate == 10
    assert rules.may_merge(hall.world.wei, hall.fresh(), hall.part("A1"), hall.part("B1")) is None


def test_what_is_merged_in_one_group_weighs_so_in_this_group_only():
    hall = ready({"A1": 11, "A2": 12, "B1": 4, "B2": 10})
    merge(hall, "B1", "A1")
    hall.ballot = actions.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    counted({"A1": 11, "A2": 12, "B2": 10}, hall)

    told = results.counts_json(hall.world.cycle)

    assert told["merged"] == {"B": {"01": "A", "02": "A"}}
    assert told["categories"]["B"] == {"01": None, "02": None} | hall.expected("B2")
    sheet = evaluate(queries.scheme_of(hall.ballot), results.counts(hall.world.cycle))
    weights = {
        entry.id: {part["category"]: part["weight"] for part in step.parameters["parts"]}
        for entry in sheet.entries
        for step in entry.working
        if step.code == "ballot"
    }
    assert (weights["01"], weights["03"]) == ({"A": "100"}, {"A": "60", "B": "40"})
    assert json.loads(json.dumps(told)) == told


def test_merges_are_proposed_within_each_group():
    hall = ready({"A1": 4, "A2": 20, "B1": 20, "B2": 3})

    found = [(one.source.code, one.target.code, one.possible) for one in merging.proposals(hall.fresh())]

    assert found == [("A1", "B1", 4), ("B2", "A2", 3)]


def test_who_is_in_the_hall_of_a_group_counts_there():
    hall = ready(SLIPS)
    first, second = groups.two_groups(hall.world)
    for meeting, present in ((first, {"A": 9, "B": 10}), (second, {"A": 0, "B": 0})):
        for letter, number in present.items():
            Attendance.objects.bulk_create(
                Attendance(
                    meeting=meeting, name_zh="某", name_en="X", category=letter, votes=True, present=place < number
                )
                for place in range(12)
            )

    assert merging.possible_turnout(hall.fresh()) == {"A1": 9, "B1": 10, "A2": 12, "B2": 10}

    merge(hall, "A1", "B1")
    assert merging.possible_turnout(hall.fresh()) == {"B1": 19, "A2": 12, "B2": 10}


# --- opinions -----------------------------------------------------------------------------------------------------


def _with_opinions(seconds: int) -> Hall:
    """Ten slips of the first group write, and so many of the second."""
    hall = opened(text=opining.WITH_OPINIONS)
    for code, number, entry in (("A1", 10, "01"), ("A2", seconds, "03")):
        for slip in range(number):
            pen = opining.Pen(hall, code, slip)
            assert pen.ask().status_code == 200
            assert pen.write(f"on {entry}", entry).status_code == 201
        hall.votes(code, number)
    hall.close()
    hall.tally()
    made = {trustee: opining.part(hall, trustee) for trustee in opining.TRUSTEES[:2]}
    for trustee, raw in made.items():
        assert opining.give(hall, raw, trustee).status_code == 200
    return hall


@pytest.mark.parametrize(("seconds", "kept_on", "left_out"), [(10, {"01": 10, "03": 10}, 0), (9, {"01": 10}, 9)])
def test_opinions_on_a_group_in_which_few_voted_are_left_out(seconds, kept_on, left_out):
    box = queries.need_box(_with_opinions(seconds).ballot)

    texts = list(box.opinions.values_list("entry", flat=True))
    assert {entry: texts.count(entry) for entry in texts} == kept_on
    assert box.broken == left_out


@pytest.mark.parametrize("number", [1, 3, 4])
def test_a_slip_is_given_tokens_for_the_units_of_its_group(number):
    hall = opened(text=opining.WITH_OPINIONS)
    pen = opining.Pen(hall, "A2", 0)

    assert hall.post("give-tokens", pen.request(number)[0]).status_code == 400
    assert hall.post("give-tokens", pen.request(2)[0]).status_code == 200
