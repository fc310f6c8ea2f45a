"""The walk of the results: scores and proposals, computed again from the frozen scheme, the counts and the marks."""

from collections.abc import Iterator
from typing import Any

from scoring import FaultyInput, evaluate
from shuping.core import acts
from shuping.core.models import Act
from shuping.core.walks import Finding, Tell, fault
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.results import queries
from shuping.results.models import Grade, Score

CHANGE_IT = ("import_marks", "exempt_entry", "count_ballot")


def walk(_tell: Tell) -> Iterator[Finding]:
    """Every year whose scores were computed."""
    for cycle in Cycle.objects.filter(entries__score__isnull=False).distinct().order_by("pk"):
        name = f"Scores of {cycle.year} ({cycle.topic})"
        if later := _changed_since(cycle):
            yield Finding(f"{name}: not computed again since {later}.")
        else:
            yield from _scores(cycle, name)


def _changed_since(cycle: Cycle) -> str:
    """What came in after the scores were computed, which then wait to be computed once more."""
    computed = acts.last("compute_scores", cycle)
    later = Act.objects.filter(cycle=cycle.pk, verb__in=CHANGE_IT, pk__gt=computed.pk if computed else 0)
    newest = later.order_by("-pk").first()
    return f"row {newest.pk} of the log ({newest.verb})" if newest else ""


def _scores(cycle: Cycle, name: str) -> Iterator[Finding]:
    try:
        computed = {result.id: result for result in evaluate(cycles.scheme_of(cycle), queries.counts(cycle)).entries}
    except (FaultyInput, ValueError, KeyError, TypeError) as error:
        yield fault(f"{name}: they cannot be computed again from what is stored ({str(error)[:200]}).")
        return
    kept = {score.entry.number: score for score in Score.objects.filter(entry__cycle=cycle).select_related("entry")}
    proposed = dict(Grade.objects.filter(entry__cycle=cycle).values_list("entry__number", "proposed"))
    faults = 0
    for number in sorted({*computed, *kept}):
        for sentence in _differences(computed.get(number), kept.get(number), proposed.get(number)):
            faults += 1
            yield fault(f"{name}, entry {number}: {sentence}")
    if not faults:
        yield Finding(f"{name}: computed again for {len(kept)} entries, with the same scores and proposals.")


def _differences(result: Any, score: Score | None, proposed: str | None) -> Iterator[str]:
    if result is None or score is None:
        yield "a score is kept and none is computed." if score else "a score is computed and none is kept."
        return
    if score.value != result.score:
        yield f"the score is kept as {score.value}, and is {result.score}."
    if proposed != result.proposed:
        yield f"the proposal is kept as {proposed}, and is {result.proposed}."
