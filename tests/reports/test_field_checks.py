"""Field checks: a claim of the report, what was found on the spot, who reads it (R22, R21)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from shuping.core import files
from shuping.core.refusals import Refused
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.reports import fieldwork, queries
from shuping.reports.models import FieldCheck, Indicator, Report, Revision
from tests.builders import NOW, client_for, make_cycle
from tests.documents.papers import pdf_text

pytestmark = pytest.mark.django_db
CLAIM = "All 126 stations\nare open."


@pytest.fixture
def world():
    world = make_cycle()
    report = Report.objects.create(entry=world.entries[0], state="submitted")
    file = _file()
    section = {"code": "results", "title": "Results", "text": f"Before. {CLAIM} After."}
    Revision.objects.create(report=report, number=1, file=file, sections=[section], characters=40, handed_in_at=NOW)
    return world


def _file():

    return files.store(b"x", "report.docx", "application/octet-stream", now=NOW)


def where(world, name, *more):
    return reverse(name, args=[world.cycle.pk, "01", *more])


def code(act, *given, **more):
    with pytest.raises(Refused) as caught:
        act(*given, **more)
    return caught.value.refusal.code


def test_a_claim_is_taken_from_the_report_and_what_was_found_is_recorded_by_the_pages(world):
    wei = client_for(world.wei)
    wei.post(where(world, "plan-check"), {"claim": CLAIM.replace("\n", "\r\n")})
    check = FieldCheck.objects.get()
    assert (check.claim, check.outcome, check.section) == (CLAIM, "unchecked", "results")
    sent = {"outcome": "contradicted", "found": "Nine were shut", "place": "North", "seen_on": "2022-10-20"}
    wei.post(where(world, "record-check", check.pk), sent)
    check.refresh_from_db()

    assert (check.outcome, check.seen_on, check.by) == ("contradicted", date(2022, 10, 20), world.wei)
    page = wei.get(where(world, "field-checks")).content.decode()
    assert "Nine were shut" in page
    assert "contradicted" in page


def test_what_a_check_needs(world):
    by = {"by": world.wei, "now": NOW}
    check = fieldwork.plan_check(world.entries[0], claim=CLAIM, **by)
    record = fieldwork.record_check

    assert code(fieldwork.plan_check, world.entries[0], claim="Nobody wrote this", **by) == "claim_unknown"
    assert code(fieldwork.plan_check, world.entries[1], claim=CLAIM, **by) == "claim_unknown"
    assert code(record, check, outcome="confirmed", found="Seen", **by) == "nothing_seen"
    late = {"outcome": "confirmed", "found": "Seen", "seen_on": date(2030, 1, 1)}
    assert code(record, check, **late, **by) == "seen_later"
    assert code(fieldwork.plan_check, world.entries[0], claim=CLAIM, by=world.chair, now=NOW) == "not_your_role"
    Cycle.objects.update(stage="finished")
    world.entries[0].cycle.refresh_from_db()
    assert code(fieldwork.plan_check, world.entries[0], claim=CLAIM, **by) == "year_finished"


def test_the_unit_and_whoever_only_votes_or_counts_do_not_read_it(world):
    people = (world.wei, world.chair, world.commentator, world.observer, world.lin, world.teller)
    found = [client_for(one).get(where(world, "field-checks")).status_code for one in people]

    assert found == [200, 200, 200, 200, 404, 404]


@pytest.mark.parametrize(("language", "title"), [("en", "Recordofthefieldchecks"), ("zh", "实地核查记录")])
def test_the_record_has_every_check(world, language, title):
    fieldwork.plan_check(world.entries[0], claim=CLAIM, by=world.wei, now=NOW)
    text = "".join(pdf_text(kinds.kind("field_checks").build(world.cycle, language=language)).split())

    assert title in text
    assert "All126stations" in text


def test_figures_stand_year_on_year(world):
    report = Report.objects.get()
    Indicator.objects.create(report=report, name="Stations", last_year=Decimal("100.00"), this_year=Decimal("126.00"))
    last = make_cycle(entries=1)
    before = Report.objects.create(entry=last.entries[0])
    Indicator.objects.create(report=before, name="Reading rooms", this_year=Decimal("3.00"))
    Cycle.objects.filter(pk=world.cycle.pk).update(previous=last.cycle)
    last.entries[0].post_id = world.entries[0].post_id
    last.entries[0].save()
    entry = type(world.entries[0]).objects.get(pk=world.entries[0].pk)

    assert [(one.name, one.before, one.now, one.change) for one in queries.figures(entry)] == [
        ("Stations", Decimal(100), Decimal(126), Decimal(26)),
        ("Reading rooms", Decimal(3), None, None),
    ]
