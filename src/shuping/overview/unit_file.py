"""Everything that a unit has to do as one file that travels without a network, and back (R19, R95).

A zip: what is asked and by when, the report's headings as a docx, and a workbook with a row for each problem of last
year and each open item of the ledger. Read back by the secretariat or the clerk for the unit, recorded as such.
"""

import contextlib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shuping.core import bundles, sheets
from shuping.core.refusals import FaultyRows, Refused, ensure, refuse
from shuping.core.text import chosen, language_code
from shuping.core.uploads import Budget
from shuping.cycles import queries as cycles
from shuping.cycles import rules as years
from shuping.cycles.models import Deadline, Entry
from shuping.documents import kinds, press
from shuping.documents.blocks import Heading, Paper, Sheet, Workbook
from shuping.rectification import actions as rectifying
from shuping.rectification import queries as ledger
from shuping.rectification import rules as ledger_rules
from shuping.rectification.models import Item
from shuping.reports import actions as reporting
from shuping.reports import intake
from shuping.reports import queries as reports
from shuping.reports import rules as report_rules

REPORT, TASKS, README = "report.docx", "tasks.xlsx", "README.txt"
COLUMNS = ("kind", "number", "statement", "due", "answer", "cause", "measure", "target", "until", "done")
# Both languages at once: the file travels between readers of either.
HEADINGS = (
    "类别 / kind",
    "编号 / number",
    "问题 / statement",
    "期限 / due",
    "答复 / answer",
    "原因 / cause",
    "措施 / measure",
    "目标 / target",
    "计划完成 / until",
    "已做工作 / done",
)
PROBLEM, ITEM = "上年问题 / last year", "台账 / ledger"
WIDTHS = (10, 12, 48, 12, 48, 32, 32, 24, 12, 32)
FIRST_ROW = 2


@dataclass(frozen=True)
class Step:
    """One thing that a returned file does: in words, whether it may be done now, and the doing of it."""

    words: str
    check: Callable[[], None]
    do: Callable[[], Any]


def build(entry: Entry) -> kinds.RenderedFile:
    """The unit's file in the reader's language."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle, press.bundle():
        bundle.writestr(README, "\ufeff" + _readme(entry))
        if report_rules.in_time(entry.cycle) is None and report_rules.not_accepted(entry) is None:
            bundle.writestr(REPORT, _headings(entry))
        bundle.writestr(TASKS, _tasks(entry))
    name = kinds.file_name(f"{entry.cycle.year}-{entry.number} {entry.unit_name}", "zip")
    return kinds.RenderedFile(name, "application/zip", out.getvalue())


def _readme(entry: Entry) -> str:
    scheme, cycle = cycles.scheme_of(entry.cycle), entry.cycle
    due = cycles.deadline(cycle, Deadline.Kind.REPORT)
    lines = [f"{cycle.title}", f"{entry} · {entry.post_name}", ""]
    lines.append(_("1. Write the report into %(file)s, below its headings; change no heading.") % {"file": REPORT})
    if due:
        lines.append(_("   It is due by %(due)s.") % {"due": f"{due:%Y-%m-%d}"})
    for part in scheme.section:
        words = {"title": chosen(part.zh, part.en), "min": part.min, "max": part.max}
        lines.append(_("   - %(title)s: %(min)d to %(max)d characters") % words)
    lines.append(_("2. Fill in %(file)s, from the column “answer” on; the columns before it stay.") % {"file": TASKS})
    lines.append(_("3. Pack both files into a zip again and send it to the secretariat."))
    return "\r\n".join([*lines, ""])


def _headings(entry: Entry) -> bytes:
    scheme = cycles.scheme_of(entry.cycle)
    blocks = tuple(Heading(chosen(part.zh, part.en)) for part in scheme.section)
    return press.render(Paper(title=f"{entry.unit_name} {entry.cycle.title}", blocks=blocks), "docx")


def _tasks(entry: Entry) -> bytes:
    answers = reports.answers(entry)
    problems = [
        (PROBLEM, item.number, item.statement, "", answers.get(item.pk, ""), "", "", "", "", "")
        for item in cycles.carried(entry)
    ]
    items = [
        (ITEM, item.number, item.statement, f"{item.due:%Y-%m-%d}", "", item.cause, item.measure, item.target, "", "")
        for item in ledger.open_items(entry)
    ]
    return press.render(Workbook((Sheet(_("Tasks"), HEADINGS, (*problems, *items), WIDTHS),)), "xlsx")


def take_back(entry: Entry, *, body: bytes, name: str, by: Any, now: datetime, dry_run: bool = False) -> list[str]:
    """Do for the unit what its returned file says, all of it or nothing; a dry run only looks whether it may be done.

    Returns what was done in words. Raises Refused, or FaultyRows with a sentence for everything that cannot be done.
    """
    ensure(years.may_act_for(by, entry.holder, entry.cycle))
    budget = Budget()
    steps, faults = _Reading(entry, budget, by=by, now=now).read(bundles.files(body, name, budget))
    faults += [fault for step in steps for fault in _not_now(step)]
    if not steps and not faults:
        faults.append(_("The file holds nothing that is new: no report and no row that was filled in."))
    if faults:
        raise FaultyRows(faults)
    if not dry_run:
        with transaction.atomic():
            for step in steps:
                step.do()
    return [step.words for step in steps]


def _not_now(step: Step) -> Iterator[str]:
    try:
        step.check()
    except Refused as refused:
        yield f"{step.words}: {refused}"


class _Reading:
    """A returned file on its way to steps. No part of it is opened before the rule that could refuse it was asked."""

    def __init__(self, entry: Entry, budget: Budget, *, by: Any, now: datetime) -> None:
        self.entry, self.budget, self.by, self.now = entry, budget, by, now

    def read(self, found: dict[str, bytes]) -> tuple[list[Step], list[str]]:
        """The steps of all files, and a sentence for everything that cannot be done."""
        steps: list[Step] = []
        faults: list[str] = []
        for file, body in sorted(found.items()):
            try:
                more, wrong = self._file(file, body)
            except Refused as refused:
                more, wrong = [], [str(refused)]
            steps, faults = steps + more, faults + wrong
            if wrong and self.budget.spent:
                break  # it would be the same sentence for each file that is left
        return steps, faults

    def _file(self, file: str, body: bytes) -> tuple[list[Step], list[str]]:
        if file.lower().endswith(".docx"):
            return self._report(file, body), []
        if not file.lower().endswith(".xlsx"):
            return [], []
        rows = Rows(self.entry, by=self.by, now=self.now)
        if not rows.awaited:
            raise refuse("no_tasks", _("%(file)s is not read: this unit has no open task.") % {"file": file})
        return _rows(rows, sheets.rows(body, file, self.budget))

    def _report(self, file: str, body: bytes) -> list[Step]:
        """Handing the report in; nothing for one that still has only its headings."""
        if refusal := report_rules.may_submit(self.by, self.entry):
            why = {"file": file, "why": refusal}
            raise refuse(refusal.code, _("%(file)s: %(why)s Take it out of the zip, then send that again.") % why)
        scheme = cycles.scheme_of(self.entry.cycle)
        sections = intake.read_sections(body, file, scheme, language_code(), self.budget)
        written = [section for section in sections if section["code"] and section["text"].strip()]
        if not written:
            return []
        given = {"body": body, "name": file, "sections": sections, "by": self.by, "now": self.now}
        words = _("%(file)s: hand the report in, with %(number)d sections") % {"file": file, "number": len(written)}
        return [
            Step(
                words,
                lambda: ensure(report_rules.may_submit(self.by, self.entry)),
                lambda: reporting.submit_report(self.entry, **given),
            )
        ]


def _rows(rows: "Rows", table: list[list[Any]]) -> tuple[list[Step], list[str]]:
    for line, row in enumerate(table[1:], FIRST_ROW):
        cells = ["" if cell is None else str(cell).strip() for cell in (*row, *[None] * len(COLUMNS))]
        given = dict(zip(COLUMNS, cells, strict=False))
        if any(given[column] for column in COLUMNS[4:]):
            rows.take(line, given)
    return rows.steps(), rows.faults


class Rows:
    """The filled-in rows of a returned workbook on their way to steps; `faults` are told with their row."""

    def __init__(self, entry: Entry, *, by: Any, now: datetime) -> None:
        self.entry, self.by, self.now = entry, by, now
        self.known = reports.answers(entry)
        self.carried = {item.number: item for item in cycles.carried(entry)}
        self.items = {item.number: item for item in ledger.open_items(entry)}
        self.answers: dict[str, str] = {}
        self.planned: list[Step] = []
        self.faults: list[str] = []

    @property
    def awaited(self) -> bool:
        """Whether the unit has anything to fill in."""
        return bool(self.carried or self.items)

    def steps(self) -> list[Step]:
        """One step for all answers, then one for each item of the ledger."""
        if not self.answers:
            return self.planned
        words = _("Answer problems of last year: %(numbers)s") % {"numbers": ", ".join(sorted(self.answers))}
        answer = Step(
            words,
            lambda: ensure(report_rules.may_answer(self.by, self.entry)),
            lambda: reporting.answer_carried(self.entry, answers=self.answers, by=self.by, now=self.now),
        )
        return [answer, *self.planned]

    def take(self, line: int, given: dict[str, str]) -> None:
        """Take one row in, or note what is wrong with it."""
        number = given["number"]
        if given["kind"] == PROBLEM and number in self.carried:
            if given["answer"] and given["answer"] != self.known.get(self.carried[number].pk):
                self.answers[number] = given["answer"]
        elif given["kind"] == ITEM and number in self.items:
            self._item(line, self.items[number], given)
        else:
            words = {"line": line, "number": number or "–"}
            self.faults.append(_("Row %(line)d: this unit has no open task %(number)s.") % words)

    def _item(self, line: int, item: Item, given: dict[str, str]) -> None:
        plan = {key: given[key] for key in ("cause", "measure", "target")}
        if plan != {key: getattr(item, key) for key in plan}:
            self._plan(line, item, plan, given["until"])
        if given["done"]:
            self.planned.append(
                self._step(
                    item,
                    "evidence",
                    _("Keep what was done about %(number)s") % {"number": item.number},
                    lambda: rectifying.add_evidence(item, text=given["done"], by=self.by, now=self.now),
                )
            )

    def _plan(self, line: int, item: Item, plan: dict[str, str], until: str) -> None:
        words = {"line": line, "number": item.number, "until": until}
        if not plan["cause"] or not plan["measure"]:
            self.faults.append(_("Row %(line)d: a plan for %(number)s needs its cause and its measure.") % words)
            return
        due = item.due
        if until:
            with contextlib.suppress(ValueError):
                due = date.fromisoformat(until[:10])
            if until[:10] != due.isoformat():
                self.faults.append(_("Row %(line)d: “%(until)s” is no date: write it as 2023-01-31.") % words)
                return
        sentence = _("Plan how to put %(number)s right") % words
        doing = lambda: rectifying.plan_item(item, **plan, due=due, by=self.by, now=self.now)  # noqa: E731
        self.planned.append(self._step(item, "plan", sentence, doing))

    def _step(self, item: Item, step: str, words: str, do: Callable[[], Any]) -> Step:
        return Step(words, lambda: ensure(ledger_rules.may(self.by, item, step)), do)
