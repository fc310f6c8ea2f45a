"""A year under each scheme that comes with the program: voted, counted, computed and read on the site's own pages."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from scoring import UNDETERMINED, Counts, builtin_scheme, evaluate, load_scheme
from shuping.ballots import queries as ballots
from shuping.ballots.documents import ballot_papers
from shuping.ballots.models import Ballot
from shuping.core import files
from shuping.cycles import queries as cycles
from shuping.organisations import actions as organising
from shuping.results import actions, queries
from shuping.results.models import Component
from tests.ballots.halls import actions as balloting
from tests.ballots.halls import prepare, take_slips, take_trustees
from tests.builders import NOW, client_for

pytestmark = pytest.mark.django_db
SLIPS = {"university": {"A": 10, "B": 11}, "generic": {"L": 5, "P": 6, "T": 7}}
SCHEMES = {name: load_scheme(builtin_scheme(name)) for name in SLIPS}
every_scheme = pytest.mark.parametrize("name", SLIPS)


def choices(slip):
    """Entry 01 mostly gets the best grade, entry 02 each grade in turn, "no opinion" among them."""
    return [0 if slip % 5 else 1, slip % 5]


def counted(name):
    """A hall in which every slip of the scheme's categories voted, added up and decrypted."""
    hall = prepare(text=builtin_scheme(name))
    take_trustees(hall)
    take_slips(hall, SLIPS[name])
    hall.ballot = balloting.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)
    for code, number in SLIPS[name].items():
        for slip in range(number):
            hall.vote(choices(slip), code, slip)
    hall.close()
    hall.tally()
    hall.decrypt()
    return hall


def computed(name):
    """The same with the marks from outside, scores computed and grades proposed."""
    hall = counted(name)
    world = hall.world
    stored = files.store(b"marks", "marks.xlsx", actions.XLSX, now=NOW)
    Component.objects.bulk_create(
        Component(entry=entry, code=part.code, value=90, file=stored)
        for entry in world.entries
        for part in SCHEMES[name].outside
    )
    actions.compute_scores(world.cycle, by=world.wei, now=NOW)
    world.cycle.refresh_from_db()
    return hall


def totals(used, number, entry):
    """How often each grade of the scheme was given to an entry by slips that choose as `choices` says."""
    codes = [*used.grade_codes, "no_opinion"]
    given = [codes[choices(slip)[entry]] for slip in range(number)]
    return {code: given.count(code) for code in codes} | {"invalid": 0}


@every_scheme
def test_the_election_asks_for_each_entry_with_the_grades_of_the_scheme(name):
    hall = prepare(text=builtin_scheme(name))
    take_trustees(hall)
    take_slips(hall, SLIPS[name])
    balloting.open_ballot(hall.fresh(), by=hall.world.scrutineer, now=NOW)

    used = SCHEMES[name]
    for category in used.category:
        asked = ballots.election_of(hall.part(category.code)).questions
        assert [question.question[:2] for question in asked] == ["01", "02"]
        assert {question.answers for question in asked} == {
            tuple(f"{word.zh} / {word.en}" for word in (*used.grade, used.ballot.no_opinion))
        }


@every_scheme
def test_what_is_counted_is_what_was_cast(name):
    hall = counted(name)

    assert hall.ballot.state == Ballot.State.COUNTED
    assert ballots.counts_for_scoring(hall.world.cycle) == {
        code: {"01": totals(SCHEMES[name], number, 0), "02": totals(SCHEMES[name], number, 1)}
        for code, number in SLIPS[name].items()
    }


@every_scheme
def test_a_result_of_the_site_is_the_one_that_anybody_recomputes(name):
    cycle = computed(name).world.cycle

    again = evaluate(SCHEMES[name], Counts.parse(json.dumps(queries.counts_json(cycle))))

    shown = queries.results_json(cycle)
    assert shown["fingerprint"] == again.fingerprint
    assert [(entry["id"], entry["score"], entry["proposed"]) for entry in shown["entries"]] == [
        (entry.id, str(entry.score), entry.proposed) for entry in again.entries
    ]
    assert UNDETERMINED not in {entry.proposed for entry in again.entries}


@every_scheme
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_and_papers_speak_the_words_of_the_scheme(name, lang):
    world, used = computed(name).world, SCHEMES[name]
    browser = client_for(world.wei)
    browser.cookies["django_language"] = {"zh": "zh-hans", "en": "en"}[lang]

    results = browser.get(reverse("results", args=[world.cycle.pk])).content.decode()
    score = browser.get(reverse("score", args=[world.cycle.pk, "01"])).content.decode()
    paper = repr(ballot_papers(world.cycle, language=lang))

    proposed = queries.results_json(world.cycle)["entries"][0]["proposed"]
    assert queries.grade_name(used, proposed, lang) in results
    assert getattr(used.category[0], lang) in score
    assert all(getattr(grade, lang) in paper for grade in used.grade)


@every_scheme
def test_the_committee_decides_grades_of_the_scheme(name):
    world = computed(name).world
    body = organising.form_body(
        world.organiser, code="committee", name_zh="常务委员会", name_en="Committee", by=None, now=NOW
    )

    decided = actions.decide_all(world.cycle, body=body, by=world.committee, now=NOW)

    assert decided == 2
    assert {entry["grade"] for entry in queries.results_json(world.cycle)["entries"]} <= set(SCHEMES[name].grade_codes)


@every_scheme
def test_themes_of_the_scheme_are_those_of_the_year(name):
    world = prepare(text=builtin_scheme(name)).world

    assert [theme.code for theme in cycles.themes(world.cycle)] == [theme.code for theme in SCHEMES[name].theme]


@every_scheme
def test_the_board_is_there_for_everybody(name):
    hall = counted(name)

    assert Client().get(reverse("board", args=[hall.ballot.identifier])).status_code == 200
