"""States of a comment, private notes, phrases, questions, requests, the speech mended, good practice (R32-R38, R89)."""

import re
from datetime import date

import pytest
from django.urls import reverse

from shuping.core.models import Act
from shuping.cycles import actions as years
from shuping.cycles import queries as cycles
from shuping.documents import kinds
from shuping.meetings import (
    actions,
    commenting,
    notes,
    phrases,
    queries,
    questions,
    requesting,
    word_queries,
)
from shuping.meetings.models import Comment, Minutes, Passage, Phrase, PrivateNote, Question
from shuping.rectification.models import Item
from tests.builders import client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import STATEMENT, at, comment, refused, take
from tests.meetings.test_closing import SPEECH, finished, mark, speak

pytestmark = pytest.mark.django_db
SECRET = "Watch the accounts of this one"


@pytest.fixture
def world():
    return make_cycle("reporting", entries=2, written=1)


def address(world, name, *more, number="01"):
    return reverse(name, args=[world.cycle.pk, number, *more])


def read(person, world, number="01"):
    return client_for(person).get(address(world, "dossier", number=number)).content.decode()


def by(person, seconds=700):
    return {"by": person, "now": at(seconds)}


# A comment's way


def test_a_comment_goes_from_draft_to_cleared_to_spoken_to_confirmed_by_the_pages(world):
    meeting, entry = halls.make_meeting(world), world.entries[0]
    said = comment(world, entry, STATEMENT, by=world.clerk)
    wei, clerk = client_for(world.wei), client_for(world.clerk)
    states = [said.state]
    assert f"form-clear-comment-{said.pk}" in read(world.wei, world)
    wei.post(address(world, "clear-comment", said.pk))
    states.append(Comment.objects.get().state)
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    actions.open_meeting(meeting, by=world.clerk, now=at(0))
    take(world, entry, "call", "start", "end")
    assert f"form-confirm-comment-{said.pk}" not in read(world.clerk, world)
    clerk.post(address(world, "say-comment", said.pk))
    states.append(Comment.objects.get().state)
    assert not Item.objects.exists()
    clerk.post(address(world, "confirm-comment", said.pk))
    states.append(Comment.objects.get().state)

    assert states == ["draft", "cleared", "spoken", "confirmed"]
    assert Item.objects.get().statement == STATEMENT
    assert [one.state for one in said.wordings.all()] == ["draft", "cleared", "spoken"]


def test_nobody_releases_the_own_draft(world):
    halls.make_meeting(world)
    said = comment(world, world.entries[0], by=world.wei)

    assert refused(commenting.clear_comment, said, **by(world.wei)) == "own_draft"
    assert refused(commenting.clear_comment, said, **by(world.clerk)) == "not_your_role"
    assert commenting.clear_comment(said, **by(world.chair)).state == "cleared"
    assert refused(commenting.clear_comment, said, **by(world.chair)) == "not_a_draft"


def test_a_released_comment_that_is_changed_is_a_draft_again(world):
    halls.make_meeting(world)
    commenting.clear_comment(comment(world, world.entries[0]), **by(world.wei))

    assert comment(world, world.entries[0], "Otherwise").state == "draft"


def test_what_was_only_prepared_is_not_confirmed(world):
    meeting, entry = halls.make_meeting(world), world.entries[0]
    said = comment(world, entry, STATEMENT)
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    actions.open_meeting(meeting, by=world.clerk, now=at(0))
    assert refused(commenting.say_comment, said, **by(world.chair)) == "not_reported_yet"
    take(world, entry, "call", "start", "end")

    assert refused(commenting.confirm_comment, said, **by(world.chair)) == "not_spoken"
    assert "First what was really said is put on record" in read(world.chair, world)
    assert not Item.objects.exists()


def test_what_was_said_otherwise_stands_beside_what_was_prepared(world):
    meeting, entry = halls.make_meeting(world), world.entries[0]
    comment(world, entry, "Prepared so")
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    actions.open_meeting(meeting, by=world.clerk, now=at(0))
    take(world, entry, "call", "start", "end")
    said = comment(world, entry, "Said otherwise", by=world.clerk)
    commenting.confirm_comment(said, **by(world.clerk))

    page = read(world.chair, world)
    assert "As it was prepared" in page
    assert "Prepared so" in page
    assert "Prepared so" not in read(world.lin, world)


def test_items_in_draft_are_not_seen_by_the_unit(world):
    halls.open_meeting(world)
    take(world, world.entries[0], "call", "start", "end")
    comment(world, world.entries[0], STATEMENT)
    listing = reverse("words", args=[world.cycle.pk])

    assert "三会一课" in client_for(world.clerk).get(listing).content.decode()
    assert client_for(world.lin).get(listing).status_code == 409
    assert "三会一课" not in read(world.lin, world)
    assert not Item.objects.exists()


@pytest.mark.parametrize("entries", [1, 3])
def test_the_list_of_words_asks_the_database_as_often_for_three_entries_as_for_one(entries, django_assert_num_queries):
    world = make_cycle("reporting", entries=entries)
    halls.open_meeting(world)
    finished(world)
    clerk = client_for(world.clerk)
    with django_assert_num_queries(12):
        page = clerk.get(reverse("words", args=[world.cycle.pk])).content.decode()

    assert f"{entries} of {entries} units have a confirmed comment." in page


# Notes


def test_a_private_note_is_read_by_nobody_else_and_by_no_paper(world):
    halls.open_meeting(world)
    finished(world)
    client_for(world.chair).post(address(world, "keep-note"), {"text": SECRET})

    assert SECRET in read(world.chair, world)
    for person in (world.wei, world.clerk, world.commentator, world.committee, world.observer, world.lin):
        assert SECRET not in read(person, world)
    papers = [kind for kind in kinds.all_kinds() if kind.of_cycle and kind.code != "news_release"]
    assert not [kind.code for kind in papers if SECRET in repr(kind.build(world.cycle, language="en"))]
    assert SECRET not in "".join(str(act.details) for act in Act.objects.all())
    assert refused(notes.keep_note, queries.meeting_of(world.cycle), world.entries[0], text="x", **by(world.lin))


def test_private_notes_are_deleted_when_the_year_is_finished_and_by_an_empty_text(world):
    meeting, entry = halls.open_meeting(world), world.entries[0]
    notes.keep_note(meeting, entry, text=SECRET, **by(world.chair))
    notes.keep_note(meeting, entry, text=SECRET, **by(world.commentator))
    notes.keep_note(meeting, entry, text="", **by(world.commentator))
    assert list(PrivateNote.objects.values_list("by", flat=True)) == [world.chair.pk]
    years.advance(world.cycle, "finished", **by(world.wei))

    assert not PrivateNote.objects.exists()
    late = queries.meeting_of(world.cycle)
    assert refused(notes.keep_note, late, entry, text="x", **by(world.chair)) == "year_finished"


# Phrases


def test_a_phrase_is_put_into_the_form_by_one_click_and_nothing_is_kept(world):
    meeting, theme = halls.make_meeting(world), cycles.themes(world.cycle)[1]
    phrase = phrases.keep_phrase(meeting, part="problem", theme=theme.code, text="Done by halves", **by(world.clerk))
    fields = {"speaker": world.chair.pk, "recognised": "Roads", "problem_1": "No money", "insert": phrase.pk}
    page = client_for(world.chair).post(address(world, "phrase-in-comment"), fields).content.decode()

    assert "Done by halves</textarea>" in page
    assert "No money</textarea>" in page
    assert f'<option value="{theme.code}" selected>' in page
    assert not Comment.objects.exists()
    assert 'name="insert"' in read(world.chair, world)


def test_a_phrase_follows_what_stands_in_its_part_and_no_place_loses_nothing():
    kept = Phrase(part="direction", text="Keep going")
    assert phrases.inserted({"direction": "First"}, kept, 5)["direction"] == "First\nKeep going"
    full = {f"problem_{place}": "x" for place in (1, 2)}
    assert phrases.inserted(full, Phrase(part="problem", text="y"), 2) == full


def test_what_is_written_is_kept_as_a_phrase_for_the_years_to_come(world):
    halls.make_meeting(world)
    theme = cycles.themes(world.cycle)[0]
    fields = {"speaker": world.chair.pk, "problem_1": "Done  by\nhalves", "theme_1": theme.code, "keep": "problem_1"}
    chair = client_for(world.chair)
    for _time in range(2):
        chair.post(address(world, "phrase-in-comment"), fields)

    assert list(Phrase.objects.values_list("part", "theme", "text")) == [("problem", theme.code, "Done by halves")]
    following = make_cycle("reporting", entries=1, previous=world.cycle)
    assert [phrase.text for phrase in word_queries.phrases(following.cycle)] == ["Done by halves"]


def test_phrases_are_added_taken_out_and_refused_when_empty_or_too_long(world):
    meeting, clerk = halls.make_meeting(world), client_for(world.clerk)
    bank = reverse("phrases", args=[world.cycle.pk])
    clerk.post(bank, {"part": "direction", "theme": "", "text": "Keep going"})
    assert "Keep going" in clerk.get(bank).content.decode()
    clerk.post(reverse("drop-phrase", args=[world.cycle.pk, Phrase.objects.get().pk]))

    assert not Phrase.objects.exists()
    keep = phrases.keep_phrase
    assert refused(keep, meeting, part="problem", text=" ", **by(world.clerk)) == "phrase_empty"
    assert refused(keep, meeting, part="problem", text="x" * 601, **by(world.clerk)) == "phrase_long"
    assert refused(keep, meeting, part="problem", text="x", **by(world.teller)) == "not_your_role"
    assert client_for(world.lin).get(bank).status_code == 409


# Questions


def test_a_question_asked_beforehand_is_seen_by_the_unit_only_when_it_is_announced(world):
    halls.make_meeting(world)
    commentator = client_for(world.commentator)
    commentator.post(address(world, "ask"), {"asker": "Commentator", "text": "Why so late?"})
    commentator.post(address(world, "ask"), {"asker": "Commentator", "text": "Who pays?", "announced": "on"})

    assert list(Question.objects.values_list("beforehand", "announced")) == [(True, False), (True, True)]
    assert "Why so late?" in read(world.clerk, world)
    page = read(world.lin, world)
    assert "Who pays?" in page
    assert "Why so late?" not in page
    meeting = queries.meeting_of(world.cycle)
    asked = {"asker": "Me", "text": "?"}
    assert refused(commenting.ask, meeting, world.entries[0], **asked, **by(world.lin)) == "not_your_role"


def test_the_desk_shows_what_was_asked_beforehand(world):
    meeting = halls.open_meeting(world)
    commenting.ask(meeting, world.entries[0], asker="Delegate", text="Why so late?", **by(world.commentator, 1))
    take(world, world.entries[0], "call")
    page = client_for(world.clerk).get(reverse("desk", args=[world.cycle.pk])).content.decode()

    assert "Why so late?" in page
    assert "beforehand" in page


@pytest.fixture
def reported(world):
    """The first entry has just reported."""
    meeting = halls.open_meeting(world)
    take(world, world.entries[0], "call", "start", "end")
    return meeting


def test_a_question_is_followed_up_answered_and_made_a_ledger_item(world, reported):
    entry, clerk = world.entries[0], client_for(world.clerk)
    first = commenting.ask(reported, entry, asker="Delegate", text="When?", **by(world.clerk))
    commenting.ask(reported, entry, asker="Chair", text="How?", **by(world.clerk))
    clerk.post(address(world, "ask"), {"asker": "Delegate", "text": "And by whom?", "parent": first.pk})
    clerk.post(address(world, "answer-question", first.pk), {"answer": "By May"})
    for _time in range(2):
        clerk.post(address(world, "follow-question", first.pk))

    asked = word_queries.questions_for(world.clerk, entry, reported=True)
    assert [(one.text, one.depth) for one in asked] == [("When?", 0), ("And by whom?", 1), ("How?", 0)]
    item = Item.objects.get()
    assert (item.statement, item.source, item.source_text) == ("When?", f"question:{first.pk}", "Delegate")
    page = read(world.lin, world)
    assert "By May" in page
    assert "in the ledger" in page


def test_a_follow_up_belongs_to_the_same_unit_and_an_answer_to_who_leads_or_reports(world, reported):
    first, other = world.entries
    asked = commenting.ask(reported, first, asker="Delegate", text="When?", **by(world.clerk))
    wrong = {"asker": "x", "text": "y", "parent": asked}

    assert refused(commenting.ask, reported, other, **wrong, **by(world.clerk)) == "other_question"
    assert refused(questions.answer_question, reported, asked, answer="x", **by(world.teller)) == "not_for_others"
    assert refused(questions.follow_question, reported, asked, **by(world.lin)) == "not_your_role"
    assert questions.answer_question(reported, asked, answer="By May", **by(world.lin)).answered


# Undertaking, reply, requests


def test_the_undertaking_is_kept_with_its_dates_and_the_reply_changes_nothing(world, reported):
    lin = client_for(world.lin)
    assert refused(commenting.reply, reported, world.entries[0], text="x", **by(world.lin)) == "nothing_to_reply"
    commenting.confirm_comment(comment(world, world.entries[0], STATEMENT), **by(world.chair))
    lin.post(address(world, "undertake"), {"text": "All by May", "due": "2023-05-01"})
    lin.post(address(world, "reply"), {"text": "We accept this"})

    undertaking = world.entries[0].undertaking
    assert (undertaking.text, undertaking.due) == ("All by May", date(2023, 5, 1))
    page = read(world.chair, world)
    assert "We accept this" in page
    assert "by 2023-05-01" in page
    assert Comment.objects.get().state == "confirmed"
    faulty = lin.post(address(world, "undertake"), {"text": "x", "due": "soon"}, follow=True).content.decode()
    assert "By: Enter a valid date." in faulty


def test_requests_are_written_down_and_taken_off_by_who_leads(world, reported):
    entry, clerk = world.entries[0], client_for(world.clerk)
    clerk.post(address(world, "request"), {"kind": "data", "text": "Figures of 2022", "due": "2023-01-15"})
    clerk.post(address(world, "request"), {"kind": "request", "text": "By mistake"})
    clerk.post(address(world, "withdraw-request", entry.requests.get(text="By mistake").pk))

    assert [(one.kind, one.text) for one in entry.requests.all()] == [("data", "Figures of 2022")]
    given = {"text": "x", "due": None}
    assert refused(requesting.request, reported, entry, kind="gift", **given, **by(world.clerk)) == "kind_unknown"
    assert refused(requesting.request, reported, entry, kind="data", **given, **by(world.chair)) == "not_your_role"


# Good practice


def test_good_practice_is_taken_from_a_confirmed_comment_into_the_circular_and_out_again(world, reported):
    said = comment(world, world.entries[0], STATEMENT, recognised="Doors stand open")
    assert refused(requesting.tell_practice, said, text="x", **by(world.wei)) == "nothing_recognised"
    commenting.confirm_comment(said, **by(world.chair))
    wei, where = client_for(world.wei), address(world, "practice", said.pk)
    assert "Doors stand open</textarea>" in read(world.wei, world)
    wei.post(where, {"text": "Open doors for everybody"})
    told = repr(kinds.kind("circular").build(world.cycle, language="en"))
    wei.post(where, {"drop": "1", "text": "Open doors for everybody"})

    assert "Open doors for everybody" in told
    assert world.entries[0].unit_en in told
    assert "三会一课" not in told
    assert "Open doors" not in repr(kinds.kind("circular").build(world.cycle, language="en"))
    assert client_for(world.clerk).post(where, {"text": "x"}).status_code == 409


# The speech


def test_a_mark_is_taken_off_and_set_anew_until_the_meeting_is_closed(world):
    meeting = halls.open_meeting(world)
    finished(world)
    passage = mark(speak(meeting), addressees=world.entries)
    chair = client_for(world.chair)
    chair.post(reverse("unmark-passage", args=[world.cycle.pk, passage.pk]))
    assert not Passage.objects.exists()
    mark(meeting.speech, text="Roads second.", addressees=world.entries[:1])
    Item.objects.all().delete()
    halls.close(world)

    assert list(Item.objects.values_list("statement", "kind")) == [("Roads second.", "priority")]
    late = Passage.objects.get()
    assert refused(commenting.unmark_passage, late, **by(world.chair)) == "speech_held"
    assert Item.objects.count() == 1


def test_the_page_says_what_the_marks_still_lack(world):
    meeting = halls.open_meeting(world)
    speech = speak(meeting)
    page = client_for(world.chair).get(reverse("speech", args=[world.cycle.pk])).content.decode()
    assert "No passage is marked as the judgement of the year." in page
    theme = cycles.themes(world.cycle)[0]
    mark(speech, addressees=world.entries)
    assert "A priority has no theme or no date: “Branches come first.”." in word_queries.missing_marks(
        list(speech.passages.all())
    )
    speech.passages.all().delete()
    mark(speech, addressees=world.entries, theme=theme, due=date(2023, 3, 1))
    mark(speech, text="The year was good.", kind="judgement")
    mark(speech, text="Roads second.", kind="stressed")

    page = client_for(world.chair).get(reverse("speech", args=[world.cycle.pk])).content.decode()
    assert "The marks are complete." in page
    assert '<mark class="priority">Branches come first.</mark>' in page


def test_marks_may_overlap_and_no_letter_is_lost():
    found = word_queries.segments(
        "abcdef", [Passage(text="bcd", kind="priority"), Passage(text="cde", kind="stressed")]
    )

    assert [(one.text, one.kinds) for one in found] == [
        ("a", ()),
        ("b", ("priority",)),
        ("cd", ("priority", "stressed")),
        ("e", ("stressed",)),
        ("f", ()),
    ]
    assert word_queries.segments("", []) == []


def test_a_faulty_mark_keeps_what_was_typed(world):
    speak(halls.open_meeting(world))
    sent = {"kind": "priority", "text": "Branches come first.", "due": "soon"}
    answer = client_for(world.chair).post(reverse("mark-passage", args=[world.cycle.pk]), sent)

    assert answer.status_code == 400
    assert "Enter a valid date." in answer.content.decode()
    assert "Branches come first.</textarea>" in answer.content.decode()


# Minutes


def test_the_minutes_show_what_was_changed_in_the_draft_even_when_locked(world):
    halls.open_meeting(world)
    finished(world)
    speak(queries.meeting_of(world.cycle), SPEECH)
    halls.close(world)
    clerk, where = client_for(world.clerk), reverse("minutes", args=[world.cycle.pk])
    assert 'id="changes"' not in clerk.get(where).content.decode()
    text = Minutes.objects.get().text.replace("Closed at 11:00.", "Closed at noon.")
    clerk.post(where, {"text": text})
    clerk.post(reverse("lock-minutes", args=[world.cycle.pk]))

    page = clerk.get(where).content.decode()
    assert "<del>Closed at 11:00.</del>" in page
    assert "<ins>Closed at noon.</ins>" in page
    assert "The minutes are locked." in page


def test_several_people_comment_and_the_presiding_officer_comes_first(world):
    meeting = halls.open_meeting(world)
    entry = take(world, world.entries[0], "call", "start", "end").entry
    for speaker, statement in ((world.commentator, "Said second"), (world.observer, "Said third"), (world.chair, "S")):
        values = {"recognised": "", "problems": [commenting.Named(statement)], "direction": ""}
        written = commenting.write_comment(meeting, entry, speaker, **values, **by(speaker))
        commenting.confirm_comment(written, **by(speaker, 800))

    found = list(queries.comments_for(world.wei, entry))
    assert [(one.by, one.presiding) for one in found] == [
        (world.chair, True),
        (world.commentator, False),
        (world.observer, False),
    ]
    assert sorted(Item.objects.values_list("statement", flat=True)) == ["S", "Said second", "Said third"]
    page = read(world.lin, world)
    assert page.index("Said second") < page.index("Said third")


@pytest.mark.parametrize(("name", "more"), [("dossier", ["01"]), ("speech", [])])
def test_every_field_of_a_page_has_an_id_of_its_own(world, name, more):
    meeting = halls.open_meeting(world)
    take(world, world.entries[0], "call", "start", "end")
    speak(meeting)

    page = client_for(world.clerk).get(reverse(name, args=[world.cycle.pk, *more])).content.decode()

    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) > 12
    assert [one for one in set(ids) if ids.count(one) > 1] == []
