"""What happened at the door: a log of sign-ins, right and wrong, for the secretariat, the auditor and oneself.

It is bounded, since strangers write it: by the minute, one row for all that is alike; ninety days, and so many rows.
A name that nobody has is not kept, as it may be a password in the wrong field. The log of acts is another thing: it
tells what people did, and stays.
"""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuping.core.models import Knock

KINDS = {
    "signed_in": _("signed in"),
    "wrong_password": _("wrong password"),
    "wrong_code": _("wrong code"),
    "wrong_passkey": _("passkey not accepted"),
    "limited": _("had to wait after wrong tries"),
    "lifted": _("limits lifted"),
    "left_everywhere": _("signed out everywhere"),
    "reset": _("new one-time password"),
    "changed": _("changed the password"),
    "connected": _("connected with the account elsewhere"),
    "other_elsewhere": _("somebody else elsewhere claimed this name"),
}
WRONG = {"password": "wrong_password", "code": "wrong_code"}
KEPT = timedelta(days=90)
MOST = 20_000
WAVE = 30  # wrong tries in a minute

log = logging.getLogger("shuping.door")


def note(kind: str, *, person: Any | None = None, place: str = "") -> None:
    """Note that something of a kind happened now."""
    minute = timezone.now().replace(second=0, microsecond=0)
    if kind in ("limited", "wrong_passkey", *WRONG.values()):
        _waves.count(minute)
    if kind == "limited" and not _waves.first(minute, (person and person.pk, place)):
        return
    row = Knock.objects.filter(at=minute, kind=kind, person=person, place=place)
    if not row.update(times=F("times") + 1):
        Knock.objects.create(at=minute, kind=kind, person=person, place=place)


class Waves:
    """What this minute has seen already: a line for whoever looks after the machine, once, and limits noted once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute: datetime | None = None
        self._number = 0
        self._seen: set[Any] = set()

    def count(self, minute: datetime) -> None:
        """Count a wrong try, and say so when they are many."""
        with self._lock:
            self._turn(minute)
            self._number += 1
            if self._number == WAVE:
                log.warning("%s sign-ins failed within a minute. See the page Sign-ins.", WAVE)

    def first(self, minute: datetime, what: Any) -> bool:
        """Whether something is seen for the first time in this minute."""
        with self._lock:
            self._turn(minute)
            new = what not in self._seen
            self._seen.add(what)
            return new

    def _turn(self, minute: datetime) -> None:
        if minute != self._minute:
            self._minute, self._number = minute, 0
            self._seen.clear()


_waves = Waves()


def of(people: Iterable[Any], *, unknown: bool = False, most: int) -> list[Knock]:
    """What happened at the names of some people, the newest first; with `unknown` at names that nobody has, too."""
    wanted = Q(person__in=[person.pk for person in people])
    if unknown:
        wanted |= Q(person=None)
    return list(Knock.objects.filter(wanted).select_related("person")[:most])


def tidy() -> None:
    """Delete what is old, and the oldest when there is too much."""
    Knock.objects.filter(at__lt=timezone.now() - KEPT).delete()
    last = Knock.objects.order_by("-id").values_list("pk", flat=True)[MOST : MOST + 1].first()
    if last is not None:
        Knock.objects.filter(pk__lte=last).delete()
