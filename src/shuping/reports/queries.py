"""Questions about reports."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from shuping.core.refusals import NotYours
from shuping.core.text import line_differences
from shuping.cycles import queries as cycles
from shuping.cycles.models import CarriedItem, Cycle, Deadline, Entry
from shuping.reports.models import Answer, Finding, Indicator, Report, Revision


@dataclass(frozen=True)
class Row:
    """An entry with its report (None when nothing was handed in), how many versions there are and by when it is due."""

    entry: Entry
    report: Report | None
    versions: int
    due: datetime | None

    @property
    def state(self) -> str:
        return self.report.state if self.report else Report.State.AWAITED

    @property
    def state_name(self) -> str:
        return str(Report.State(self.state).label)

    @property
    def late(self) -> bool:
        return self.report is not None and self.report.late


def entries_for(person: Any, cycle: Cycle) -> QuerySet[Entry]:
    """The entries whose report a person may read: everybody the own one, the circle of readers all (R24)."""
    found = cycles.entries(cycle).select_related("holder", "unit", "post", "report", "cycle")
    return found if cycles.reads_all(person, cycle) else found.filter(holder=person)


def reports_for(person: Any, cycle: Cycle) -> list[Row]:
    """Every entry that a person may read, with its report, by number; always the same few queries (R20, R25)."""
    due = cycles.deadline(cycle, Deadline.Kind.REPORT)
    found = entries_for(person, cycle).annotate(versions=Count("report__revisions"))
    return [Row(entry, report_of(entry), entry.versions, due) for entry in found]


def entry_for(person: Any, cycle: Cycle, number: str) -> Entry:
    """One entry whose report a person may read. Raises NotYours."""
    entry = entries_for(person, cycle).filter(number=number).first()
    if entry is None:
        raise NotYours
    return entry


def report_of(entry: Entry) -> Report | None:
    """The entry's report, or None as long as nothing was handed in or answered."""
    found: Report | None = getattr(entry, "report", None)
    return found


def versions(report: Report | None) -> list[Revision]:
    """Every version, oldest first."""
    return list(report.revisions.select_related("file")) if report else []


def newest(report: Report | None) -> Revision | None:
    """The version handed in last."""
    return report.revisions.select_related("file").order_by("-number").first() if report else None


@dataclass(frozen=True)
class Figure:
    """A key figure year on year; a value is None where nobody reported it."""

    name: str
    unit: str
    before: Decimal | None
    now: Decimal | None
    reported: Decimal | None = None

    @property
    def differs(self) -> bool:
        """Whether last year's report gave another value (`reported`) than this year's says it had."""
        return self.reported is not None and self.reported != self.before

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None or self.now is None else self.now - self.before


def last_entry(entry: Entry) -> Entry | None:
    """The same post in the year before."""
    return Entry.objects.filter(cycle=entry.cycle.previous_id, post=entry.post_id).first()


def figures(entry: Entry) -> list[Figure]:
    """The key figures of an entry beside last year's: as the report says, else as last year's report said (R21)."""
    known = Indicator.objects.filter(report__entry__cycle=entry.cycle.previous_id, report__entry__post=entry.post_id)
    before = {one.name: one for one in known.order_by("id")}
    mine = list(Indicator.objects.filter(report__entry=entry).order_by("id"))
    found = [_figure(one, before.get(one.name)) for one in mine]
    names = {one.name for one in mine}
    gone = [
        Figure(one.name, one.unit, one.this_year, None, one.this_year)
        for name, one in before.items()
        if name not in names
    ]
    return found + gone


def _figure(mine: Indicator, last: Indicator | None) -> Figure:
    reported = last.this_year if last else None
    before = reported if mine.last_year is None else mine.last_year
    return Figure(mine.name, mine.unit, before, mine.this_year, reported)


def counts(cycle: Cycle) -> dict[str, int]:
    """How many entries there are ("all"), how many reports are late, and how many are in each state."""
    states = dict.fromkeys(Report.State.values, 0)
    rows = list(Entry.objects.filter(cycle=cycle).values_list("report__state", "report__late"))
    for state, _late in rows:
        states[state or Report.State.AWAITED] += 1
    return {**states, "all": len(rows), "late": sum(bool(late) for _state, late in rows)}


def answers(entry: Entry) -> dict[int, str]:
    """What was answered to last year's problems, by the key of the CarriedItem (R17)."""
    return dict(Answer.objects.filter(report__entry=entry).values_list("carried_id", "text"))


def unanswered(entry: Entry, locked_text: str) -> list[CarriedItem]:
    """Last year's problems that have neither an answer nor their number in the locked section's text (R17)."""
    given = answers(entry)
    return [
        item
        for item in CarriedItem.objects.filter(entry=entry)
        if not given.get(item.pk, "").strip() and not _names(locked_text, item.number)
    ]


def _names(text: str, number: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(number)}(?!\d)", text, re.ASCII) is not None


def section_texts(revision: Revision) -> dict[str, str]:
    """The text of each section by its code; parts with the same heading are put together."""
    found: dict[str, str] = {}
    for section in revision.sections:
        found[section["code"]] = "\n".join(filter(None, [found.get(section["code"]), section["text"]]))
    return found


def whole_text(revision: Revision) -> str:
    """Everything below the headings."""
    return "\n".join(section["text"] for section in revision.sections)


def locked_text(revision: Revision | None, codes: set[str]) -> str:
    """What a revision says in the sections of these codes."""
    texts = section_texts(revision) if revision else {}
    return "\n".join(text for code, text in texts.items() if code in codes)


def others(entry: Entry) -> list[Revision]:
    """The newest revisions of the other entries of the year, and last year's of the same post."""
    last_year = Q(report__entry__cycle=entry.cycle.previous_id, report__entry__post=entry.post_id)
    found = Revision.objects.filter(Q(report__entry__cycle=entry.cycle_id) | last_year).exclude(report__entry=entry)
    rows = found.select_related("report__entry__cycle").order_by("report_id", "number")
    return list({revision.report_id: revision for revision in rows}.values())


def sharing(revision: Revision) -> list[Revision]:
    """The newest revisions of the year that share text with this one, or did with the one before it."""
    entry = revision.report.entry
    found = Finding.objects.filter(check_code="copied", revision__report__entry__cycle=entry.cycle_id)
    named = {finding.parameters["entry"] for finding in found.filter(revision=revision)}
    naming = set(found.filter(parameters__entry=entry.number).values_list("revision_id", flat=True))
    of_the_year = [other for other in others(entry) if other.report.entry.cycle_id == entry.cycle_id]
    return [other for other in of_the_year if other.report.entry.number in named or other.pk in naming]


def accepted(cycle: Cycle) -> list[tuple[Entry, Revision]]:
    """The entries with an accepted report, each with its newest revision, by number."""
    revisions = Revision.objects.filter(report__entry__cycle=cycle, report__state=Report.State.ACCEPTED)
    rows = revisions.select_related("report__entry").order_by("report__entry__number", "number")
    newest_of = {revision.report_id: revision for revision in rows}
    return [(revision.report.entry, revision) for revision in newest_of.values()]


def differences(older: Revision, newer: Revision) -> list[tuple[str, str]]:
    """The paragraphs of two versions as ("same" | "gone" | "new", text), in reading order (R20)."""
    return line_differences(_lines(older), _lines(newer))


def _lines(revision: Revision) -> list[str]:
    texts = "\n".join(f"{section['title']}\n{section['text']}" for section in revision.sections)
    return [line for line in texts.split("\n") if line.strip()]
