"""The closing speech, the minutes and the papers of a meeting (R37, M12)."""

import io
from datetime import date

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from shuping.core.models import Act
from shuping.cycles import queries as cycles
from shuping.documents import kinds
from shuping.meetings import actions, commenting, minutes, queries
from shuping.meetings.models import Minutes, Passage, Speech
from shuping.rectification.models import Item
from tests.builders import client_for, make_cycle
from tests.documents.papers import pdf_text
from tests.meetings import halls
from tests.meetings.halls import STATEMENT, at, refused

pytestmark = pytest.mark.django_db
SPEECH = "The year was good.\nBranches come first.\nRoads second."


@pytest.fixture
def world():
    return make_cycle("reporting", entries=3, written=1)


@pytest.fixture
def meeting(world):
    return halls.open_meeting(world)


def speak(meeting, text=SPEECH, by=None):
    return commenting.write_speech(meeting, text=text, by=by or meeting.presiding, now=at(5000))


def mark(speech, text="Branches come first.", kind="priority", addressees=(), **more):
    given = {"theme": None, "due": None, "by": speech.by, "now": at(5100)} | more
    return commenting.mark_passage(speech, kind=kind, text=text, addressees=list(addressees), **given)


def finished(world):
    for place, entry in enumerate(world.entries):
        halls.hear(world, entry, f"Problem of {entry.number}", STATEMENT, seconds=450 + place)


def test_the_speech_is_written_and_marked_by_the_page(world, meeting):
    chair, theme = client_for(world.chair), cycles.themes(world.cycle)[0]
    chair.post(reverse("speech", args=[world.cycle.pk]), {"text": SPEECH.replace("\n", "\r\n")})
    assert f">{theme.name}</option>" in chair.get(reverse("speech", args=[world.cycle.pk])).content.decode()
    fields = {
        "kind": "priority",
        "text": "Branches come first.\r\nRoads second.",
        "theme": theme.code,
        "due": "2023-03-31",
        "addressees": ["01", "03"],
    }
    answer = chair.post(reverse("mark-passage", args=[world.cycle.pk]), fields, follow=True)

    assert "The passage is marked." in answer.content.decode()
    assert not Item.objects.exists()  # until the meeting is closed the mark can be mended
    finished(world)
    Item.objects.all().delete()
    halls.close(world)
    assert Speech.objects.get().text == SPEECH
    items = Item.objects.order_by("entry__number").values_list("entry__number", "kind", "statement", "theme", "due")
    expected = ("priority", "Branches come first.\nRoads second.", theme.pk, date(2023, 3, 31))
    assert list(items) == [("01", *expected), ("03", *expected)]
    assert Passage.objects.get().addressees.count() == 2


def test_what_is_stressed_becomes_no_task(meeting):
    mark(speak(meeting), kind="stressed")

    assert not Item.objects.exists()


def test_a_passage_has_to_stand_in_the_speech(meeting):
    assert refused(mark, speak(meeting), "Bridges come first.", kind="judgement") == "passage_unknown"
    assert not Passage.objects.exists()


def test_a_priority_needs_somebody_to_carry_it_out(meeting):
    assert refused(mark, speak(meeting)) == "no_addressee"
    assert not Passage.objects.exists()


def test_a_marked_passage_is_not_lost(world, meeting):
    mark(speak(meeting), kind="judgement", text="The year was good.")

    assert refused(speak, meeting, "The year was bad.") == "passage_lost"
    address = reverse("speech", args=[world.cycle.pk])
    answer = client_for(world.chair).post(address, {"text": "The year was bad."})
    assert "A marked passage would be lost: “The year was good.”." in answer.content.decode()
    assert speak(meeting, f"Comrades! {SPEECH}").text.startswith("Comrades!")


def test_the_clerk_writes_the_speech_for_the_presiding_officer(world, meeting):
    assert speak(meeting, by=world.clerk).by == world.chair
    act = Act.objects.get(verb="write_speech")
    assert (act.by, act.on_behalf_of) == (world.clerk, world.chair)
    assert refused(speak, meeting, by=world.commentator) == "not_for_others"


def test_nobody_reads_the_speech_before_it_was_held(world, meeting):
    finished(world)
    speak(meeting)
    address = reverse("speech", args=[world.cycle.pk])
    before = [client_for(one).get(address).status_code for one in (world.lin, world.teller, world.clerk, world.chair)]
    halls.close(world)

    assert before == [409, 409, 200, 200]
    assert "Branches come first." in client_for(world.lin).get(address).content.decode()


def test_a_passage_without_a_speech_is_refused(world, meeting):
    address = reverse("mark-passage", args=[world.cycle.pk])
    answer = client_for(world.chair).post(address, {"kind": "stressed", "text": "x"}, follow=True)

    assert "Choose a kind and copy the passage from the speech." in answer.content.decode()


def test_the_minutes_draft_themselves(world, meeting):
    entry = world.entries[0]
    finished(world)
    commenting.ask(meeting, entry, asker="Delegate", text="When?", answer="By May", by=world.clerk, now=at(0))
    commenting.undertake(meeting, entry, text="All by May", by=world.clerk, now=at(0))
    speak(meeting)
    halls.close(world)
    text = Minutes.objects.get().text

    assert text.startswith("Review meeting, Great hall, Dec. 29, 2022, 09:00. Presiding: Chair.\n")
    assert "Enlarged standing committee: 3 of 3 members present." in text
    assert f"{entry} reported from 09:00 (7 min 30 s)." in text
    assert f"{world.entries[1]} reported from 09:00 (7 min 31 s)." in text
    assert f"{world.entries[2]} reported in writing." in text
    for number in ("01", "02", "03"):
        assert f"Chair commented: Roads were built\n(1) Problem of {number}\n(2) {STATEMENT}\nKeep going" in text
    assert "Delegate asked: When?\nAnswer: By May" in text
    assert "Undertaking: All by May" in text
    assert f"Chair spoke: {SPEECH}" in text
    assert text.endswith("Closed at 11:00.")


def test_the_draft_says_who_has_not_reported(world):
    meeting = halls.open_meeting(world)
    halls.take(world, world.entries[0], "call")
    assert f"{world.entries[0]} has not reported." in minutes.draft(meeting)
    assert f"{world.entries[1]} has not reported." in minutes.draft(meeting)
    assert f"{world.entries[2]} reported in writing." in minutes.draft(meeting)


def test_what_is_not_confirmed_is_not_in_the_minutes(world, meeting):
    finished(world)
    halls.comment(world, world.entries[0], "Only drafted", speaker=world.observer)
    halls.close(world)

    assert "Only drafted" not in Minutes.objects.get().text


def test_the_minutes_are_drafted_in_the_language_of_who_closes(world, meeting):
    finished(world)
    with translation.override("zh-hans"):
        halls.close(world)
    text = Minutes.objects.get().text

    assert text.startswith("评议会议于2022年12月29日09:00在会堂召开，Chair（测试）主持会议。")
    assert "常委会（扩大）会议：应到3人，实到3人。" in text
    assert "09:00开始现场述职（用时7分30秒）。" in text


def test_the_draft_asks_the_database_as_often_for_three_entries_as_for_one(django_assert_num_queries):
    for entries in (1, 3):
        world = make_cycle("reporting", entries=entries)
        meeting = halls.open_meeting(world)
        finished(world)
        with django_assert_num_queries(11):
            assert minutes.draft(meeting).count("Problem of") == entries


def test_minutes_are_corrected_then_locked(world, meeting):
    finished(world)
    clerk, address = client_for(world.clerk), reverse("minutes", args=[world.cycle.pk])
    assert "The minutes draft themselves when the meeting is closed." in clerk.get(address).content.decode()
    clerk.post(reverse("close-meeting", args=[world.cycle.pk]))
    clerk.post(address, {"text": "Corrected"})
    answer = clerk.post(reverse("lock-minutes", args=[world.cycle.pk]), follow=True)

    assert "The minutes are locked." in answer.content.decode()
    meeting = queries.meeting_of(world.cycle)
    assert (meeting.minutes.text, meeting.minutes.locked_at is None) == ("Corrected", False)
    again = {"by": world.clerk, "now": at(0)}
    assert refused(actions.write_minutes, meeting, text="Otherwise", **again) == "minutes_locked"
    assert refused(actions.lock_minutes, meeting, **again) == "minutes_locked"
    assert 'id="form-minutes"' not in clerk.get(address).content.decode()


def test_who_reads_the_minutes(world, meeting):
    finished(world)
    halls.close(world)
    people = (world.wei, world.clerk, world.chair, world.committee, world.lin, world.teller, world.observer)
    found = [client_for(one).get(reverse("minutes", args=[world.cycle.pk])).status_code for one in people]

    assert found == [200, 200, 200, 200, 409, 409, 409]
    meeting = queries.meeting_of(world.cycle)
    assert refused(actions.write_minutes, meeting, text="x", by=world.chair, now=at(0)) == "not_your_role"


def paper_text(code, world, language, form):
    if form == "pdf":
        return pdf_text(kinds.kind(code).build(world.cycle, language=language))
    body = kinds.render(code, world.cycle, language=language, format=form).body
    paper = docx.Document(io.BytesIO(body))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


@pytest.mark.parametrize("form", ["docx", "pdf"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_agenda_and_minutes_name_every_unit(world, meeting, language, form):
    finished(world)
    with translation.override("zh-hans" if language == "zh" else "en"):
        halls.close(world)
    units = [entry.unit_zh if language == "zh" else entry.unit_en for entry in world.entries]

    for code, word in (
        ("agenda", {"zh": "会议议程", "en": "Agenda"}),
        ("minutes", {"zh": "会议记录", "en": "Minutes"}),
    ):
        text = "".join(paper_text(code, world, language, form).split())
        assert word[language] in text
        assert [unit for unit in units if unit.replace(" ", "") not in text] == []


@pytest.mark.parametrize(("language", "office"), [("zh", "委员"), ("en", "Member")])
def test_the_sign_in_sheet_has_everybody(world, language, office):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, halls.place("王一", "A", "是"), halls.place("李二", "B", "是"))
    actions.check_in(meeting, present={meeting.attendance.first().pk}, by=world.clerk, now=at(0))
    body = kinds.render("sign_in_sheet", world.cycle, language=language, format="xlsx").body
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(min_row=2, values_only=True))
    names = ["王一", "李二"] if language == "zh" else ["王一 in English", "李二 in English"]

    assert [row[:4] for row in rows] == [(1, names[0], office, "A"), (2, names[1], office, "B")]
    assert [bool(row[4]) for row in rows] == [True, False]


@pytest.mark.parametrize("code", ["agenda", "minutes"])
def test_papers_before_the_meeting_is_set_up(world, code):
    assert "The meeting is not set up yet." in paper_text(code, world, "en", "docx")


def test_the_minutes_on_paper_before_the_closing_tell_what_is_on_record(world, meeting):
    halls.hear(world, world.entries[0], STATEMENT)

    assert STATEMENT.splitlines()[0] in paper_text("minutes", world, "en", "docx")
