"""Outline, memo, circular, the pack for the day on which nothing works: what is on them, every glyph, what changed."""

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse

from shuping.documents import kinds
from shuping.meetings import commenting, packs, requesting
from shuping.meetings.models import PrintedPack
from tests.builders import client_for, made, make_cycle
from tests.documents.papers import pdf_text
from tests.meetings import halls
from tests.meetings.halls import STATEMENT, at, comment, refused
from tests.meetings.test_closing import finished, mark, speak

pytestmark = pytest.mark.django_db
RARE = "龘镕—“引号”"


@pytest.fixture
def world():
    return make_cycle("reporting", entries=2, written=1)


def by(person, seconds=700):
    return {"by": person, "now": at(seconds)}


def printed(code, world, language="en"):
    return pdf_text(kinds.kind(code).build(world.cycle, language=language))


def flat(text):
    return "".join(text.split())


@pytest.mark.parametrize(("language", "title"), [("en", "Outlineofthecomments"), ("zh", "点评提纲")])
def test_the_outline_has_what_is_released_and_names_what_is_not(world, language, title):
    meeting = halls.make_meeting(world)
    first, second = world.entries
    commenting.clear_comment(comment(world, first, STATEMENT, recognised=RARE), **by(world.wei))
    comment(world, second, "Not released yet")
    commenting.ask(meeting, first, asker="Delegate", text="Why so late?", **by(world.commentator))
    text = flat(printed("comment_outline", world, language))

    for word in (title, RARE, flat("Keep going"), "三会一课", flat("Why so late?")):
        assert word in text
    assert flat("Not released yet") not in text
    assert kinds.kind("comment_outline").audience == ("secretariat", "chair", "commentator")


@pytest.mark.parametrize(("language", "none"), [("en", "None."), ("zh", "无")])
def test_the_memo_lists_what_is_left_to_be_done(world, language, none):
    meeting, (entry, other) = halls.open_meeting(world), world.entries
    finished(world)
    empty = flat(printed("memo", world, language))
    commenting.undertake(meeting, entry, text=f"All by May {RARE}", due=date(2023, 5, 1), **by(world.clerk))
    for kind, text in (("request", "Send a plan"), ("data", "Figures of 2022")):
        requesting.request(meeting, other, kind=kind, text=text, due=date(2023, 1, 15), **by(world.clerk))
    commenting.ask(meeting, entry, asker="Delegate", text="Who pays?", **by(world.clerk))
    mark(speak(meeting), addressees=[other], due=date(2023, 3, 1))
    text = flat(printed("memo", world, language))

    assert none in empty
    for word in ("All by May" + RARE, "2023-05-01", "Send a plan", "Figures of 2022", "2023-01-15", "Who pays?"):
        assert flat(word) in text
    assert flat("Branches come first.") in text


@pytest.mark.parametrize("code", ["comment_outline", "memo", "fallback"])
def test_papers_before_the_meeting_is_set_up(world, code):
    assert "The meeting is not set up yet." in printed(code, world)


@pytest.mark.parametrize(("language", "word"), [("en", "Whennothingworks"), ("zh", "设备全部失灵时")])
def test_the_fallback_paper_has_order_people_and_how_many_ballots(world, language, word):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, *[halls.place(f"王{place}", "A", "是") for place in range(20)])
    text = flat(printed("fallback", world, language))

    assert word in text
    assert {"en": "A:23papers", "zh": "A票：23张"}[language] in text
    assert flat(world.entries[1].unit_zh if language == "zh" else world.entries[1].unit_en) in text
    assert "王19" in text


def test_the_pack_is_one_download_and_the_page_says_what_changed_since(world):
    meeting = halls.make_meeting(world)
    wei, where = client_for(world.wei), reverse("pack", args=[world.cycle.pk])
    assert "It was never printed in this language." in wei.get(where).content.decode()
    answer = made(wei, wei.post(where))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))

    assert answer["Content-Type"] == "application/zip"
    assert len(archive.namelist()) == len(packs.PAPERS)
    assert all(archive.read(name)[:4] in {b"%PDF", b"PK\x03\x04"} for name in archive.namelist())
    page = wei.get(where).content.decode()
    assert "Nothing has changed since." in page
    assert "form-pack-changed" not in page

    halls.send_roster(meeting, world, halls.place("王一", "A", "是"))
    states = {sheet.code: sheet.state for sheet in packs.sheets(world.wei, meeting)}
    assert {code for code, state in states.items() if state == "changed"} == {
        "fallback",
        "host_script",
        "sign_in_sheet",
    }
    assert "3 papers have changed since." in wei.get(where).content.decode()
    again = zipfile.ZipFile(io.BytesIO(made(wei, wei.post(where, {"changed": "1"})).content))
    assert len(again.namelist()) == 3
    assert "Nothing has changed since." in wei.get(where).content.decode()


def test_the_pack_is_for_who_leads_the_day_and_leaves_out_what_a_role_may_not_have(world):
    meeting = halls.make_meeting(world)

    assert refused(packs.print_pack, meeting, changed_only=False, **by(world.lin)) == "not_your_role"
    assert not PrintedPack.objects.exists()
    assert "tally_sheet" not in {sheet.code for sheet in packs.sheets(world.clerk, meeting)}
