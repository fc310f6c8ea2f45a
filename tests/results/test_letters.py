"""Letters: word for word what was confirmed, after the decision only, to the addressee only (R86, R87)."""

import pytest
from django.urls import reverse

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.meetings.models import Comment
from shuping.results import actions
from shuping.results.models import Letter
from tests.builders import client_for
from tests.results.worlds import COUNTED_AT, DIRECTION, RECOGNISED, compute, decide, issue, make_counted, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_counted()


def page(person, world, name, *arguments):
    return client_for(person).get(reverse(name, args=[world.cycle.pk, *arguments]))


def issue_again(world, by="wei"):
    return actions.issue_letters(world.cycle, by=world.people[by], now=COUNTED_AT)


def test_a_letter_is_never_issued_before_the_decision(world):
    compute(world)

    with pytest.raises(Refused, match="only after the committee has decided"):
        issue_again(world)
    refused = client_for(world.wei).post(reverse("issue-letters", args=[world.cycle.pk]))
    assert refused.status_code == 409
    assert Letter.objects.count() == 0


def test_a_letter_holds_the_confirmed_words_and_no_others(world):
    decide(world)

    content = Letter.objects.get(entry=world.entries[1]).content

    assert content["recognised"] == [RECOGNISED]
    assert content["problems"] == [problem("02", 1), problem("02", 2)]
    assert content["direction"] == [DIRECTION]
    assert content["grade"] == world.entries[1].grade.proposed


def test_the_words_of_several_stand_in_the_order_of_the_chair_first(world):
    Comment.objects.filter(by=world.commentator).update(state=Comment.State.CONFIRMED)

    decide(world)

    content = Letter.objects.get(entry=world.entries[0]).content
    assert content["recognised"] == [RECOGNISED, "Never confirmed"]
    assert content["direction"] == [DIRECTION, "Nor this"]


def test_an_entry_that_is_not_graded_gets_a_letter_without_a_grade(world):
    entry = world.entries[2]
    entry.not_graded_because = "new in office"
    entry.save()

    decide(world)

    assert Letter.objects.get(entry=entry).content["grade"] == ""


def test_letters_are_issued_once_and_each_is_an_act(world):
    decide(world)

    assert issue_again(world) == 3
    assert Act.objects.filter(verb="issue_letter").count() == 3
    assert set(Letter.objects.values_list("state", "issued_at")) == {("issued", COUNTED_AT)}
    with pytest.raises(Refused, match="issued already"):
        issue_again(world)


@pytest.mark.parametrize("name", ["lin", "auditor", "committee", "zhou"])
def test_only_the_secretariat_issues(world, name):
    decide(world)

    with pytest.raises(Refused, match="another role"):
        issue_again(world, by=name)


def test_the_page_issues(world):
    decide(world)

    answer = client_for(world.wei).post(reverse("issue-letters", args=[world.cycle.pk]), follow=True)

    assert "3 letters are issued." in answer.content.decode()


# who sees what


@pytest.mark.parametrize("prepare", [make_counted, lambda: compute(make_counted()), lambda: decide(make_counted())])
def test_a_reporter_sees_nothing_before_the_letter_is_issued(prepare):
    world = prepare()

    assert page(world.lin, world, "letter", "01").status_code == 404
    assert page(world.lin, world, "score", "01").status_code == 404
    assert page(world.lin, world, "letter-file", "01", "zh", "pdf").status_code == 404
    listed = page(world.lin, world, "letters").content.decode()
    results = page(world.lin, world, "results").content.decode()
    assert world.entries[0].unit_en not in listed.split("<h1>")[1]
    assert "There is nothing for you to see yet." in results


def test_a_reporter_sees_the_own_letter_and_score_and_no_other(world):
    issue(world)

    for name in ("letter", "score"):
        assert page(world.lin, world, name, "01").status_code == 200
        assert page(world.lin, world, name, "02").status_code == 404
    assert page(world.lin, world, "letter-file", "02", "zh", "docx").status_code == 404
    for name in ("letters", "results"):
        listed = page(world.lin, world, name).content.decode().split("<h1>")[1]
        assert world.entries[0].unit_en in listed
        assert world.entries[1].unit_en not in listed
        assert "<form" not in listed


@pytest.mark.parametrize("name", ["results-summary", "results-json", "counts-json"])
def test_a_reporter_finds_no_file_of_the_circle(world, name):
    issue(world)

    assert page(world.lin, world, name).status_code == 404
    assert page(world.zhou, world, name).status_code == 404
    assert page(world.auditor, world, name).status_code == 200


def test_a_reporter_finds_no_news_release(world):
    issue(world)

    assert page(world.lin, world, "news-release", "docx").status_code == 404


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("decide", ("01",)),
        ("decide-all", ()),
        ("close-decision", ()),
    ],
)
def test_a_reporter_cannot_post_what_the_committee_does(world, name, arguments):
    compute(world)

    answer = client_for(world.lin).post(reverse(name, args=[world.cycle.pk, *arguments]), {"grade": "good"})

    assert answer.status_code == 404


def test_somebody_from_another_county_finds_nothing(world):
    issue(world)

    for name, arguments in (("results", ()), ("letters", ()), ("score", ("01",)), ("letter", ("01",))):
        assert page(world.zhou, world, name, *arguments).status_code == 404


def test_a_letter_is_not_found_below_another_year(world):
    issue(world)
    elsewhere = make_counted()

    assert page(elsewhere.wei, elsewhere, "letter", "01").status_code == 404
    assert page(elsewhere.wei, world, "letter", "01").status_code == 404


def test_the_committee_sees_the_counts_in_the_working(world):
    issue(world)

    text = page(world.committee, world, "score", "01").content.decode()

    assert text.count("valid ballots") >= 3


def test_a_letter_shows_the_words_as_they_are(world):
    issue(world)

    text = page(world.lin, world, "letter", "01").content.decode()

    assert "&lt;report&gt; every quarter." in text
    assert "“流于形式”; 2 of 5 units &lt;none&gt;." in text
    assert "Never confirmed" not in text


# received


def received(person, world, number="01"):
    return client_for(person).post(reverse("mark-read", args=[world.cycle.pk, number]))


def test_the_addressee_confirms_once(world):
    issue(world)

    received(world.lin, world)
    first = Letter.objects.get(entry=world.entries[0]).read_at
    received(world.lin, world)

    assert first is not None
    assert Letter.objects.get(entry=world.entries[0]).read_at == first
    assert Act.objects.filter(verb="receive_letter").count() == 1


def test_nobody_confirms_for_another(world):
    issue(world)

    assert received(world.wei, world).status_code == 409
    assert received(world.lin, world, "02").status_code == 404
    assert Letter.objects.exclude(read_at=None).count() == 0
