"""The walk of the log of acts: its chain, and the anchors that were noted elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shuping.core import acts
from shuping.core.anchors import Anchor
from shuping.core.models import Act
from shuping.core.walks import Finding, fault

AT_ONCE = 2000


@dataclass(frozen=True)
class Said:
    """The newest act that says something of a content: what, in which version, and the digest (None: deleted)."""

    act: str
    key: int
    version: int
    digest: str | None


@dataclass
class Log:
    """What a walk of the log found: how long it is, where it ends, what it says of every content, and its faults.
    `older` is how many acts are from before digests.
    """

    number: int = 0
    head: str = acts.START
    older: int = 0
    said: dict[tuple[str, str], Said] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)

    @property
    def anchor(self) -> Anchor:
        """What is to be noted of it."""
        return Anchor(self.number, self.head)


def walk(anchors: Sequence[Anchor] = ()) -> Log:
    """Walk the whole log; the heads at these anchors are kept for `compared`."""
    log, wanted = Log(), {anchor.number for anchor in anchors}
    try:
        for act in Act.objects.order_by("id").iterator(chunk_size=AT_ONCE):
            log.number += 1
            log.faults += _faults(act, log)
            log.head = act.digest
            if log.number in wanted:
                log.heads[log.number] = act.digest
            _take(act, log)
    except (ValueError, TypeError) as error:
        log.faults.append(fault(f"Log of acts: what follows act {log.number} cannot be read ({error})."))
    return log


def _faults(act: Act, log: Log) -> Iterator[Finding]:
    if act.parent != log.head:
        yield fault(f"Log of acts: before {_name(act, log)} an act is missing or stands elsewhere.")
    try:
        whole = act.digest == acts.digest_of(act)
    except (AttributeError, ValueError, TypeError):
        whole = False  # a value that nobody could have recorded
    if not whole:
        yield fault(f"Log of acts: {_name(act, log)} was changed after it was recorded.")


def _name(act: Act, log: Log) -> str:
    return f"act {log.number} ({act.verb} of {act.subject}, row {act.pk})"


def _take(act: Act, log: Log) -> None:
    if act.digests is None:
        log.older += 1
        return
    for kind, version, subject, digest in act.digests:
        log.said[kind, subject] = Said(f"act {log.number} ({act.verb})", act.pk, version, digest)


def compared(log: Log, anchors: Sequence[Anchor]) -> Iterator[Finding]:
    """Whether the log still is what it was when these anchors were noted."""
    for anchor in anchors:
        head = acts.START if anchor.number == 0 else log.heads.get(anchor.number)
        if head is None:
            missing = anchor.number - log.number
            yield fault(
                f"Log of acts: it has {log.number} acts, and {anchor} was noted: at least the last {missing} are gone."
            )
        elif not anchor.fits(head):
            yield fault(
                f"Log of acts: act {anchor.number} is not the one that was noted as {anchor}: it, or something before "
                "it, was written anew."
            )
        else:
            yield Finding(f"The log of acts agrees with {anchor}.")
