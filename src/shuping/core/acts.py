"""The log of acts: append, read, anchor. A row's digest covers its content and the digest of the row before it."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import models, transaction

from shuping.core import digests, locks
from shuping.core.anchors import Anchor
from shuping.core.models import Act

START = "0" * 64
MOST_NEWS = 500  # acts that are looked at for one page


Guard = Callable[[str, int], None]
_guards: list[Guard] = []


def guard(asked: Guard) -> None:
    """Add what every act in a year has to pass, from its verb and the year's key; it raises Refused."""
    if asked not in _guards:
        _guards.append(asked)


def subject_of(thing: models.Model) -> str:
    """How the log names a row: table and key, for example `entry:12`."""
    return f"{thing._meta.model_name}:{thing.pk}"


def record(
    verb: str,
    thing: models.Model,
    *,
    by: Any,
    now: datetime,
    on_behalf_of: Any = None,
    cycle: int | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
    decides: digests.Things | None = None,
    deletes: digests.Things | None = None,
) -> Act:
    """Append one act, inside the caller's transaction. `details` must be JSON; it must say nothing about votes. What
    the act `decides`, stored already, gets its digest (`core.digests`); what it `deletes`, still stored, loses it.

    Raises Refused when the year no longer takes such an act (`guard`).
    """
    _let_pass(verb, cycle)
    with transaction.atomic():
        locks.one_at_a_time(locks.Lock.ACTS)
        said = digests.entries(decides or {}, deletes or {})
        last = Act.objects.order_by("-id").first()
        act = Act(
            verb=verb,
            subject=subject_of(thing),
            by=by,
            on_behalf_of=on_behalf_of,
            at=now,
            cycle=cycle,
            reason=reason,
            details=details or {},
            digests=[one.as_json() for one in said],
            parent=last.digest if last else START,
        )
        act.digest = digest_of(act)
        act.save(force_insert=True)
        digests.keep(act, said)
        return act


def _let_pass(verb: str, cycle: int | None) -> None:
    if cycle is not None:
        for asked in _guards:
            asked(verb, cycle)


def digest_of(act: Act) -> str:
    """SHA-256 over the canonical JSON of a row and the digest of the row before it."""
    content = {
        "at": act.at.astimezone(UTC).isoformat(),
        "by": act.by_id,
        "for": act.on_behalf_of_id,
        "verb": act.verb,
        "subject": act.subject,
        "cycle": act.cycle,
        "reason": act.reason,
        "details": act.details,
        "parent": act.parent,
    }
    if act.digests is not None:  # as in acts that are older than digests
        content["digests"] = act.digests
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def last(verb: str, thing: models.Model) -> Act | None:
    """The newest act of a kind on a thing."""
    return Act.objects.filter(subject=subject_of(thing), verb=verb).order_by("-id").first()


def anchor() -> Anchor:
    """The length of the whole log and its head, to be noted elsewhere."""
    newest = Act.objects.order_by("-id").first()
    return anchor_at(newest) if newest else Anchor(0, START)


def anchor_at(act: Act) -> Anchor:
    """What `anchor` was when this act had just been recorded; it never changes."""
    return Anchor(_place(act.pk, act.digest), act.digest)


@lru_cache(maxsize=256)
def _place(key: int, _digest: str) -> int:
    # The digest covers every act before, so that it has one place only: pages that show it count once.
    return Act.objects.filter(pk__lte=key).count()


def recent(cycle: int, limit: int = 12) -> list[Act]:
    """The newest acts of a cycle, newest first."""
    found = Act.objects.filter(cycle=cycle).defer("digests").select_related("by", "on_behalf_of")
    return list(found.order_by("-id")[:limit])


@dataclass(frozen=True)
class News:
    """One kind of act by one person in one cycle: how often, and the newest of them."""

    act: Act
    times: int


def news(cycles: Iterable[int], person: Any, limit: int = 10) -> list[News]:
    """What others did in some cycles since the person last did something, newest first; the same act by the same
    person is told once, with how often it was done.
    """
    last = Act.objects.filter(by=person).order_by("-id").values_list("pk", flat=True).first() or 0
    found = Act.objects.filter(cycle__in=list(cycles), pk__gt=last).exclude(by=person)
    told: dict[tuple[Any, ...], News] = {}
    for act in found.defer("digests").select_related("by", "on_behalf_of").order_by("-id")[:MOST_NEWS]:
        key = (act.cycle, act.verb, act.by_id, act.on_behalf_of_id)
        told[key] = News(told[key].act if key in told else act, told[key].times + 1 if key in told else 1)
    return list(told.values())[:limit]
