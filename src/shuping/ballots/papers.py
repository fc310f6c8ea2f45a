"""Paper without a scanner: totals keyed twice by two tellers, differences settled by a scrutineer (R64-R69)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from scoring import PaperFault, check_paper_totals
from shuping.ballots import actions, boxing, posting, queries, rules
from shuping.ballots.models import Ballot, Category, PaperBatch
from shuping.core import acts, live
from shuping.core.refusals import Refusal, Refused, ensure
from shuping.core.text import language_code

TOTALS = ("issued", "returned", "unreturned", "void")


class TotalsDiffer(Refused):
    """The keyed totals do not agree with each other; nothing was stored."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(Refusal("totals_differ", " ".join(sentences)))


@transaction.atomic
def key_paper(
    category: Category, *, totals: dict[str, int], rows: dict[str, dict[str, int]], by: Any, now: datetime
) -> PaperBatch:
    """Keep what a teller keyed. Raises Refused, TotalsDiffer."""
    category = actions.locked_category(category)
    ensure(rules.may_key_paper(by, category))
    keying = 1 if 1 not in queries.batches(category) else 2
    batch = _keep(category, keying, totals, rows, by=by)
    _note("key_paper", batch, category, by=by, now=now)
    _settle(category, by=by, now=now)
    return batch


@transaction.atomic
def settle_paper(
    category: Category, *, totals: dict[str, int], rows: dict[str, dict[str, int]], by: Any, now: datetime
) -> PaperBatch:
    """Keep the figures that the scrutineer found on the sheets where the two keyings differ."""
    category = actions.locked_category(category)
    ensure(rules.may_settle_paper(by, category))
    batch = _keep(category, queries.SETTLED, totals, rows, by=by)
    _note("settle_paper", batch, category, by=by, now=now)
    _settle(category, by=by, now=now)
    return batch


def _keep(
    category: Category, keying: int, totals: dict[str, int], rows: dict[str, dict[str, int]], *, by: Any
) -> PaperBatch:
    if totals["issued"] != category.paper_issued:
        words = {"keyed": totals["issued"], "recorded": category.paper_issued}
        raise TotalsDiffer([_("%(keyed)d issued is not the %(recorded)d that the scrutineer recorded.") % words])
    faults = [fault for fault in _faults(category, totals, rows) if not fault.voids]
    if faults:
        raise TotalsDiffer([fault.sentence(language_code()) for fault in faults])
    return PaperBatch.objects.create(category=category, keying=keying, by=by, rows=rows, **totals)


def _faults(category: Category, totals: dict[str, int], rows: dict[str, dict[str, int]]) -> list[PaperFault]:
    entries = list(queries.rows_of(category).values_list("number", flat=True))
    strict = queries.scheme_of(category.ballot).ballot.rows == "strict"
    return check_paper_totals(**{name: totals[name] for name in TOTALS}, rows=rows, entries=entries, strict=strict)


def _settle(category: Category, *, by: Any, now: datetime) -> None:
    """More sheets returned than issued voids the ballot (R64), once two agree on it: never by one slip of the hand."""
    settled = queries.settled_batch(category)
    totals = {name: getattr(settled, name) for name in TOTALS} if settled else {}
    faults = [fault for fault in _faults(category, totals, settled.rows) if fault.voids] if settled else []
    if faults:
        reason = f"{faults[0].sentence('zh')} / {faults[0].sentence('en')}"
        void_ballot(category.ballot, reason=reason, by=by, now=now)
    else:
        actions.finish_count(category.ballot, by=by, now=now)


def void_ballot(ballot: Ballot, *, reason: str, by: Any, now: datetime) -> None:
    """Declare the whole ballot void, with the reason; it has to be repeated (R64)."""
    boxing.take_over(ballot)
    ballot.state, ballot.void_reason = Ballot.State.VOID, reason
    ballot.save(update_fields=["state", "void_reason"])
    posting.forget(ballot)
    acts.record("void_ballot", ballot, by=by, now=now, cycle=ballot.cycle_id, reason=reason)
    live.announce(f"ballot-{ballot.pk}")
    live.announce(f"cycle-{ballot.cycle_id}")


def _note(verb: str, batch: PaperBatch, category: Category, *, by: Any, now: datetime) -> None:
    about: dict[str, Any] = {"cycle": category.ballot.cycle_id, "details": {"category": category.code}}
    acts.record(verb, category, by=by, now=now, decides={"paper": [batch]}, **about)
    live.announce(f"ballot-{category.ballot_id}")
