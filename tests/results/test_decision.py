"""Scores are computed once the count is there, grades proposed, decided by a committee, and the decision closed."""

import pytest
from django.urls import reverse

from scoring import Counts, evaluate
from shuping.ballots.models import Ballot
from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.results import actions, queries
from shuping.results.models import Grade, Letter, Score
from tests.builders import client_for
from tests.results.worlds import COUNTED_AT, compute, decide, make_counted, take_marks

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_counted()


def decided(world, grade="fairly_good", **more):
    call = {"reason": "", "body": world.body, "by": world.committee, "now": COUNTED_AT, **more}
    return actions.decide_grade(world.entries[0], grade=grade, **call)


def post(person, world, name, *arguments, **data):
    return client_for(person).post(reverse(name, args=[world.cycle.pk, *arguments]), data)


def compute_again(world, by="wei"):
    return actions.compute_scores(world.cycle, by=world.people[by], now=COUNTED_AT)


# computing


@pytest.mark.parametrize("state", [Ballot.State.PREPARED, Ballot.State.OPEN, Ballot.State.CLOSED, Ballot.State.VOID])
def test_nothing_is_computed_before_the_count(world, state):
    take_marks(world)
    Ballot.objects.update(state=state)

    with pytest.raises(Refused, match="not counted yet"):
        compute_again(world)
    assert Score.objects.count() == 0


def test_nothing_is_computed_without_a_ballot(world):
    take_marks(world)
    Ballot.objects.all().delete()

    with pytest.raises(Refused, match="not counted yet"):
        compute_again(world)


def test_nothing_is_computed_while_marks_are_missing(world):
    take_marks(world, "field")

    with pytest.raises(Refused, match="Marks are missing for: Routine assessment"):
        compute_again(world)


@pytest.mark.parametrize("name", ["lin", "committee", "chair", "auditor"])
def test_only_the_secretariat_computes(world, name):
    take_marks(world)

    with pytest.raises(Refused, match="another role"):
        compute_again(world, by=name)


def test_scores_are_those_of_the_rules_and_grades_are_proposed(world):
    compute(world)

    sheet = evaluate(cycles.scheme_of(world.cycle), Counts.parse(queries.counts_json(world.cycle)))
    for result in sheet.entries:
        entry = queries.result_for(world.wei, world.cycle, result.id)
        assert (entry.score.value, entry.grade.proposed, entry.grade.decided) == (result.score, result.proposed, "")
        assert entry.score.working == [step.as_json() for step in result.working]
    assert world.cycle.stage == Cycle.Stage.DECISION
    assert Act.objects.filter(verb="compute_scores", by=world.wei).count() == 1


def test_scores_are_computed_again_until_the_first_decision(world):
    compute(world)
    take_marks(world, mark=10)
    compute_again(world)

    assert set(Grade.objects.values_list("proposed", flat=True)) <= {"average", "poor", "fairly_good"}
    assert Score.objects.count() == 3
    decided(world, Grade.objects.get(entry=world.entries[0]).proposed)
    with pytest.raises(Refused, match="marks no longer change"):
        compute_again(world)


def test_an_entry_that_is_not_graded_has_no_score(world):
    entry = world.entries[2]
    entry.not_graded_because = "new in office"
    entry.save()

    compute(world)

    assert Score.objects.count() == 2
    assert client_for(world.wei).get(reverse("score", args=[world.cycle.pk, "03"])).status_code == 404


def test_the_page_computes(world):
    take_marks(world)

    assert post(world.wei, world, "compute-scores").status_code == 302
    assert Score.objects.count() == 3


def test_the_page_says_why_nothing_is_computed(world):
    page = post(world.wei, world, "compute-scores")

    assert page.status_code == 409
    assert "Marks are missing for: Routine assessment, Field verification." in page.content.decode()


# deciding


def test_a_proposal_is_agreed_with_without_a_reason(world):
    compute(world)

    grade = decided(world, "good", body=None)

    assert (grade.proposed, grade.decided, grade.reason, grade.decided_at) == ("good", "good", "", COUNTED_AT)


def test_another_grade_needs_a_reason_and_a_body(world):
    compute(world)

    grade = decided(world, "fairly_good", reason="Late with its report")

    assert (grade.decided, grade.reason, grade.body) == ("fairly_good", "Late with its report", world.body)
    act = Act.objects.get(verb="decide_grade")
    assert act.reason == "Late with its report"
    assert act.details == {"entry": "01", "proposed": "good", "decided": "fairly_good"}


@pytest.mark.parametrize("reason", ["", "   "])
def test_another_grade_without_a_reason_is_refused(world, reason):
    compute(world)

    with pytest.raises(Refused, match="needs a reason and the body"):
        decided(world, reason=reason)
    assert Grade.objects.get(entry=world.entries[0]).decided == ""


def test_another_grade_without_a_body_is_refused(world):
    compute(world)

    with pytest.raises(Refused, match="needs a reason and the body"):
        decided(world, reason="Late", body=None)
    assert not Act.objects.filter(verb="decide_grade").exists()


@pytest.mark.parametrize("grade", ["", "great", "undetermined", "no_opinion"])
def test_a_grade_that_the_scheme_lacks_is_refused(world, grade):
    compute(world)

    with pytest.raises(Refused, match="no such grade"):
        decided(world, grade, reason="x")


def test_nothing_is_decided_before_there_is_a_proposal(world):
    with pytest.raises(Refused, match="compute the scores first"):
        decided(world)


@pytest.mark.parametrize("name", ["auditor", "teller", "zhou", "scrutineer"])
def test_only_the_committee_decides(world, name):
    compute(world)

    with pytest.raises(Refused, match="another role"):
        decided(world, by=world.people[name])


def test_nobody_decides_the_own_grade(world):
    compute(world)

    with pytest.raises(Refused, match="own grade"):
        decided(world, "good", by=world.lin)


def test_the_page_decides(world):
    compute(world)

    page = post(world.committee, world, "decide", "01", grade="average", reason="Late", body="committee")

    assert page.status_code == 302
    assert Grade.objects.get(entry=world.entries[0]).decided == "average"


@pytest.mark.parametrize("data", [{"reason": "Late"}, {"body": "committee"}, {"reason": "Late", "body": "nobody"}])
def test_the_page_refuses_another_grade_without_reason_or_body(world, data):
    compute(world)

    page = post(world.committee, world, "decide", "01", grade="average", **data)

    assert page.status_code == 409
    assert "Another grade than the proposed one needs a reason and the body" in page.content.decode()


def test_decide_all_agrees_with_what_is_open(world):
    compute(world)
    decided(world, reason="Late")

    assert actions.decide_all(world.cycle, body=world.body, by=world.committee, now=COUNTED_AT) == 2

    grades = list(Grade.objects.order_by("entry__number"))
    assert [grade.decided for grade in grades] == ["fairly_good", grades[1].proposed, grades[2].proposed]


def test_decide_all_leaves_what_is_undetermined(world):
    compute(world)
    Grade.objects.filter(entry=world.entries[1]).update(proposed="undetermined")

    assert actions.decide_all(world.cycle, body=world.body, by=world.committee, now=COUNTED_AT) == 2
    assert [grade.entry.number for grade in queries.undecided(world.cycle)] == ["02"]


def test_decide_all_is_refused_as_a_whole(world):
    compute(world)

    with pytest.raises(Refused):
        actions.decide_all(world.cycle, body=world.body, by=world.teller, now=COUNTED_AT)
    assert queries.undecided(world.cycle).count() == 3


def test_the_page_decides_all(world):
    compute(world)

    assert post(world.committee, world, "decide-all", body="committee").status_code == 302
    assert queries.undecided(world.cycle).count() == 0


# closing


def close(world, by="wei"):
    return actions.close_decision(world.cycle, by=world.people[by], now=COUNTED_AT)


def test_the_decision_is_not_closed_without_scores(world):
    with pytest.raises(Refused, match="no scores yet"):
        close(world)


def test_the_decision_is_not_closed_while_a_grade_is_open(world):
    compute(world)
    decided(world, "good")

    with pytest.raises(Refused, match="2 entries are not decided yet"):
        close(world)
    assert Letter.objects.count() == 0


def test_the_decision_is_closed_once(world):
    decide(world)

    assert world.cycle.stage == Cycle.Stage.RECTIFICATION
    with pytest.raises(Refused, match="decision is closed"):
        close(world)
    with pytest.raises(Refused, match="decision is closed"):
        decided(world, "good")


@pytest.mark.parametrize("name", ["auditor", "zhou", "lin"])
def test_only_the_committee_closes(world, name):
    compute(world)
    actions.decide_all(world.cycle, body=world.body, by=world.committee, now=COUNTED_AT)

    with pytest.raises(Refused, match="another role"):
        close(world, by=name)


def test_the_page_says_why_the_decision_is_not_closed(world):
    compute(world)

    page = post(world.wei, world, "close-decision")

    assert page.status_code == 409
    assert "3 entries are not decided yet." in page.content.decode()


def test_the_page_closes_the_decision(world):
    compute(world)
    actions.decide_all(world.cycle, body=world.body, by=world.committee, now=COUNTED_AT)

    assert post(world.wei, world, "close-decision").status_code == 302
    assert Letter.objects.count() == 3
