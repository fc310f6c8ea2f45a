"""What is said on a report: comments in three parts, questions, undertakings (R32-R36, M6)."""

import pytest
from django.urls import reverse

from shuping.core.models import Act
from shuping.cycles import queries as cycles
from shuping.meetings import actions, commenting, queries
from shuping.meetings.models import Comment, Problem, Question, Undertaking
from shuping.rectification.models import Item
from tests.builders import client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import STATEMENT, at, comment, refused, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting", entries=2, written=1)


@pytest.fixture
def entry(world):
    """An entry that has just reported."""
    halls.open_meeting(world)
    take(world, world.entries[0], "call", "start", "end")
    return world.entries[0]


def confirm(said, by):
    return commenting.confirm_comment(said, by=by, now=at(700))


def test_three_parts_are_kept_by_the_page(world, entry):
    theme = cycles.themes(world.cycle)[1]
    fields = {
        "speaker": world.chair.pk,
        "recognised": "Roads",
        "problem_1": STATEMENT,
        "theme_1": theme.code,
        "problem_3": "No money",
        "direction": "Go on",
    }
    chair, address = client_for(world.chair), reverse("dossier", args=[world.cycle.pk, "01"])
    assert 'id="form-comment"' in chair.get(address).content.decode()
    chair.post(reverse("write-comment", args=[world.cycle.pk, "01"]), fields)

    said = Comment.objects.get(entry=entry)
    assert (said.by, said.presiding, said.recognised, said.direction) == (world.chair, True, "Roads", "Go on")
    assert said.state == "spoken"
    named = list(said.problems.values_list("position", "statement", "theme__code"))
    assert named == [(1, STATEMENT, theme.code), (2, "No money", None)]
    page = chair.get(address).content.decode()
    assert f'id="form-confirm-comment-{said.pk}"' in page


def test_the_speaker_writes_for_themselves(world, entry):
    comment(world, entry)

    act = Act.objects.get(verb="write_comment")
    assert (act.by, act.on_behalf_of) == (world.chair, None)


def test_the_clerk_writes_and_confirms_for_the_speaker_and_it_says_so(world, entry):
    clerk = client_for(world.clerk)
    fields = {"speaker": world.commentator.pk, "recognised": "Bridges"}
    clerk.post(reverse("write-comment", args=[world.cycle.pk, "01"]), fields)
    said = Comment.objects.get()
    clerk.post(reverse("confirm-comment", args=[world.cycle.pk, "01", said.pk]))

    assert (said.by, said.presiding) == (world.commentator, False)
    acts = Act.objects.filter(verb__in=("write_comment", "confirm_comment")).values_list("by", "on_behalf_of")
    assert list(acts) == [(world.clerk.pk, world.commentator.pk)] * 2


def test_a_speaker_who_is_not_named_is_never_guessed(world, entry):
    fields = {"speaker": world.lin.pk, "recognised": "Bridges"}
    answer = client_for(world.clerk).post(reverse("write-comment", args=[world.cycle.pk, "01"]), fields)

    assert answer.status_code == 409
    assert not Comment.objects.exists()


def test_the_observer_may_comment_a_teller_may_not(world, entry):
    assert comment(world, entry, speaker=world.observer).state == "spoken"
    for somebody in (world.teller, world.lin, world.clerk, world.committee):
        assert refused(comment, world, entry, speaker=somebody) == "no_commentator"


def test_nobody_but_the_clerk_writes_for_others(world, entry):
    for somebody in (world.commentator, world.teller, world.lin):
        assert refused(comment, world, entry, by=somebody) == "not_for_others"


def test_a_comment_is_prepared_beforehand_and_confirmed_after_the_report(world):
    halls.make_meeting(world)
    said = comment(world, world.entries[0], STATEMENT)

    assert said.state == "draft"
    assert refused(confirm, said, world.chair) == "not_reported_yet"
    page = client_for(world.chair).get(reverse("dossier", args=[world.cycle.pk, "01"])).content.decode()
    assert "has not reported yet: this comes after the report." in page
    assert "form-confirm-comment" not in page


def test_writing_again_replaces_what_was_written(world, entry):
    comment(world, entry, "First", "Second")
    said = comment(world, entry, "Third")

    assert Comment.objects.get() == said
    assert [problem.statement for problem in Problem.objects.all()] == ["Third"]


def test_the_form_shows_what_is_kept(world, entry):
    comment(world, entry, "Roads are bad", speaker=world.commentator)
    page = client_for(world.clerk).get(
        reverse("dossier", args=[world.cycle.pk, "01"]), {"speaker": world.commentator.pk}
    )

    assert "Roads are bad</textarea>" in page.content.decode()
    assert "Change the comment by Commentator" in page.content.decode()


def test_each_confirmed_problem_is_one_item_word_for_word(world, entry):
    said = confirm(comment(world, entry, STATEMENT, "No money"), world.chair)

    first, second = Item.objects.order_by("number")
    problem = said.problems.first()
    assert (first.statement, second.statement) == (STATEMENT, "No money")
    assert (first.source, first.kind, first.entry, first.theme) == (
        f"problem:{problem.pk}",
        "problem",
        entry,
        problem.theme,
    )
    assert first.source_text == world.chair.both


def test_confirming_twice_makes_no_second_item(world, entry):
    said = comment(world, entry, STATEMENT)
    confirm(said, world.chair)

    assert refused(confirm, said, world.chair) == "comment_confirmed"
    assert Item.objects.count() == 1


def test_a_confirmed_comment_no_longer_changes(world, entry):
    confirm(comment(world, entry, STATEMENT), world.clerk)

    assert refused(comment, world, entry, "Milder") == "comment_confirmed"
    assert Problem.objects.get().statement == STATEMENT
    page = client_for(world.chair).get(reverse("dossier", args=[world.cycle.pk, "01"])).content.decode()
    assert 'id="form-comment"' not in page


def test_an_empty_comment_is_not_confirmed(world, entry):
    said = comment(world, entry, recognised="", direction="")

    assert refused(confirm, said, world.chair) == "comment_empty"
    assert Comment.objects.get().state == "spoken"


def test_somebody_else_s_comment_is_not_confirmed(world, entry):
    said = comment(world, entry)

    assert refused(confirm, said, world.commentator) == "not_for_others"


def test_a_written_report_is_commented_on_too(world):
    halls.open_meeting(world)
    halls.hear(world, world.entries[1], STATEMENT)

    assert Item.objects.get().entry == world.entries[1]


def test_a_reporter_reads_confirmed_comments_in_the_own_file_only(world, entry):
    comment(world, entry, recognised="Only drafted", speaker=world.commentator)
    confirm(comment(world, entry, recognised="Said and confirmed"), world.chair)
    lin = client_for(world.lin)
    page = lin.get(reverse("dossier", args=[world.cycle.pk, "01"])).content.decode()

    assert "Said and confirmed" in page
    assert "Only drafted" not in page
    assert 'id="form-comment"' not in page
    assert lin.get(reverse("dossier", args=[world.cycle.pk, "02"])).status_code == 404
    assert (
        reverse("dossier", args=[world.cycle.pk, "02"])
        not in lin.get(reverse("meeting", args=[world.cycle.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("somebody", "reads"), [("teller", False), ("ada", False), ("committee", True), ("observer", True), ("clerk", True)]
)
def test_who_reads_what_is_not_confirmed_yet(world, entry, somebody, reads):
    comment(world, entry, recognised="Only drafted")
    person = getattr(world, somebody)

    assert len(queries.comments_for(person, entry)) == int(reads)


def test_a_comment_is_not_found_below_another_entry(world, entry):
    said = comment(world, entry)
    address = reverse("confirm-comment", args=[world.cycle.pk, "02", said.pk])

    assert client_for(world.clerk).post(address).status_code == 404


def test_questions_from_the_floor(world, entry):
    clerk, address = client_for(world.clerk), reverse("ask", args=[world.cycle.pk, "01"])
    clerk.post(address, {"asker": "Delegate", "text": "When?", "answer": ""})
    clerk.post(address, {"asker": "Chair", "text": "How?", "answer": "Slowly"})
    answer = clerk.post(address, {"asker": "", "text": "Why?"}, follow=True)

    assert list(Question.objects.values_list("asker", "answered")) == [("Delegate", False), ("Chair", True)]
    assert "Asked by (role): This field is required." in answer.content.decode()
    assert client_for(world.lin).post(address, {"asker": "Me", "text": "?"}).status_code == 409


def test_the_reporter_undertakes_after_the_report(world, entry):
    lin, address = client_for(world.lin), reverse("undertake", args=[world.cycle.pk, "01"])
    assert 'id="form-undertaking"' in lin.get(reverse("dossier", args=[world.cycle.pk, "01"])).content.decode()
    lin.post(address, {"text": "All by June"})
    lin.post(address, {"text": "All by May"})
    answer = lin.post(address, {"text": " "}, follow=True)

    assert Undertaking.objects.get().text == "All by May"
    assert "What the reporter undertakes: This field is required." in answer.content.decode()


def test_the_clerk_writes_an_undertaking_down_a_teller_does_not(world, entry):
    meeting = queries.meeting_of(world.cycle)
    given = {"text": "All by May", "now": at(0)}

    assert refused(commenting.undertake, meeting, entry, by=world.teller, **given) == "not_for_others"
    assert refused(commenting.undertake, meeting, world.entries[1], by=world.clerk, **given) == "not_reported_yet"
    commenting.undertake(meeting, entry, by=world.clerk, **given)
    act = Act.objects.get(verb="undertake")
    assert (act.by, act.on_behalf_of) == (world.clerk, world.lin)


def test_closing_waits_for_every_turn_and_a_comment_on_each(world):
    meeting = halls.open_meeting(world)
    oral, written = world.entries
    assert refused(halls.close, world) == "turns_left"
    take(world, written, "call", "finish")
    assert refused(halls.close, world) == "turns_left"
    take(world, oral, "call", "start", "end", "finish")
    confirm(comment(world, oral), world.chair)
    assert refused(halls.close, world) == "comment_missing"
    said = comment(world, written)
    assert refused(halls.close, world) == "comment_missing"
    confirm(said, world.chair)
    assert refused(actions.close_meeting, meeting, by=world.chair, now=at(0)) == "not_your_role"

    assert halls.close(world).state == "closed"
    assert refused(halls.close, world) == "not_in_session"
