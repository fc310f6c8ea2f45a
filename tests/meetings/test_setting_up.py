"""The day is set up, its list taken in, its quorum counted, and it is opened (R26, R27, R29)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from shuping.core.models import Act
from shuping.core.refusals import FaultyRows, Refused
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import actions, queries, roster
from shuping.meetings.models import AgendaItem, Attendance, Meeting
from tests.builders import NOW, client_for, make_cycle
from tests.meetings import halls
from tests.meetings.halls import place, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting", entries=3, written=1)


def _fields(world, **more):
    return {
        "title_zh": "评议会议",
        "title_en": "Review meeting",
        "place_zh": "会堂",
        "place_en": "Great hall",
        "starts": "2022-12-29T09:00",
        "presiding": world.chair.pk,
        "form_1_body": "standing",
        "form_1_zh": "常委会（扩大）会议",
        "form_1_en": "Enlarged standing committee",
        "form_1_quorum": "1/2",
        "form_2_quorum": ">=4/5",
    } | more


def test_the_secretariat_sets_it_up_by_the_page(world):
    halls.make_body(world, "standing", [world.chair])
    wei = client_for(world.wei)
    assert 'id="form-create-meeting"' in wei.get(reverse("meeting", args=[world.cycle.pk])).content.decode()
    answer = wei.post(
        reverse("create-meeting", args=[world.cycle.pk]), _fields(world, form_2_zh="领导小组会议", form_2_en="")
    )

    assert answer.status_code == 302
    meeting = Meeting.objects.get(cycle=world.cycle)
    assert (meeting.starts, meeting.presiding) == (halls.BEGINS, world.chair)
    forms = meeting.forms.order_by("id").values_list("body__code", "name_zh", "name_en", "quorum_above")
    assert list(forms) == [
        ("standing", "常委会（扩大）会议", "Enlarged standing committee", "1/2"),
        (None, "领导小组会议", "领导小组会议", ">=4/5"),
    ]
    assert [item.entry.number for item in queries.agenda(meeting)] == ["01", "02", "03"]
    assert [act.verb for act in Act.objects.filter(subject=f"meeting:{meeting.pk}")] == ["create_meeting"]


def test_a_gap_in_the_form_comes_back_with_what_was_typed(world):
    halls.make_body(world, "standing", [world.chair])
    address = reverse("create-meeting", args=[world.cycle.pk])
    answer = client_for(world.wei).post(address, _fields(world, starts=""))

    assert answer.status_code == 400
    assert "Great hall" in answer.content.decode()
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("somebody", ["clerk", "chair", "lin"])
def test_only_the_secretariat_sets_it_up(world, somebody):
    client = client_for(getattr(world, somebody))

    assert 'id="form-create-meeting"' not in client.get(reverse("meeting", args=[world.cycle.pk])).content.decode()
    assert client.post(reverse("create-meeting", args=[world.cycle.pk]), _fields(world)).status_code == 409


def test_one_meeting_a_year_and_none_before_the_plan_is_approved(world):
    halls.make_meeting(world)

    given = {"title_zh": "", "title_en": "", "place_zh": "", "place_en": "", "presiding": world.chair, "forms": []}
    again = refused(actions.create_meeting, world.cycle, **given, starts=NOW, by=world.wei, now=NOW)
    assert again == "meeting_exists"
    assert refused(halls.make_meeting, make_cycle("draft")) == "plan_not_approved"


def test_written_reports_come_last():
    world = make_cycle("reporting", entries=4)
    Entry.objects.filter(number__in=("01", "03")).update(mode=Entry.Mode.WRITTEN)
    halls.make_meeting(world)

    assert [item.entry.number for item in AgendaItem.objects.order_by("position")] == ["02", "04", "01", "03"]


def test_somebody_from_another_county_finds_no_meeting(world):
    meeting = halls.make_meeting(world)
    zhou = client_for(world.zhou)

    for name in ("meeting", "attendance", "desk", "speech", "minutes"):
        assert zhou.get(reverse(name, args=[world.cycle.pk])).status_code == 404
    assert zhou.get(reverse("dossier", args=[world.cycle.pk, "01"])).status_code == 404
    assert zhou.post(reverse("open-meeting", args=[world.cycle.pk])).status_code == 404
    assert queries.public_meeting(meeting.pk) == meeting


def test_the_list_is_taken(world):
    meeting = halls.make_meeting(world)
    rows = place("王一", "A", "是", world.chair.username), place("李二", "B", "YES"), (), place("张三")
    upload = SimpleUploadedFile("list.xlsx", halls.workbook(*rows))
    answer = client_for(world.clerk).post(reverse("set-roster", args=[world.cycle.pk]), {"roster": upload}, follow=True)

    assert "3 people are on the list." in answer.content.decode()
    taken = meeting.attendance.values_list("precedence", "name_zh", "name_en", "category", "votes", "person")
    assert list(taken) == [
        (1, "王一", "王一 in English", "A", True, world.chair.pk),
        (2, "李二", "李二 in English", "B", True, None),
        (3, "张三", "张三 in English", "", False, None),
    ]
    assert not meeting.attendance.filter(present=True).exists()


def test_a_new_list_replaces_the_old_one(world):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, place("王一"), place("李二"))

    assert halls.send_roster(meeting, world, place("张三")) == 1
    assert [one.name_zh for one in meeting.attendance.all()] == ["张三"]


FAULTS = {
    "two_categories": (
        [place("王一", "A", "是"), place("王一", "B", "是")],
        "Row 3: 王一 stands in category B and in category A.",
    ),
    "unknown_category": ([place("王一", "Z", "是")], "Row 2: the scheme has no category Z."),
    "neither": ([place("王一", "A", "maybe")], "Row 2: “maybe” is neither yes nor no."),
    "twice": ([place("王一", "A", "是"), place("王一", "A", "是")], "Row 3: 王一 stands twice."),
    "unknown_account": ([place("王一", account="nobody")], "Row 2: there is no account nobody."),
    "no_category": ([place("王一", "", "是")], "Row 2: 王一 votes, but in no category."),
    "no_name": ([place("", "A", "是")], "Row 2: the name is missing."),
    "empty": ([], "The list has no rows: one row per person, below the header."),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_faulty_list_is_refused_with_every_row_s_sentence(world, case):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, place("先到"))
    rows, sentence = FAULTS[case]
    upload = SimpleUploadedFile("list.xlsx", halls.workbook(*rows))
    answer = client_for(world.wei).post(reverse("set-roster", args=[world.cycle.pk]), {"roster": upload})

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert f'hx-get="{reverse("meeting", args=[world.cycle.pk])}"' in answer.content.decode()
    assert [one.name_zh for one in Attendance.objects.all()] == ["先到"]


def test_every_faulty_row_is_named_at_once(world):
    meeting = halls.make_meeting(world)
    with pytest.raises(FaultyRows) as caught:
        halls.send_roster(meeting, world, place("王一", "Z", "maybe"), place("好人"), place("李二", account="nobody"))

    assert [fault[:6] for fault in caught.value.faults] == ["Row 2:", "Row 2:", "Row 4:"]


def test_the_same_account_cannot_sit_on_two_places(world):
    meeting = halls.make_meeting(world)
    rows = place("王一", account=world.chair.username), place("李二", account=world.chair.username)
    with pytest.raises(FaultyRows) as caught:
        halls.send_roster(meeting, world, *rows)

    assert caught.value.faults == [f"Row 3: the account {world.chair.username} stands twice."]


def test_what_is_no_workbook_is_refused(world):
    meeting = halls.make_meeting(world)
    with pytest.raises(Refused) as caught:
        actions.set_roster(meeting, body=b"name,office", name="list.csv", by=world.wei, now=NOW)

    assert str(caught.value).startswith("list.csv is not an xlsx workbook.")
    assert not Attendance.objects.exists()


def test_a_form_without_a_file_says_so(world):
    halls.make_meeting(world)
    answer = client_for(world.wei).post(reverse("set-roster", args=[world.cycle.pk]), follow=True)

    assert "Choose the workbook with the list, then send it." in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "present", "members", "reached"),
    [
        ("1/2", 10, 20, False),
        ("1/2", 11, 20, True),
        ("1/2", 11, 21, True),
        ("2/3", 2, 3, False),
        ("2/3", 3, 4, True),
        (">=4/5", 4, 5, True),
        (">=4/5", 15, 19, False),
        (" >= 4/5 ", 12, 15, True),
        ("1/2", 0, 0, True),
    ],
)
def test_a_quorum_is_exact(text, present, members, reached):
    form = actions.MeetingForm(quorum_above=text)

    assert queries.Quorum(form, present=present, members=members).reached is reached


def test_without_a_quorum_in_every_form_it_does_not_open(world):
    meeting = halls.make_meeting(world, "1/2", ">=4/5")
    halls.seat(meeting, world, ("chair", "committee"), ("commentator",))
    with pytest.raises(Refused) as caught:
        actions.open_meeting(meeting, by=world.wei, now=halls.BEGINS)

    assert str(caught.value) == "Leading group has no quorum: 2 of 3 members are present."
    page = client_for(world.wei).get(reverse("meeting", args=[world.cycle.pk])).content.decode()
    assert "<button disabled>Open the meeting" in page
    meeting.refresh_from_db()
    assert meeting.state == "planned"


def test_opening_leads_the_year_into_its_meeting(world):
    meeting = halls.make_meeting(world, "1/2", ">=4/5")
    halls.seat(meeting, world, ("chair", "committee", "commentator"))
    answer = client_for(world.clerk).post(reverse("open-meeting", args=[world.cycle.pk]), follow=True)

    assert "The meeting is open." in answer.content.decode()
    world.cycle.refresh_from_db()
    assert world.cycle.stage == Cycle.Stage.MEETING
    act = Act.objects.get(verb="open_meeting")
    assert (act.by, act.details) == (world.clerk, {"quorums": {"常委会（扩大）会议": "3/3", "领导小组会议": "3/3"}})
    meeting = queries.meeting_of(world.cycle)
    assert refused(actions.open_meeting, meeting, by=world.wei, now=halls.BEGINS) == "already_open"
    assert refused(halls.send_roster, meeting, world, place("王一")) == "roster_fixed"


def test_people_are_checked_in_and_out_by_the_page(world):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, place("王一", "A", "是"), place("李二", "A", "是"), place("张三"))
    first, second, third = meeting.attendance.values_list("pk", flat=True)
    clerk, address = client_for(world.clerk), reverse("attendance", args=[world.cycle.pk])

    assert "2 people are present." in clerk.post(address, {"present": [first, third]}, follow=True).content.decode()
    clerk.post(address, {"present": [second, "x"]})
    assert list(meeting.attendance.filter(present=True).values_list("pk", flat=True)) == [second]
    assert queries.present_by_category(queries.attendance(meeting)) == {"A": (1, 2)}


def test_only_who_runs_the_meeting_reads_the_list(world):
    halls.make_meeting(world)

    for somebody in (world.lin, world.teller, world.observer):
        assert client_for(somebody).get(reverse("attendance", args=[world.cycle.pk])).status_code == 409


def test_whoever_does_not_run_it_changes_nothing(world):
    meeting = halls.make_meeting(world)

    for somebody in (world.chair, world.lin, world.teller, world.observer):
        assert refused(actions.check_in, meeting, present=set(), by=somebody, now=NOW) == "not_your_role"
        assert refused(actions.set_roster, meeting, body=b"", name="x", by=somebody, now=NOW) == "not_your_role"


def test_a_list_is_tried_before_it_is_taken(world):
    meeting = halls.make_meeting(world)
    halls.send_roster(meeting, world, place("先到"))
    acts = Act.objects.count()
    upload = SimpleUploadedFile("list.xlsx", halls.workbook(place("王一"), place("李二")))

    address = reverse("set-roster", args=[world.cycle.pk])
    answer = client_for(world.wei).post(address, {"roster": upload, "dry_run": "on"}, follow=True)

    assert "All 2 rows can be taken" in answer.content.decode()
    assert [one.name_zh for one in meeting.attendance.all()] == ["先到"]
    assert Act.objects.count() == acts


def test_no_transaction_waits_while_the_list_is_read(world, monkeypatch):
    meeting, outside = halls.make_meeting(world), len(connection.atomic_blocks)
    read, held = actions.sheets.rows, []
    monkeypatch.setattr(
        actions.sheets, "rows", lambda *given: held.append(len(connection.atomic_blocks)) or read(*given)
    )

    halls.send_roster(meeting, world, place("王一"))

    assert held == [outside]


def test_a_list_of_twenty_thousand_is_looked_through_once():
    rows = [["name"], *([f"人{number}", "", "", "", "A", "yes", f"p{number}"] for number in range(20_000))]

    seats, faults = roster.read_roster(rows, categories={"A"}, accounts={f"p{number}" for number in range(20_000)})

    assert (len(seats), faults) == (20_000, [])
