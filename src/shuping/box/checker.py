"""What the worker does all day: check what was received as it comes, and put it into the box in batches.

A batch is whatever is checked of one opened ballot, of all its categories together, when there are twenty ballots that
hold, when the oldest has waited, or when the ballot is closed. Until then nothing is written; what the proofs said
lies in the memory of this process and nowhere else.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections
from django.db.models import Max

from shuping.box import checking
from shuping.box.models import Mark, Sealed

SIZE = 20  # ballots that hold, in one batch
LONGEST = 18.0  # seconds that the oldest one waits for others; the rest of twenty is for its check and for the disk
POLL = 2.0  # seconds between two looks when nobody rings
RUSH, LOOK, PATIENCE = 50, 0.25, 20.0  # ballots a second that make a rush; seconds between looks; seconds for all looks
ONE_CHECKS = 0x5348_5550  # the lock of PostgreSQL that only one worker of a database holds
log = logging.getLogger(__name__)


@dataclass
class Batch:
    """What waits of one opened ballot: since when (of the oldest only), and what the proofs said."""

    since: float
    faults: dict[int, str] = field(default_factory=dict)

    def full(self) -> bool:
        """Whether enough of them hold; false ones do not make a batch small."""
        return sum(not fault for fault in self.faults.values()) >= SIZE


class Checker:
    """Looks, checks and puts in; `beat` is called whenever it has got a step further."""

    def __init__(self, beat: Callable[[float], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.beat, self.clock = beat, clock
        self.batches: dict[int, Batch] = {}
        self.failed: set[int] = set()
        self.failing: float | None = None  # since when the check of some ballot fails by itself
        self.first = False

    def look(self) -> None:
        """Check everything that waits, and put in every batch that is due."""
        if not self._first_of_the_database():
            return self._step()
        patience = PATIENCE
        while rows := checking.received(but=self._known()):
            if len(rows) == checking.AT_ONCE:
                patience = self._let_voters_first(patience)
            for row in rows:
                self._check(row)
                self._step()
            self._put_in_what_is_due()
        self._put_in_what_is_due()
        return self._step()

    def again(self) -> None:
        """Forget which checks failed by themselves: they are tried once more."""
        self.failed.clear()
        self.failing = None

    def lost(self) -> None:
        """The database went away: what was learned is learned again, and whoever comes first may be the first."""
        self.batches.clear()
        self.first = False
        connections[settings.BOX].close()

    def oldest(self) -> float:
        """Seconds that the oldest ballot waits; 0 when none does."""
        since = [batch.since for batch in self.batches.values()]
        if self.failing is not None:
            since.append(self.failing)
        return self.clock() - min(since) if since else 0.0

    def pause(self) -> float:
        """Seconds until it has to look again, unless somebody rings before."""
        due = [batch.since + LONGEST - self.clock() for batch in self.batches.values()]
        return max(0.0, min([POLL, *due]))

    def _step(self) -> None:
        self.beat(self.oldest())

    def _known(self) -> set[int]:
        return self.failed.union(*(batch.faults for batch in self.batches.values()))

    def _check(self, row: Sealed) -> None:
        batch = self.batches.setdefault(row.strand.mark_id, Batch(self.clock()))
        try:
            batch.faults[row.pk] = checking.fault(row)
        except Exception:
            # It stays received, and holds up none that came after it; `vitals` tells that a ballot waits.
            self.failed.add(row.pk)
            self.failing = batch.since if self.failing is None else self.failing
            log.exception("A ballot could not be checked.")

    def _put_in_what_is_due(self) -> None:
        if not self.batches:
            return
        closed = set(Mark.objects.filter(open=False).values_list("ballot", flat=True))
        for ballot, batch in list(self.batches.items()):
            if ballot in closed or batch.full() or self.clock() - batch.since >= LONGEST:
                if batch.faults:
                    checking.put_in(ballot, batch.faults)
                del self.batches[ballot]

    def _let_voters_first(self, patience: float) -> float:
        """While ballots pour in, the site has database and processor to itself: here nobody waits for an answer.
        Returns how many seconds of patience are left.
        """
        newest = _newest()
        while patience > 0:
            time.sleep(LOOK)
            self._step()
            patience -= LOOK
            if (now := _newest()) - newest < RUSH * LOOK:
                break
            newest = now
        return patience

    def _first_of_the_database(self) -> bool:
        """Of two servers on one PostgreSQL one worker checks, and the other stands by until that one's connection
        ends: no ballot is checked twice.
        """
        connection = connections[settings.BOX]
        if connection.vendor == "postgresql" and not self.first:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_CHECKS])
                self.first = cursor.fetchone()[0]
            return self.first
        return True


def _newest() -> int:
    return Sealed.objects.aggregate(newest=Max("pk"))["newest"] or 0
