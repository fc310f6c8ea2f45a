"""What `shuping check` finds when it walks: the log of acts, the chains of the ballots, counts, scores and digests."""

import sys
from collections.abc import Iterator, Sequence

from shuping.core import content_walk, log_walk, walks
from shuping.core.anchors import Anchor, BadAnchor, parse
from shuping.core.walks import Finding


def report(noted: Sequence[str] = ()) -> int:
    """Walk, and print what was found: faults on standard error, the rest on standard output; in the end the anchor to
    be noted. `noted` are anchors from before. Returns 1 when there is a fault.
    """
    try:
        anchors = [parse(text) for text in noted]
    except BadAnchor as error:
        print(error, file=sys.stderr)
        return 1
    faults = 0
    with walks.snapshot():
        for finding in walk(anchors):
            print(finding.sentence, file=sys.stderr if finding.fault else sys.stdout, flush=True)
            faults += finding.fault
    return 1 if faults else 0


def walk(anchors: Sequence[Anchor] = ()) -> Iterator[Finding]:
    """Everything that is found, faults and what is well; the last sentence names the anchor."""
    log = log_walk.walk(anchors)
    faults = 0
    for finding in _walks(log, anchors):
        faults += finding.fault
        yield finding
    state = f"{faults} {'faults' if faults > 1 else 'fault'}, named above" if faults else "log of acts whole"
    yield Finding(f"{log.number} acts, {state}. To be noted: {log.anchor}")


def _walks(log: log_walk.Log, anchors: Sequence[Anchor]) -> Iterator[Finding]:
    yield from log.faults
    yield from log_walk.compared(log, anchors)
    for one in walks.registered():
        yield from one(_tell)
    yield from content_walk.walk(log)


def _tell(sentence: str) -> None:
    print(sentence, flush=True)
