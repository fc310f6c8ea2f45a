"""A report on its way from awaited to accepted, and everything that is refused on the way."""

from datetime import timedelta

import pytest

from shuping.core.models import Act, StoredFile
from shuping.core.refusals import Refused
from shuping.cycles import queries as cycles
from shuping.cycles.models import CarriedItem, Cycle
from shuping.reports import actions, queries, rules
from shuping.reports.models import Answer, Finding, Report, Revision
from tests.builders import NOW, make_cycle
from tests.reports import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting")


def carry(world, number="2021-001", entry=0, **more):
    """A problem of last year, handed on to one of the world's entries."""
    values = {"source": f"item:{number}", "statement": "Two units never met", "state": "closed", "closed": True}
    return CarriedItem.objects.create(cycle=world.cycle, entry=world.entries[entry], number=number, **(values | more))


def refused(act, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.refusal.code


def stored() -> list[int]:
    return [table.objects.count() for table in (Report, Revision, Finding, StoredFile, Act)]


def test_handed_in_returned_mended_accepted(world):
    entry = world.entries[0]
    first = papers.hand_in(entry)
    report = first.report
    assert (report.state, report.late) == ("submitted", False)

    actions.return_report(report, reason=" Too general ", by=world.wei, now=NOW)
    report.refresh_from_db()
    first.refresh_from_db()
    assert (report.state, first.returned_because) == ("returned", "Too general")

    second = papers.hand_in(entry, "b")
    actions.accept_report(report, by=world.wei, now=NOW)
    report.refresh_from_db()

    assert report.state == "accepted"
    assert [one.number for one in queries.versions(report)] == [1, 2]
    assert queries.newest(report) == second
    acts = Act.objects.filter(subject=f"report:{report.pk}")
    assert [(act.verb, act.reason) for act in acts.order_by("id")] == [
        ("submit_report", ""),
        ("return_report", "Too general"),
        ("submit_report", ""),
        ("accept_report", ""),
    ]


def test_a_good_report_has_no_findings(world):
    revision = papers.hand_in(world.entries[0])

    assert not revision.findings.exists()
    assert revision.characters == 2700
    assert [section["code"] for section in revision.sections] == ["last_year", "duties", "problems", "causes", "plan"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xd0\xcf\x11\xe0" + bytes(600),
        papers.package(**{"readme.txt": b"hello"}),
        papers.package(**{"word/document.xml": bytes(70_000_000)}),
        papers.with_macros(),
        papers.scan_only(),
        papers.without_headings(),
    ],
    ids=["empty", "encrypted", "renamed zip", "bomb", "macros", "scan", "no headings"],
)
def test_what_cannot_be_read_changes_nothing(world, body):
    before = stored()

    assert refused(
        actions.submit_report, world.entries[0], body=body, name="report.docx", by=world.lin, now=NOW
    ).startswith("report_")
    assert stored() == before


def test_the_clerk_hands_in_for_the_reporter_and_it_is_on_record(world):
    papers.hand_in(world.entries[0], by=world.clerk)
    act = Act.objects.get(verb="submit_report")

    assert (act.by, act.on_behalf_of) == (world.clerk, world.lin)


def test_the_reporter_s_own_act_is_nobody_s_behalf(world):
    papers.hand_in(world.entries[0])

    assert Act.objects.get(verb="submit_report").on_behalf_of is None


def test_nobody_else_hands_in_or_answers(world):
    carry(world)
    entry, strangers = world.entries[0], (world.entries[1].holder, world.committee, world.chair, world.zhou)

    assert {refused(papers.hand_in, entry, by=person) for person in strangers} == {"not_for_others"}
    answers = {"2021-001": "Done"}
    assert {refused(actions.answer_carried, entry, answers=answers, by=person, now=NOW) for person in strangers} == {
        "not_for_others"
    }


def test_only_the_secretariat_accepts_and_returns(world):
    report = papers.hand_in(world.entries[0]).report

    for person in (world.lin, world.clerk, world.committee, world.chair, world.observer, world.zhou):
        assert refused(actions.accept_report, report, by=person, now=NOW) == "not_your_role"
        assert refused(actions.return_report, report, reason="No", by=person, now=NOW) == "not_your_role"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_report_goes_back_with_a_reason_only(world, reason):
    report = papers.hand_in(world.entries[0]).report

    assert refused(actions.return_report, report, reason=reason, by=world.wei, now=NOW) == "reason_missing"
    report.refresh_from_db()
    assert report.state == "submitted"


def test_nothing_is_accepted_before_it_is_handed_in(world):
    carry(world)
    actions.answer_carried(world.entries[0], answers={"2021-001": "Done"}, by=world.lin, now=NOW)
    report = Report.objects.get()

    assert refused(actions.accept_report, report, by=world.wei, now=NOW) == "nothing_handed_in"
    assert refused(actions.return_report, report, reason="No", by=world.wei, now=NOW) == "nothing_handed_in"


def test_a_returned_report_waits_for_its_next_version(world):
    report = papers.hand_in(world.entries[0]).report
    actions.return_report(report, reason="No", by=world.wei, now=NOW)

    assert refused(actions.accept_report, report, by=world.wei, now=NOW) == "report_returned"


def test_an_accepted_report_stays_as_it_is(world):
    carry(world)
    entry = world.entries[0]
    report = papers.hand_in(entry, first="2021-001：已完成").report
    actions.accept_report(report, by=world.wei, now=NOW)

    assert refused(papers.hand_in, entry) == "report_accepted"
    assert refused(actions.answer_carried, entry, answers={}, by=world.lin, now=NOW) == "report_accepted"
    assert refused(actions.return_report, report, reason="No", by=world.wei, now=NOW) == "report_accepted"
    assert refused(actions.accept_report, report, by=world.wei, now=NOW) == "report_accepted"


def test_what_blocks_has_to_be_mended_before_acceptance(world):
    report = papers.hand_in(world.entries[0], leave_out=(3,)).report
    assert refused(actions.accept_report, report, by=world.wei, now=NOW) == "blocked"

    papers.hand_in(world.entries[0])

    assert actions.accept_report(report, by=world.wei, now=NOW).state == "accepted"


def test_an_unanswered_problem_of_last_year_blocks(world):
    carry(world)
    carry(world, "2021-002")
    entry = world.entries[0]
    revision = papers.hand_in(entry, first="2021-001：两个支部已按月开会。")

    assert [one.parameters["number"] for one in revision.findings.filter(check_code="unanswered")] == ["2021-002"]
    with pytest.raises(Refused, match="not answered: 2021-002") as caught:
        actions.accept_report(revision.report, by=world.wei, now=NOW)
    assert caught.value.refusal.code == "unanswered"

    kept = actions.answer_carried(entry, answers={"2021-002": " Every month ", "2021-001": ""}, by=world.lin, now=NOW)

    assert kept == 1
    assert Answer.objects.get().text == "Every month"
    assert not revision.findings.exists()
    assert actions.accept_report(revision.report, by=world.wei, now=NOW).state == "accepted"


def test_a_longer_number_is_another_problem(world):
    carry(world)
    revision = papers.hand_in(world.entries[0], first="2021-0011，12021-001")

    assert revision.findings.filter(check_code="unanswered").exists()


def test_an_answer_can_be_given_again_and_by_the_clerk(world):
    carry(world)
    entry = world.entries[0]
    for text in ("First", "Second"):
        actions.answer_carried(entry, answers={"2021-001": text}, by=world.clerk, now=NOW)

    assert Answer.objects.get().text == "Second"
    assert Act.objects.filter(verb="answer_carried", by=world.clerk, on_behalf_of=world.lin).count() == 2


def test_only_what_was_carried_over_is_answered(world):
    assert refused(actions.answer_carried, world.entries[0], answers={}, by=world.lin, now=NOW) == "nothing_carried"

    carry(world)
    carry(world, "2021-002", entry=1)
    answers = {"2021-001": "Done", "2021-002": "Done"}
    assert refused(actions.answer_carried, world.entries[0], answers=answers, by=world.lin, now=NOW) == "not_carried"
    assert not Answer.objects.exists()


def _due(world):
    return cycles.deadline(world.cycle, "report")


def test_late_is_later_than_the_deadline(world):
    entry, other = world.entries

    assert not papers.hand_in(entry, now=_due(world)).report.late
    assert papers.hand_in(other, now=_due(world) + timedelta(seconds=1)).report.late
    assert [act.details["late"] for act in Act.objects.filter(verb="submit_report").order_by("id")] == [False, True]


def test_what_came_in_time_and_was_returned_is_not_late(world):
    entry, after = world.entries[0], _due(world) + timedelta(days=1)
    report = papers.hand_in(entry).report
    actions.return_report(report, reason="No", by=world.wei, now=after)

    assert not papers.hand_in(entry, now=after).report.late
    assert papers.hand_in(entry, now=after).report.late  # nobody asked for this one


def test_what_came_late_stays_late(world):
    entry, after = world.entries[0], _due(world) + timedelta(days=1)
    report = papers.hand_in(entry, now=after).report
    actions.return_report(report, reason="No", by=world.wei, now=after)

    assert papers.hand_in(entry, now=after).report.late


@pytest.mark.parametrize("stage", ["draft", "meeting", "decision", "rectification", "finished"])
def test_outside_the_time_of_the_reports_nothing_is_done(world, stage):
    carry(world)
    entry = world.entries[0]
    report = papers.hand_in(entry).report
    Cycle.objects.update(stage=stage)
    entry, report = (type(thing).objects.get(pk=thing.pk) for thing in (entry, report))
    code = "plan_not_approved" if stage == "draft" else "reports_over"

    assert rules.may_submit(world.lin, entry).code == code
    assert rules.may_answer(world.lin, entry).code == code
    assert rules.may_return(world.wei, report).code == code
    assert rules.may_accept(world.wei, report).code == code


def test_who_reads_what(world):
    papers.hand_in(world.entries[1])

    def shown(person):
        return [(row.entry.number, row.state, row.versions) for row in queries.reports_for(person, world.cycle)]

    assert shown(world.wei) == [("01", "awaited", 0), ("02", "submitted", 1)]
    assert shown(world.observer) == shown(world.wei)
    assert shown(world.lin) == [("01", "awaited", 0)]
    assert shown(world.entries[1].holder) == [("02", "submitted", 1)]
    assert shown(world.teller) == []


def test_the_counts(world):
    papers.hand_in(world.entries[1], now=_due(world) + timedelta(days=1))

    assert queries.counts(world.cycle) == {
        "all": 2,
        "awaited": 1,
        "submitted": 1,
        "returned": 0,
        "accepted": 0,
        "late": 1,
    }


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_many_as_for_one(number, django_assert_num_queries):
    world = make_cycle("reporting", entries=number)
    for entry in world.entries:
        papers.hand_in(entry)

    with django_assert_num_queries(3):
        rows = queries.reports_for(world.wei, world.cycle)
        assert [(row.entry.unit_name != "", row.state_name, row.late) for row in rows] == [
            (True, "submitted", False)
        ] * number


def test_differences_by_paragraph(world):
    older = Revision(sections=[{"code": "a", "title": "A", "text": "one\ntwo\nthree"}])
    newer = Revision(sections=[{"code": "a", "title": "A", "text": "one\n2\nthree\n\nfour"}])

    assert queries.differences(older, newer) == [
        ("same", "A"),
        ("same", "one"),
        ("gone", "two"),
        ("new", "2"),
        ("same", "three"),
        ("new", "four"),
    ]
