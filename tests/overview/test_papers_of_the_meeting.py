"""Plan, notice, presiding officer's script and handbook: what they say, from an empty year to a meeting in session."""

from functools import lru_cache

import pytest
from fontTools.ttLib import TTFont

from shuping.cycles import actions as years
from shuping.cycles import queries as cycles
from shuping.documents import fonts, kinds
from shuping.meetings import actions, commenting, queries
from tests.builders import NOW, make_cycle
from tests.meetings.halls import make_meeting, workbook

pytestmark = pytest.mark.django_db
NEW = ("plan", "notice", "host_script", "handbook")
OF_THE_MEETING = ("notice", "host_script", "handbook")
SEATS = (
    ("院长", "Principal", "院长", "Principal", "A", "是", ""),
    ("处长", "Director", "处长", "Director", "B", "是", ""),
)


@lru_cache
def _characters(face):
    with TTFont(fonts.directory() / face, lazy=True) as font:
        return frozenset(font.getBestCmap())


@pytest.fixture
def world():
    made = make_cycle("meeting", entries=3, written=1)
    make_meeting(made, ">=4/5", "1/2")
    return made


def built(world, code, language="en"):
    return kinds.kind(code).build(world.cycle, language=language)


def words(world, code, language="en"):
    return built(world, code, language).texts()


def draft_comment(world):
    theme = cycles.themes(world.cycle)[0]
    commenting.write_comment(
        queries.meeting_of(world.cycle),
        world.entries[0],
        world.chair,
        recognised="Every unit was visited.",
        problems=[commenting.Named("Two branches did not meet.", theme)],
        direction="Let the branches meet.",
        by=world.clerk,
        now=NOW,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", NEW)
def test_every_character_is_in_every_face_and_both_formats_are_printed(world, code, language):
    wanted = {ord(character) for character in words(world, code, language).replace("\n", "")}

    assert {face: wanted - _characters(face) for face in fonts.FACES} == {face: set() for face in fonts.FACES}
    for extension, head in (("docx", b"PK"), ("pdf", b"%PDF-")):
        assert kinds.render(code, world.cycle, language=language, format=extension).body.startswith(head)


@pytest.mark.parametrize("code", OF_THE_MEETING)
def test_without_a_meeting_a_paper_says_so(code):
    world = make_cycle("reporting", entries=1)

    assert "The meeting is not set up yet." in words(world, code)


def test_the_plan_bears_its_version_and_both_fingerprints(world):
    text = "".join(words(world, "plan").split())

    assert world.cycle.versions.get().digest in text
    assert world.cycle.fingerprint in text


def test_a_draft_of_the_plan_says_that_it_is_one():
    text = words(make_cycle("draft", entries=1), "plan")

    assert "draft, not yet approved" in text
    assert "At approval" not in text


def test_the_plan_says_who_votes_with_which_weight_and_what_makes_a_quorum(world):
    text = words(world, "plan")

    assert "at least 4/5" in text
    assert "more than 1/2" in text
    assert "2 units report orally, at most 8 minutes each; 1 report in writing." in text
    assert "Problems and causes take at least 1/3 of it." in text
    assert "Good 100" in text


def test_a_duty_that_everybody_has_stands_once():
    world = make_cycle("reporting", entries=2)
    theme, other = cycles.themes(world.cycle)[:2]
    for one, text, entries in ((theme, "Visit", world.entries), (other, "Train", world.entries[1:])):
        years.assign_duty(world.cycle, theme=one, text=text, target="12 a year", entries=entries, by=world.wei, now=NOW)

    text = words(world, "plan")

    assert text.count("Visit12 a yearall units") == 1
    assert "Train12 a year02" in text
    assert "No duty is set under this theme." in text


def test_the_notice_carries_its_attachments_and_the_days_before_the_meeting(world):
    text = words(world, "notice")

    assert "Attachment 1: agenda" in text
    assert "Attachment 2: list of reporters" in text
    assert "Written report handed in" in text
    assert "Problems put right" not in text
    assert f"Questions go to: {world.wei.name_en}, {world.clerk.name_en}." in text


def test_the_script_leaves_blanks_until_somebody_is_checked_in(world):
    assert "has 3 members, ________ are present: the meeting has its quorum." in words(world, "host_script")


def test_the_script_says_whether_there_is_a_quorum(world):
    meeting = queries.meeting_of(world.cycle)
    rows = [
        (one.name_zh, one.name_en, "委员", "Member", "A", "是", one.username) for one in (world.chair, world.committee)
    ]
    actions.set_roster(meeting, body=workbook(*rows, *SEATS), name="list.xlsx", by=world.wei, now=NOW)
    actions.check_in(meeting, present=set(meeting.attendance.values_list("pk", flat=True)), by=world.wei, now=NOW)

    text = words(world, "host_script")

    assert "Enlarged standing committee has 3 members, 2 are present: no quorum yet, it is not opened." in text
    assert "Leading group has 3 members, 2 are present: the meeting has its quorum." in text
    assert "Of 4 people on the list 4 are present." in text


def test_the_script_prompts_with_the_drafted_comment_and_nobody_else_has_the_script(world):
    draft_comment(world)

    text = words(world, "host_script")

    assert "Every unit was visited." in text
    assert "(1) Two branches did not meet." in text
    assert "Let the branches meet." in text
    assert all("Every unit was visited." not in words(world, code) for code in NEW if code != "host_script")
    assert kinds.kind("host_script").audience == ("secretariat", "chair", "clerk")


def test_the_script_calls_the_oral_and_reads_out_the_written(world):
    text = words(world, "host_script")
    names = [entry.unit_en for entry in world.entries]

    assert f"I ask {names[0]} to report: Secretary." in text
    assert f"{names[1]} make ready, please." in text
    assert f"{names[2]} make ready, please." not in text
    assert f"{names[2]} has reported in writing" in text


def test_the_handbook_seats_by_precedence_and_names_no_category(world):
    meeting = queries.meeting_of(world.cycle)
    actions.set_roster(meeting, body=workbook(*SEATS), name="list.xlsx", by=world.wei, now=NOW)

    tables = [block for block in built(world, "handbook").blocks if getattr(block, "header", ("",))[0] == "Seat"]

    assert tables[0].header == ("Seat", "Name", "Office")
    assert tables[0].rows == (("1", "Principal", "Principal"), ("2", "Director", "Director"))


def test_the_handbook_shows_every_row_of_the_ballot_with_every_answer(world):
    table = built(world, "handbook").blocks[-3]

    assert table.header == ("No.", "Unit", "Good", "Fairly good", "Average", "Poor", "No opinion")
    assert [row[0] for row in table.rows] == ["01", "02", "03"]
