"""The compilation: every accepted report in the order of the entries (R23)."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.cycles import queries as cycles
from shuping.cycles.models import CarriedItem, Cycle, Entry
from shuping.documents import kinds
from shuping.documents.blocks import Contents, Heading, Language, PageBreak, Paper, Paragraph, Table
from shuping.reports import field_rules, fieldwork, queries
from shuping.reports.models import FieldCheck, Revision

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}


def compilation(cycle: Cycle, *, language: Language) -> Paper:
    """A contents page, then each accepted report on a new page (R23); those of a group behind its name (R11)."""
    with override(DJANGO_CODES[language]):
        reports = queries.accepted(cycle)
        blocks = [block for part in _by_group(reports) for block in part]
        head: tuple[Any, ...] = (Contents(_("Contents")),)
        if not reports:
            head = (Paragraph(_("No report is accepted yet."), indent=False),)
        title, subtitle = _("Compilation of the reports"), cycle.title
        return Paper(title=title, subtitle=subtitle, blocks=(*head, *blocks), language=language)


def _by_group(reports: list[tuple[Entry, Revision]]) -> Iterator[list[Any]]:
    """The reports of those without a group, then of each group that the plan names, in the order of the entries."""
    groups = sorted(dict.fromkeys(entry.group for entry, _revision in reports), key=bool)
    for group in groups:
        yield [PageBreak(), Heading(group)] if group else []
        yield from (_report(entry, revision) for entry, revision in reports if entry.group == group)


def _report(entry: Entry, revision: Revision) -> list[Any]:
    blocks: list[Any] = [PageBreak(), Heading(f"{entry.number} {entry.unit_name}"), Paragraph(_reporter(entry))]
    for section in revision.sections:
        if section["title"]:
            blocks.append(Heading(section["title"], 2))
        blocks += [Paragraph(line) for line in section["text"].split("\n") if line.strip()]
    return blocks + _answers(entry)


def _answers(entry: Entry) -> list[Any]:
    """Last year's problems beside what the report says of each (R17)."""
    rows = tuple(
        (item.number, item.statement, _("closed") if item.closed else _("still open"), _answer(item))
        for item in cycles.carried(entry)
    )
    header = (_("No."), _("Statement"), _("State"), _("Answer in the report"))
    title = Heading(_("Problems of last year"), 2)
    return [title, Table(header, rows, widths=(1.4, 5, 1.2, 5))] if rows else []


def _answer(item: CarriedItem) -> str:
    return item.answer.text if hasattr(item, "answer") else ""


def _reporter(entry: Entry) -> str:
    return _("%(post)s (%(capacity)s)") % {"post": entry.post_name, "capacity": entry.get_capacity_display()}


def field_record(cycle: Cycle, *, language: Language) -> Paper:
    """The record of the field checks: each claim, what was found, where and when (R22)."""
    with override(DJANGO_CODES[language]):
        rows = tuple(
            (check.revision.report.entry.number, check.claim, check.get_outcome_display(), _seen(check))
            for check in fieldwork.checks_of_year(cycle)
        )
        header = (_("No."), _("Claim of the report"), _("Outcome"), _("What was found on the spot"))
        table: Any = Table(header, rows, widths=(1, 5, 1.6, 5))
        blocks = (table,) if rows else (Paragraph(_("No claim was taken to be checked on the spot yet.")),)
        title = _("Record of the field checks")
        return Paper(title=title, subtitle=cycle.title, blocks=blocks, layout="landscape", language=language)


def _seen(check: FieldCheck) -> str:
    day = check.seen_on.isoformat() if check.seen_on else ""
    return "\n".join(filter(None, [" ".join(filter(None, [day, check.place])), check.found]))


FIELD_RECORD = kinds.Kind(
    code="field_checks",
    title=gettext_lazy("Record of the field checks"),
    formats=("docx", "pdf"),
    build=field_record,
    audience=tuple(sorted(str(role) for role in field_rules.READERS)),
)
COMPILATION = kinds.Kind(
    code="compilation",
    title=gettext_lazy("Compilation of the reports"),
    formats=("docx", "pdf"),
    build=compilation,
    audience=tuple(str(role) for role in cycles.READERS),
    bulky=True,
)
