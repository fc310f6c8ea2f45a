"""Questions about scores, grades and letters. A reporter finds the own only."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from scoring import Counts, Scheme, Shown, reporters_view, reporters_working
from shuping.ballots import queries as ballots
from shuping.core.refusals import NotYours
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings.models import Comment
from shuping.results.models import Component, Grade, Letter, Score

# Who sees every score and count: the committee's circle (ballot.md, disclosure).
CIRCLE = frozenset(
    {Role.Kind.COMMITTEE, Role.Kind.SECRETARIAT, Role.Kind.CHAIR, Role.Kind.SCRUTINEER, Role.Kind.AUDITOR}
)


def in_circle(person: Any, cycle: Cycle) -> bool:
    return bool(cycles.roles_of(person, cycle) & CIRCLE)


def entries_with_results(person: Any, cycle: Cycle) -> QuerySet[Entry]:
    """The entries whose result a person may see: all of them in the circle, the own one for a reporter, else none."""
    found = cycles.entries(cycle).select_related("score", "grade", "letter")
    if in_circle(person, cycle):
        return found
    return found.filter(holder=person, letter__state=Letter.State.ISSUED)


def result_for(person: Any, cycle: Cycle, number: str) -> Entry:
    """An entry with its score and grade. Raises NotYours."""
    entry = entries_with_results(person, cycle).filter(number=number).first()
    if entry is None or not hasattr(entry, "score"):
        raise NotYours
    return entry


def marks(cycle: Cycle) -> dict[str, dict[str, str]]:
    """The marks of each component by entry number, as COUNTS.json has them."""
    table: dict[str, dict[str, str]] = {}
    for mark in Component.objects.filter(entry__cycle=cycle).select_related("entry"):
        table.setdefault(mark.code, {})[mark.entry.number] = format(mark.value.normalize(), "f")
    return table


def counts_json(cycle: Cycle) -> dict[str, Any]:
    """COUNTS.json of a cycle: what `python -m scoring` recomputes the result from."""
    graded = cycles.entries(cycle).filter(not_graded_because="")
    tables = {
        "entries": [entry.number for entry in graded],
        "categories": ballots.counts_for_scoring(cycle),
        "components": marks(cycle),
        "gates": {},
    }
    together = ballots.merged(cycle)
    return tables | {"merged": together} if together else tables


def counts(cycle: Cycle) -> Counts:
    return Counts.parse(counts_json(cycle))


def missing_marks(cycle: Cycle, scheme: Scheme) -> list[str]:
    """The components, by name, that come from a file and are not there for every entry."""
    wanted = {entry.number for entry in cycles.entries(cycle).filter(not_graded_because="")}
    there = marks(cycle)
    language = language_code()
    return [getattr(part, language) for part in scheme.outside if set(there.get(part.code, {})) < wanted]


def comments(entry: Entry) -> list[Comment]:
    """The confirmed comments on an entry, the presiding officer's first."""
    confirmed = entry.comments.filter(state=Comment.State.CONFIRMED)
    return list(confirmed.select_related("by").prefetch_related("problems").order_by("-presiding", "id"))


def undecided(cycle: Cycle) -> QuerySet[Grade]:
    return Grade.objects.filter(entry__cycle=cycle, decided="").select_related("entry")


def letter_for(person: Any, cycle: Cycle, number: str) -> Letter:
    """A letter: the reporter's own once issued; the circle's at any time. Raises NotYours."""
    found = Letter.objects.filter(entry__cycle=cycle, entry__number=number).select_related(
        "entry", "entry__holder", "entry__cycle"
    )
    if not in_circle(person, cycle):
        found = found.filter(entry__holder=person, state=Letter.State.ISSUED)
    letter = found.first()
    if letter is None:
        raise NotYours
    return letter


def letters_for(person: Any, cycle: Cycle) -> list[Letter]:
    """The letters a person may see, by entry number."""
    found = Letter.objects.filter(entry__cycle=cycle).select_related("entry").order_by("entry__number")
    if not in_circle(person, cycle):
        found = found.filter(entry__holder=person, state=Letter.State.ISSUED)
    return list(found)


def grade_name(scheme: Scheme, code: str, language: str) -> str:
    """A grade in words; the code itself when the scheme does not know it ("undetermined")."""
    found = next((grade for grade in scheme.grade if grade.code == code), None)
    return getattr(found, language) if found else code


def own_marks(entry: Entry, scheme: Scheme) -> dict[str, Shown]:
    """What a reporter sees of the own counts, by category that was counted (R87)."""
    return reporters_view(scheme, counts(entry.cycle), entry.number)


def own_working(entry: Entry, scheme: Scheme) -> list[dict[str, Any]]:
    """The working of a score as its reporter sees it."""
    return reporters_working(scheme, entry.score.working)


def results_json(cycle: Cycle) -> dict[str, Any]:
    """results.json of a cycle (design, section 7), without what only a rehearsal knows (seed, timings)."""
    return {
        "cycle": {"year": cycle.year, "topic": cycle.topic, "title": {"zh": cycle.title_zh, "en": cycle.title_en}},
        "scheme": cycles.scheme_of(cycle).scheme.id,
        "fingerprint": cycle.fingerprint,
        "ballot": ballots.ballot_report(cycle),
        "entries": [_entry_json(entry) for entry in cycles.entries(cycle).select_related("score", "grade")],
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    score: Score | None = getattr(entry, "score", None)
    grade: Grade | None = getattr(entry, "grade", None)
    return {
        "id": entry.number,
        "unit": {"zh": entry.unit_zh, "en": entry.unit_en},
        "mode": entry.mode,
        "score": _two_places(score.value) if score else None,
        "proposed": grade.proposed if grade else None,
        "grade": (grade.decided or None) if grade else None,
        "reason": (grade.reason or None) if grade else None,
    }


def _two_places(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
