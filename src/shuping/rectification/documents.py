"""The ledger as a workbook: problem list, task list, responsibility list from the same rows (R94)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.documents.blocks import Language, Sheet, Workbook
from shuping.rectification.models import Item

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}


def ledger(cycle: Cycle, *, language: Language) -> Workbook:
    """The three lists of a cycle."""
    with override(DJANGO_CODES[language]):
        items = list(Item.objects.filter(cycle=cycle).select_related("entry", "theme", "owner"))
        return Workbook(sheets=(_problems(items), _tasks(items), _responsibilities(items)))


def _sheet(title: str, columns: dict[str, Any], items: list[Item], widths: tuple[int, ...]) -> Sheet:
    rows = tuple(tuple(value(item) for value in columns.values()) for item in items)
    return Sheet(title=title, header=tuple(columns), rows=rows, widths=widths)


def _problems(items: list[Item]) -> Sheet:
    columns = {
        _("No."): lambda item: item.number,
        _("Unit"): lambda item: item.entry.unit_name,
        _("Kind"): lambda item: item.get_kind_display(),
        _("Theme"): lambda item: item.theme.name if item.theme else "",
        _("Statement"): lambda item: item.statement,
        _("Source"): lambda item: item.source_text,
        _("State"): lambda item: item.get_state_display(),
    }
    return _sheet(_("Problem list"), columns, items, (12, 24, 10, 20, 60, 30, 12))


def _tasks(items: list[Item]) -> Sheet:
    columns = {
        _("No."): lambda item: item.number,
        _("Statement"): lambda item: item.statement,
        _("Root cause"): lambda item: item.cause,
        _("Measure"): lambda item: item.measure,
        _("What shows that it worked"): lambda item: item.target,
        _("Due"): lambda item: item.due.isoformat(),
        _("State"): lambda item: item.get_state_display(),
    }
    return _sheet(_("Task list"), columns, items, (12, 50, 40, 50, 40, 12, 12))


def _responsibilities(items: list[Item]) -> Sheet:
    columns = {
        _("No."): lambda item: item.number,
        _("Unit"): lambda item: item.entry.unit_name,
        _("Owner"): lambda item: item.owner.name,
        _("Post"): lambda item: item.entry.post_name,
        _("Due"): lambda item: item.due.isoformat(),
        _("Closed on"): lambda item: item.closed_at.date().isoformat() if item.closed_at else "",
    }
    return _sheet(_("Responsibility list"), columns, items, (12, 24, 24, 24, 12, 12))


LEDGER = kinds.Kind(
    code="ledger",
    title=gettext_lazy("Rectification ledger"),
    formats=("xlsx",),
    build=ledger,
    audience=tuple(str(role) for role in cycles.READERS),
)
