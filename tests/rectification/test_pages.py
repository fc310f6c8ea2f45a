"""Pages of the ledger: who sees which items, the workbook, what goes over to next year."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shuping.core import clock, files
from shuping.cycles.models import CarriedItem
from shuping.rectification.models import Item
from tests.builders import NOW, client_for, make_cycle
from tests.core import office
from tests.rectification.ledgers import STATEMENT, lead_to, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("rectification")


def _page(person, name, *arguments, **query):
    return client_for(person).get(reverse(name, args=arguments), query)


def test_a_reporter_sees_the_own_items_only(world):
    own, other = make_item(world, 0, statement="Own matter"), make_item(world, 1, statement="Foreign matter")
    page = _page(world.lin, "ledger", world.cycle.pk).content.decode()

    assert "Own matter" in page
    assert "Foreign matter" not in page
    assert _page(world.lin, "item", world.cycle.pk, own.pk).status_code == 200
    assert _page(world.lin, "item", world.cycle.pk, other.pk).status_code == 404
    assert _page(world.lin, "ledger-file", world.cycle.pk).status_code == 404


def test_a_reporter_cannot_post_to_another_s_item(world):
    other = make_item(world, 1)

    assert client_for(world.lin).post(reverse("item-step", args=[world.cycle.pk, other.pk, "plan"])).status_code == 404


def test_somebody_from_another_county_finds_nothing(world):
    item = make_item(world)

    for name, arguments in (("ledger", ()), ("ledger-file", ()), ("item", (item.pk,))):
        assert _page(world.zhou, name, world.cycle.pk, *arguments).status_code == 404


def test_an_item_is_not_found_below_another_cycle(world):
    elsewhere, item = make_cycle("rectification"), make_item(world)

    assert _page(elsewhere.wei, "item", elsewhere.cycle.pk, item.pk).status_code == 404


@pytest.mark.parametrize("shown", ["problems", "tasks", "responsibilities"])
def test_the_ledger_asks_the_database_as_often_for_three_items_as_for_one(world, shown, django_assert_num_queries):
    client, address = client_for(world.wei), reverse("ledger", args=[world.cycle.pk])
    for number in (1, 2, 3):
        make_item(world, 0, f"problem:{number}")
        if number != 2:
            with django_assert_num_queries(7):
                assert client.get(address, {"list": shown}).content.decode().count('id="item-') == number


def test_filters_narrow_the_list(world):
    lead_to(world, make_item(world, 0, "problem:1", statement="Closed matter"), "closed")
    make_item(world, 1, "problem:2", statement="Late matter", due=date(2022, 1, 31))
    make_item(world, 1, "problem:3", statement="Young matter", due=date(2999, 1, 31))

    def shown(**query):
        page = _page(world.wei, "ledger", world.cycle.pk, **query).content.decode()
        return {word for word in ("Closed", "Late", "Young") if f"{word} matter" in page}

    assert shown() == {"Closed", "Late", "Young"}
    assert shown(state="open") == {"Late", "Young"}
    assert shown(state="overdue") == {"Late"}
    assert shown(entry="01") == {"Closed"}


def test_an_item_is_late_when_its_day_is_over_where_the_site_stands(world, monkeypatch):
    make_item(world, due=date(2023, 6, 1))
    monkeypatch.setattr(clock, "now", lambda: datetime(2023, 6, 1, 16, 30, tzinfo=UTC))  # June 2nd in Shanghai

    assert "overdue</span>" in _page(world.wei, "ledger", world.cycle.pk).content.decode()


def test_the_whole_way_through_the_pages(world):
    item = make_item(world)
    lin, wei, member = (client_for(person) for person in (world.lin, world.wei, world.committee))

    def send(client, step, **fields):
        answer = client.post(reverse("item-step", args=[world.cycle.pk, item.pk, step]), fields)
        assert answer.status_code == 302, answer.content.decode()

    send(lin, "plan", cause="a", measure="b", target="c", due="2023-05-01")
    send(wei, "approve")
    send(lin, "start")
    send(lin, "evidence", text="Minutes", file=SimpleUploadedFile("minutes.txt", b"<b>signed</b>", "text/html"))
    send(lin, "declare")
    send(member, "verify", put_right="yes", opinion="Seen")
    send(wei, "close")

    item.refresh_from_db()
    assert item.state == Item.State.CLOSED
    evidence = lin.get(reverse("evidence-file", args=[world.cycle.pk, item.pk, item.evidence.get().pk]))
    assert evidence.content == b"<b>signed</b>"
    assert evidence.headers["Content-Type"] == "application/octet-stream"
    assert evidence.headers["Content-Disposition"].startswith("attachment")


def test_a_form_with_a_gap_changes_nothing(world):
    item = make_item(world)
    client_for(world.lin).post(reverse("item-step", args=[world.cycle.pk, item.pk, "plan"]), {"cause": "a"})

    item.refresh_from_db()
    assert item.state == Item.State.ISSUED


def test_the_page_offers_what_the_reader_may_do(world):
    item = make_item(world)

    assert 'id="form-plan"' in _page(world.lin, "item", world.cycle.pk, item.pk).content.decode()
    assert 'id="form-plan"' not in _page(world.committee, "item", world.cycle.pk, item.pk).content.decode()


def test_the_workbook_has_three_lists_of_the_same_items_as_text(world):
    make_item(world, statement="=1+1")
    make_item(world, 1, "problem:2")
    book = openpyxl.load_workbook(io.BytesIO(_page(world.wei, "ledger-file", world.cycle.pk).content))

    assert book.sheetnames == ["Problem list", "Task list", "Responsibility list"]
    assert [[row[0].value for row in sheet.iter_rows(min_row=2)] for sheet in book] == [["2022-001", "2022-002"]] * 3
    statement = book["Problem list"]["E2"]
    assert (statement.value, statement.data_type) == ("=1+1", "s")


def test_next_year_s_plan_takes_over_open_and_closed_problems_of_the_same_posts(world):
    lead_to(world, make_item(world, 0), "closed")
    make_item(world, 1, "problem:2")
    make_item(world, 0, "passage:1", kind="priority")
    following = make_cycle(previous=world.cycle, entries=1)

    carried = CarriedItem.objects.get(cycle=following.cycle)
    assert (carried.number, carried.statement, carried.closed) == ("2022-001", STATEMENT, True)
    assert carried.entry == following.entries[0]
    assert carried.theme.cycle == following.cycle


def _with_evidence(world, body, name):
    """An item with evidence as an older release took it in: nobody looked into the file."""
    item = lead_to(world, make_item(world), "done")
    stored = files.store(body, name, "application/octet-stream", now=NOW)
    item.evidence.update(file=stored)
    return item, reverse("evidence-file", args=[world.cycle.pk, item.pk, item.evidence.get().pk])


def test_active_evidence_is_refused_at_the_page(world):
    item = lead_to(world, make_item(world), "in_progress")
    before = item.evidence.count()
    body = office.report().add("word/vbaProject.bin").body()
    address = reverse("item-step", args=[world.cycle.pk, item.pk, "evidence"])
    answer = client_for(world.lin).post(address, {"text": "Minutes", "file": SimpleUploadedFile("minutes.docx", body)})

    assert answer.status_code == 409
    assert "minutes.docx contains macros" in answer.content.decode()
    assert item.evidence.count() == before


def test_evidence_is_handed_on_unchanged_with_the_ending_of_what_it_is(world):
    body = office.plain_docx()
    _item, address = _with_evidence(world, body, "minutes.exe")

    answer = client_for(world.wei).get(address)

    assert answer.content == body
    assert answer.headers["Content-Disposition"].endswith(".docx")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_active_evidence_of_an_older_release_is_handed_on_after_a_warning(world):
    body = office.report().add("word/vbaProject.bin").body()
    _item, address = _with_evidence(world, body, "minutes.docx")
    wei = client_for(world.wei)

    warned, taken = wei.get(address), wei.get(f"{address}?anyway")

    assert "minutes.docx contains macros" in warned.content.decode()
    assert "Content-Disposition" not in warned.headers
    assert taken.content == body
    assert taken.headers["Content-Disposition"].startswith("attachment")
