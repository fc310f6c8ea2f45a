"""Key figures: given by the reporter beside last year's, kept until the report is accepted (R21)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shuping.core.models import Act
from shuping.core.refusals import Refused
from shuping.cycles.models import Cycle, Entry
from shuping.reports import figures, queries
from shuping.reports.figures import Given
from shuping.reports.models import Indicator, Report
from tests.builders import NOW, client_for, make_cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cycle("reporting")


def page(world):
    return reverse("key-figures", args=[world.cycle.pk, "01"])


def sent(*rows):
    """A form as a browser sends it: (name, unit, last year, this year) in each row."""
    names = ("name", "unit", "last_year", "this_year")
    fields = {
        f"form-{place}-{name}": value for place, row in enumerate(rows) for name, value in zip(names, row, strict=True)
    }
    return {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0, **fields}


def kept(world):
    found = Indicator.objects.filter(report__entry=world.entries[0]).order_by("id")
    return list(found.values_list("name", "unit", "last_year", "this_year"))


def test_the_reporter_gives_figures_and_gives_them_anew(world):
    lin = client_for(world.lin)
    lin.post(page(world), sent(("Stations", "", "120", "126"), ("Visits", "1000", "", "3.5"), ("", "", "", "")))
    assert kept(world) == [("Stations", "", 120, 126), ("Visits", "1000", None, Decimal("3.5"))]

    lin.post(page(world), sent(("Stations", "", "121", "126")))
    assert kept(world) == [("Stations", "", 121, 126)]
    shown = lin.get(page(world)).content.decode()
    assert "+5<" in shown
    assert 'value="121.00"' in shown


def test_the_office_gives_them_for_the_reporter_on_record(world):
    client_for(world.wei).post(page(world), sent(("Stations", "", "1", "2")))

    act = Act.objects.get(verb="keep_figures")
    assert (act.by, act.on_behalf_of) == (world.wei, world.lin)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("Stations", "", "many", "1")], "Enter a number."),
        ([("Stations", "", "1", "1.005")], "2 decimal places"),
        ([("Stations", "", "1", "1234567890123")], "12 digits before the decimal point"),
        ([("", "", "1", "2")], "Name the figure, or empty the whole row."),
        ([("S", "", "1", "2"), ("S", "", "3", "4")], "The figure “S” stands in two rows"),
        ([("S" * 81, "", "1", "2")], "80 characters"),
        ([(f"S{place}", "", "1", "2") for place in range(figures.MOST + 1)], "at most 30 forms"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_what_was_typed(world, rows, sentence):
    shown = client_for(world.lin).post(page(world), sent(*rows))

    assert shown.status_code == 400
    assert sentence in shown.content.decode()
    assert f'value="{rows[0][3]}"' in shown.content.decode()
    assert kept(world) == []


def test_a_form_that_was_cut_off_keeps_nothing(world):
    assert client_for(world.lin).post(page(world), {"form-0-name": "S"}).status_code == 400
    assert kept(world) == []


def test_an_accepted_report_keeps_its_figures(world):
    Report.objects.create(entry=world.entries[0], state="accepted")
    with pytest.raises(Refused) as refused:
        figures.keep_figures(world.entries[0], figures=[Given("S")], by=world.lin, now=NOW)

    assert refused.value.refusal.code == "report_accepted"
    assert "form-figures" not in client_for(world.lin).get(page(world)).content.decode()


def test_the_same_name_twice_is_refused_by_the_verb_too(world):
    with pytest.raises(Refused) as refused:
        figures.keep_figures(world.entries[0], figures=[Given("S"), Given("S")], by=world.lin, now=NOW)

    assert refused.value.refusal.code == "figure_twice"


def test_a_reader_sees_them_and_cannot_write(world):
    figures.keep_figures(world.entries[0], figures=[Given("Stations")], by=world.lin, now=NOW)
    chair = client_for(world.chair)

    assert "form-figures" not in chair.get(page(world)).content.decode()
    assert chair.post(page(world), sent(("S", "", "1", "2"))).status_code == 409
    assert [name for name, *_rest in kept(world)] == ["Stations"]


def test_what_last_years_report_said_stands_beside_another_value(world):
    entry = world.entries[0]
    last = make_cycle(entries=1)
    Cycle.objects.filter(pk=world.cycle.pk).update(previous=last.cycle)
    Entry.objects.filter(pk=last.entries[0].pk).update(post=entry.post_id)
    report = Report.objects.create(entry=last.entries[0])
    report.indicators.create(name="Stations", this_year=118)
    report.indicators.create(name="Courses", this_year=7)
    lin = client_for(world.lin)
    assert 'value="118.00"' in lin.get(page(world)).content.decode()

    lin.post(page(world), sent(("Stations", "", "120", "126")))

    first, gone = queries.figures(Entry.objects.get(pk=entry.pk))
    assert (first.before, first.now, first.reported, first.differs) == (120, 126, 118, True)
    assert (gone.name, gone.before, gone.now, gone.differs) == ("Courses", 7, None, False)
    assert "last year’s report: 118<" in lin.get(page(world)).content.decode()
