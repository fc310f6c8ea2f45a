"""From counts to letters: take marks in, compute, decide, issue."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from scoring import EntryResult, evaluate
from shuping.core import acts, digests, files, live, sheets
from shuping.core.refusals import FaultyRows, ensure, refuse
from shuping.cycles import actions as years
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.organisations.models import Body
from shuping.results import marks, queries, rules
from shuping.results.models import Component, Grade, Letter, Score

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def import_marks(cycle: Cycle, *, component: str, body: bytes, name: str, by: Any, now: datetime) -> int:
    """Take the marks of a component from an xlsx file: all rows or none. Raises FaultyRows."""
    ensure(rules.may_import_marks(by, cycle))
    if component not in {part.code for part in cycles.scheme_of(cycle).component if part.source != "ballot"}:
        raise refuse("unknown_component", _("The scheme has no such component that comes from a file."))
    entries = {entry.number: entry for entry in cycles.entries(cycle).filter(not_graded_because="")}
    # Reading takes seconds in a child process: no transaction waits for it.
    found, faults = marks.read_marks(sheets.rows(body, name), set(entries))
    if faults:
        raise FaultyRows(faults)
    values = {entries[mark.number]: mark.value for mark in found}
    _keep_marks(cycle, component, values, (body, name), by=by, now=now)
    return len(found)


@transaction.atomic
def _keep_marks(
    cycle: Cycle, component: str, values: dict[Entry, Decimal], file: tuple[bytes, str], *, by: Any, now: datetime
) -> None:
    ensure(rules.may_import_marks(by, cycle))
    stored = files.store(*file, XLSX, now=now)
    taken = []
    for entry, value in values.items():
        changed = {"value": value, "file": stored}
        kept, _made = Component.objects.update_or_create(entry=entry, code=component, defaults=changed)
        taken.append(kept)
    details = {"component": component, "file": stored.digest}
    acts.record("import_marks", cycle, by=by, now=now, cycle=cycle.pk, details=details, decides={"mark": taken})


@transaction.atomic
def compute_scores(cycle: Cycle, *, by: Any, now: datetime) -> list[Score]:
    """Compute every score with its working, and propose grades; deciding is the committee's (R72-R84)."""
    ensure(rules.may_compute(by, cycle))
    sheet = evaluate(cycles.scheme_of(cycle), queries.counts(cycle))
    entries = {entry.number: entry for entry in cycles.entries(cycle)}
    scores = [_keep(entries[result.id], result) for result in sheet.entries]
    decides: digests.Things = {"score": scores, "grade": list(Grade.objects.filter(entry__in=entries.values()))}
    details = {"scheme": cycle.fingerprint}
    acts.record("compute_scores", cycle, by=by, now=now, cycle=cycle.pk, details=details, decides=decides)
    years.advance(cycle, Cycle.Stage.DECISION, by=by, now=now)
    live.announce(f"results-{cycle.pk}")
    return scores


def _keep(entry: Entry, result: EntryResult) -> Score:
    score, _made = Score.objects.update_or_create(
        entry=entry, defaults={"value": result.score, "working": [step.as_json() for step in result.working]}
    )
    Grade.objects.update_or_create(entry=entry, defaults={"proposed": result.proposed})
    return score


@transaction.atomic
def decide_grade(entry: Entry, *, grade: str, reason: str, body: Body | None, by: Any, now: datetime) -> Grade:
    """Record what the committee decided. Another grade than the proposed one needs a reason and a named body (R84)."""
    ensure(rules.may_decide(by, entry))
    known = {level.code for level in cycles.scheme_of(entry.cycle).grade}
    if grade not in known:
        raise refuse("unknown_grade", _("The scheme of this year has no such grade."))
    row = Grade.objects.select_for_update().get(entry=entry)
    if rules.needs_reason(row, grade) and (not reason.strip() or body is None):
        raise refuse(
            "reason_missing", _("Another grade than the proposed one needs a reason and the body that decided it.")
        )
    row.decided, row.reason, row.body, row.decided_at = grade, reason.strip(), body, now
    row.save()
    details = {"entry": entry.number, "proposed": row.proposed, "decided": grade}
    about: dict[str, Any] = {"cycle": entry.cycle_id, "reason": reason, "details": details}
    acts.record("decide_grade", entry, by=by, now=now, decides={"grade": [row]}, **about)
    live.announce(f"results-{entry.cycle_id}")
    return row


@transaction.atomic
def decide_all(cycle: Cycle, *, body: Body | None, by: Any, now: datetime) -> int:
    """Agree with every proposal that is not yet decided; what is undetermined stays open."""
    graded = {level.code for level in cycles.scheme_of(cycle).grade}
    left = [grade for grade in queries.undecided(cycle) if grade.proposed in graded]
    for grade in left:
        decide_grade(grade.entry, grade=grade.proposed, reason="", body=body, by=by, now=now)
    return len(left)


@transaction.atomic
def close_decision(cycle: Cycle, *, by: Any, now: datetime) -> int:
    """Close the decision: grades are final, letters are drafted from grades and confirmed comments."""
    ensure(rules.may_close_decision(by, cycle))
    entries = list(cycles.entries(cycle).select_related("grade"))
    drafts = []
    for entry in entries:
        letter, _made = Letter.objects.update_or_create(entry=entry, defaults={"content": _content(entry)})
        drafts.append(letter)
    acts.record("close_decision", cycle, by=by, now=now, cycle=cycle.pk, decides={"letter": drafts})
    years.advance(cycle, Cycle.Stage.RECTIFICATION, by=by, now=now)
    return len(entries)


def _content(entry: Entry) -> dict[str, Any]:
    """The three blocks of a letter, word for word from the confirmed comments (R86)."""
    said = queries.comments(entry)
    return {
        "grade": entry.grade.decided if hasattr(entry, "grade") else "",
        "recognised": [comment.recognised for comment in said if comment.recognised],
        "problems": [problem.statement for comment in said for problem in comment.problems.all()],
        "direction": [comment.direction for comment in said if comment.direction],
    }


@transaction.atomic
def issue_letters(cycle: Cycle, *, by: Any, now: datetime) -> int:
    """Issue every drafted letter; each is an act of its own. Refused before the decision."""
    ensure(rules.may_issue_letters(by, cycle))
    drafts = Letter.objects.select_for_update().filter(entry__cycle=cycle, state=Letter.State.DRAFT)
    letters = list(drafts.select_related("entry"))
    for letter in letters:
        letter.state, letter.issued_at = Letter.State.ISSUED, now
        letter.save()
        about: dict[str, Any] = {"cycle": cycle.pk, "details": {"entry": letter.entry.number}}
        acts.record("issue_letter", letter, by=by, now=now, decides={"letter": [letter]}, **about)
    live.announce(f"cycle-{cycle.pk}")
    return len(letters)


@transaction.atomic
def mark_read(letter: Letter, *, by: Any, now: datetime) -> None:
    """The reporter confirms to have received the letter; the first time counts."""
    if letter.entry.holder != by:
        raise refuse("not_your_letter", _("Only the addressee confirms to have received a letter."))
    if letter.read_at is None:
        letter.read_at = now
        letter.save(update_fields=["read_at"])
        cycle = letter.entry.cycle_id
        acts.record("receive_letter", letter, by=by, now=now, cycle=cycle, decides={"letter": [letter]})
