"""Key figures of a report, each with last year's value beside it (R21)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, live
from shuping.core.refusals import ensure, refuse
from shuping.cycles.models import Entry
from shuping.reports import queries, rules
from shuping.reports.models import Indicator, Report

MOST = 30
TWICE = _("The figure “%(name)s” stands in two rows: keep one of them.")


@dataclass(frozen=True)
class Given:
    """A figure as the reporter gives it; a value is None where it is not known."""

    name: str
    unit: str = ""
    last_year: Decimal | None = None
    this_year: Decimal | None = None


def named_twice(figures: list[Given]) -> str | None:
    """The first name that is given to two figures."""
    names = [one.name for one in figures]
    return next((name for place, name in enumerate(names) if name in names[:place]), None)


@transaction.atomic
def keep_figures(entry: Entry, *, figures: list[Given], by: Any, now: datetime) -> None:
    """Keep the key figures of a report in the place of those before, until it is accepted. Raises Refused."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("cycle", "holder", "report").get(pk=entry.pk)
    ensure(rules.may_submit(by, entry))
    if name := named_twice(figures):
        raise refuse("figure_twice", TWICE % {"name": name})
    report = queries.report_of(entry) or Report.objects.create(entry=entry)
    report.indicators.all().delete()
    Indicator.objects.bulk_create(
        Indicator(report=report, name=one.name, unit=one.unit, last_year=one.last_year, this_year=one.this_year)
        for one in figures
    )
    stands_for = None if by == entry.holder else entry.holder
    details = {"entry": entry.number, "figures": len(figures)}
    about: dict[str, Any] = {"on_behalf_of": stands_for, "cycle": entry.cycle_id, "details": details}
    acts.record("keep_figures", report, by=by, now=now, decides={"report": [report], "figures": [report]}, **about)
    live.announce(f"cycle-{entry.cycle_id}")
