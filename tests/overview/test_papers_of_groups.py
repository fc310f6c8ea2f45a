"""Papers where two groups meet beside each other: each has its own, the year joins them, nobody reads the other's."""

import re

import pytest
from django.urls import reverse

from shuping.cycles.models import Role
from shuping.documents import kinds
from shuping.documents.blocks import Heading, PageBreak, Table
from shuping.meetings import actions, commenting, packs, printing, rules
from shuping.overview import queries
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import groups, halls
from tests.meetings.groups import FIRST, SECOND, write_for

pytestmark = pytest.mark.django_db
BY_MEETING = sorted(kind.code for kind in kinds.all_kinds() if kind.by_meeting)
NAMES = ("Review meeting, first group", "Review meeting, second group")
LINK = re.compile(r'href="/c/([\d-]+)/papers/([a-z_]+)/en\.[a-z]+"')


@pytest.fixture
def world():
    return groups.make_grouped_cycle()


@pytest.fixture
def both(world):
    return groups.two_groups(world)


def built(subject, code, language="en"):
    return kinds.kind(code).build(subject, language=language)


def words(subject, code):
    return built(subject, code).texts()


def ask(world, person, address, code, extension="docx"):
    path = reverse("paper", args=[address, code, "en", extension])
    return client_for(world.people[person]).get(path).status_code


def listed(world, person):
    """The papers that the page offers: {address: codes}."""
    text = client_for(world.people[person]).get(reverse("papers", args=[world.cycle.pk])).content.decode()
    found: dict[str, set[str]] = {}
    for address, code in LINK.findall(text):
        found.setdefault(address, set()).add(code)
    return found


def test_every_paper_of_the_meeting_can_be_had_of_one_group():
    assert BY_MEETING == [
        "agenda",
        "comment_outline",
        "fallback",
        "handbook",
        "host_script",
        "host_script_changes",
        "memo",
        "minutes",
        "name_cards",
        "notice",
        "seat_plan",
        "sign_in_sheet",
    ]


@pytest.mark.parametrize("code", BY_MEETING)
def test_with_one_meeting_its_paper_and_that_of_the_year_are_the_same(code):
    world = make_cycle("meeting", entries=3, written=1)
    meeting = halls.make_meeting(world)
    halls.seat(meeting, world, ("chair", "committee"))

    assert built(meeting, code) == built(world.cycle, code)
    assert queries.group_papers_for(world.wei, [meeting]) == []


@pytest.mark.parametrize("code", sorted({*BY_MEETING} - {"sign_in_sheet", "name_cards", "seat_plan"}))
def test_a_paper_of_a_group_names_nobody_of_the_other(world, both, code):
    for meeting, mine, other in ((both[0], "01", "03"), (both[1], "03", "01")):
        units = {entry.number: entry.unit_en for entry in world.entries}
        text = words(meeting, code)

        assert NAMES[meeting.group == SECOND] in text
        assert NAMES[meeting.group == FIRST] not in text
        if code not in {"memo", "minutes"}:
            assert units[mine] in text
        assert units[other] not in text


def test_the_notice_has_time_place_and_chair_of_each_group(world, both):
    paper = built(world.cycle, "notice")

    assert paper.title == f"Notice of the meetings of “{world.cycle.title_en}”"
    headings = [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == [*NAMES] * 3
    text = paper.texts()
    for fact in ("Great hall", "Small hall", "Chair", "Second chair", "09:00", "09:30"):
        assert fact in text
    assert "Those who report: 3 orally, 1 in writing" in text
    assert "Members of: First panel.Members of: Second panel." in text
    assert "Those who report: 1 orally, 1 in writing" in words(both[1], "notice")


def test_the_script_of_a_group_is_its_own_chairs(world, both):
    write_for(world, "03", "second_chair", "Said by the second chair.")

    text = words(both[1], "host_script")

    assert "Said by the second chair." in text
    assert "Said by the second chair." not in words(both[0], "host_script")
    assert "”: Second panel." in text


def test_only_the_changed_pages_of_the_group_that_changed_are_printed_again(world, both):
    for meeting in both:
        printing.note_printed(meeting, language="en", by=world.clerk, now=NOW)
    write_for(world, "03", "second_chair", "A new sentence.")

    assert "No page has changed" in words(both[0], "host_script_changes")
    changed = words(both[1], "host_script_changes")
    assert "A new sentence." in changed
    assert world.entries[3].unit_en not in changed.replace(f"{world.entries[3].unit_en} make ready", "")
    assert words(world.cycle, "host_script_changes").count("No page has changed") == 1


def test_the_minutes_of_the_year_join_those_of_the_groups_behind_a_cover(world, both):
    groups.open_group(world, both[0], present=("chair", "committee"))
    actions.lock_minutes(groups.close_group(world, both[0], "chair"), by=world.clerk, now=NOW)

    paper = built(world.cycle, "minutes")

    cover, told = paper.blocks[:2]
    assert (paper.title, paper.subtitle) == ("Minutes", world.cycle.title_en)
    assert isinstance(cover, Table)
    assert [(row[0], row[2], row[3]) for row in cover.rows] == [
        (NAMES[0], "Great hall", world.chair.name_en),
        (NAMES[1], "Small hall", world.second_chair.name_en),
    ]
    assert told.text == "Locked: the minutes of 1 of 2 meetings."
    starts = [paper.blocks[place + 1].text for place, block in enumerate(paper.blocks) if block == PageBreak()]
    assert starts == [*NAMES]
    text = paper.texts()
    assert text.index("Well done, 02.") < text.rindex(NAMES[1])


def test_the_memo_of_a_group_has_its_own_commitments(world, both):
    groups.open_group(world, both[0], present=("chair", "committee"))
    groups.hear_group(world, both[0], "chair")
    address = reverse("undertake", args=[world.cycle.pk, "01"])
    client_for(world.clerk).post(address, {"text": "We shall pave the road."})

    assert "We shall pave the road." in words(both[0], "memo")
    assert "We shall pave the road." not in words(both[1], "memo")
    assert words(world.cycle, "memo").count("We shall pave the road.") == 1


def test_the_plan_names_both_meetings_with_their_quorums(world, both):
    text = words(world.cycle, "plan")

    assert [name in text for name in (*NAMES, "First panel", "Second panel")] == [True] * 4


def test_the_pack_of_a_group_holds_its_own_papers(world, both):
    before = {sheet.code: sheet.fingerprint for sheet in packs.sheets(world.wei, both[0])}
    packs.print_pack(both[1], changed_only=False, by=world.wei, now=NOW)
    write_for(world, "03", "second_chair", "Prepared anew.")

    states = {sheet.code: sheet.state for sheet in packs.sheets(world.wei, both[1])}
    assert {code for code, state in states.items() if state == "changed"} == {"host_script"}
    assert {sheet.code: sheet.fingerprint for sheet in packs.sheets(world.wei, both[0])} == before
    text = client_for(world.wei).get(reverse("pack", args=[both[1].address])).content.decode()
    assert f"/c/{both[1].address}/papers/host_script/" in text
    assert f"/c/{world.cycle.pk}/papers/ballot_paper/" in text


def test_the_secretariat_has_the_papers_of_every_group_and_of_the_year(world, both):
    found = listed(world, "wei")

    assert found[both[0].own_address] == found[both[1].own_address] == {*BY_MEETING}
    assert {*BY_MEETING} < found[str(world.cycle.pk)]


def test_the_chair_of_a_group_has_its_script_and_minutes_and_not_the_others(world, both):
    found = listed(world, "second_chair")
    guarded = {"host_script", "host_script_changes", "minutes", "memo", "fallback", "comment_outline", "handbook"}

    assert found[both[1].own_address] == guarded | {"agenda", "notice"}
    assert both[0].own_address not in found
    assert guarded.isdisjoint(found[str(world.cycle.pk)])
    for code in guarded:
        assert ask(world, "second_chair", both[1].own_address, code) == 200
        assert ask(world, "second_chair", both[0].own_address, code) == 404
        assert ask(world, "second_chair", str(world.cycle.pk), code) == 404


def test_a_reporter_has_the_handbook_of_the_own_group_and_the_agenda_of_all(world, both):
    found = listed(world, "lin")

    assert found == {
        str(world.cycle.pk): {"agenda", "notice"},
        both[0].own_address: {"agenda", "notice", "handbook"},
    }
    assert ask(world, "lin", both[0].own_address, "handbook") == 200
    assert ask(world, "lin", both[1].own_address, "handbook") == 404
    assert ask(world, "lin", both[0].own_address, "host_script") == 404
    assert ask(world, "lin", str(world.cycle.pk), "agenda") == 200


def test_a_chair_of_the_meeting_of_all_or_of_none_has_the_papers_of_each_group(world, both):
    overall = world.people["overall"] = groups.make_person("overall")
    Role.objects.create(cycle=world.cycle, person=overall, kind=Role.Kind.CHAIR)

    assert ask(world, "overall", both[0].own_address, "host_script") == 200
    assert ask(world, "overall", str(world.cycle.pk), "minutes") == 200


def test_minutes_on_the_page_go_to_whoever_has_them_on_paper(world, both):
    client = client_for(world.second_chair)

    own, other = (client.get(reverse("minutes", args=[meeting.address])) for meeting in reversed(both))

    assert (own.status_code, other.status_code) == (200, 409)
    assert "this goes to the chair of 甲组" in other.content.decode()
    assert rules.may_read_minutes(world.second_chair, both[0]).code == "other_group"
    assert rules.may_read_minutes(world.lin, both[0]).code == "not_your_role"


@pytest.mark.parametrize("code", ["agenda", "host_script", "minutes"])
def test_a_paper_of_a_group_of_another_year_is_not_found(world, both, code):
    other = groups.set_up(groups.make_grouped_cycle(), FIRST)

    assert ask(world, "wei", both[0].own_address, code) == 200
    for address in (f"{world.cycle.pk}-{other.pk}", other.own_address, f"{world.cycle.pk}-0"):
        assert ask(world, "wei", address, code) == 404


@pytest.mark.parametrize("code", ["plan", "compilation", "ballot_paper", "letter", "no_such_paper"])
def test_a_group_has_no_paper_of_the_whole_year(world, both, code):
    assert ask(world, "wei", both[0].own_address, code, "pdf") == 404


def test_the_file_of_a_group_is_named_after_it(world, both):
    path = reverse("paper", args=[both[1].own_address, "agenda", "zh", "docx"])
    answer = client_for(world.wei).get(path)

    assert kinds.RenderedFile("会议议程 乙组.docx", "", b"").disposition == answer["Content-Disposition"]


def test_the_news_release_tells_of_all_groups_at_once(world, both):
    for meeting, person, text in ((both[0], "chair", "Roads first."), (both[1], "second_chair", "Schools, too.")):
        speech = commenting.write_speech(meeting, text=text, by=world.people[person], now=NOW)
        more = {"kind": "stressed", "theme": None, "addressees": [], "due": None}
        commenting.mark_passage(speech, text=text, by=world.people[person], now=NOW, **more)

    text = words(world.cycle, "news_release")

    day = "Dec. 29, 2022"
    assert f"On {day} {world.organiser.name_en} held First panel and Second panel in 2 meetings" in text
    assert f"{world.chair.name_en}, {world.second_chair.name_en} presided, each over one of them" in text
    assert text.index("The meeting stressed: Roads first.") < text.index("The meeting stressed: Schools, too.")
