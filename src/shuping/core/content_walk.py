"""The walk of what acts decided: whether every content still has the digest that its newest act carries."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shuping.core import digests
from shuping.core.digests import Kind
from shuping.core.log_walk import Log, Said
from shuping.core.models import ContentNonce
from shuping.core.walks import Finding, fault

AT_ONCE = 500
PLACES = {"entry__number": "entry", "report__entry__number": "entry", "item__number": "item", "number": "number"}
PLACES |= {"category__code": "category", "code": "category"}


class _Nonce(NamedTuple):
    nonce: bytes
    act: int


Nonces = dict[tuple[str, str], _Nonce]


def walk(log: Log) -> Iterator[Finding]:
    """Compare every content with what the log says of it."""
    nonces = _nonces()
    by_kind: defaultdict[tuple[str, int], dict[str, Said]] = defaultdict(dict)
    for (name, subject), said in log.said.items():
        by_kind[name, said.version][subject] = said
    told: Counter[str] = Counter()
    for (name, version), things in by_kind.items():
        kind = digests.kind(name, version)
        if kind is None:
            yield fault(f"{len(things)} digests are of a kind that this version does not know: {name} {version}.")
        else:
            yield from _compare(kind, things, nonces, told)
    yield from _unsaid(nonces)
    yield from _undecided(log, told)
    yield Finding(f"Digests: {told['same']} contents are as their acts recorded them, {told['deleted']} are deleted.")
    if log.older:
        yield Finding(f"No digest (older acts): {log.older} acts, {told['undecided']} contents.")


def _nonces() -> Nonces:
    found = ContentNonce.objects.order_by().values_list("kind", "subject", "nonce", "act").iterator(chunk_size=2000)
    return {(kind, subject): _Nonce(bytes(nonce), act) for kind, subject, nonce, act in found}


def _compare(kind: Kind, things: dict[str, Said], nonces: Nonces, told: Counter[str]) -> Iterator[Finding]:
    subjects = list(things)
    for first in range(0, len(subjects), AT_ONCE):
        some = subjects[first : first + AT_ONCE]
        content = kind.read([int(subject.rpartition(":")[2]) for subject in some])
        for subject in some:
            there = content.get(int(subject.rpartition(":")[2]))
            found = _look(kind, subject, things[subject], there, nonces.pop((kind.name, subject), None))
            told["deleted" if things[subject].digest is None else "same"] += not (found and found.fault)
            if found:
                yield found


def _look(kind: Kind, subject: str, said: Said, content: Any, nonce: _Nonce | None) -> Finding | None:
    name = _name(kind, subject, content)
    if said.digest is None:
        if content or nonce:
            return fault(f"{name}: {said.act} says that it was deleted, and it is there.")
        return Finding(f"{name}: deleted by {said.act}.")
    if content is None:
        return fault(f"{name}: it is gone, and no act deleted it; {said.act} recorded it.")
    if nonce is None or nonce.act != said.key:
        return fault(f"{name}: its nonce is not the one of {said.act}, so that nobody can compare it.")
    if digests.digest(kind, subject, content, nonce.nonce) != said.digest:
        return fault(f"{name}: it is not what {said.act} recorded.")
    return None


def _name(kind: Kind, subject: str, content: Any) -> str:
    """What a content is called: its row, which part of it, and where it belongs."""
    row = subject if subject.startswith(f"{kind.name}:") else f"{kind.name} of {subject}"
    if isinstance(content, Mapping):
        places = [f"{word} {content[field]}" for field, word in PLACES.items() if content.get(field)]
        row += f" ({', '.join(places)})" if places else ""
    return row[:1].upper() + row[1:]


def _unsaid(nonces: Nonces) -> Iterator[Finding]:
    """Nonces that are left over: their acts were in the log once."""
    for (kind, subject), nonce in nonces.items():
        yield fault(f"{kind} of {subject}: it was recorded by an act (row {nonce.act}) that the log does not hold.")


def _undecided(log: Log, told: Counter[str]) -> Iterator[Finding]:
    """Contents that no act recorded. Where all acts carry digests they were put there by hand."""
    for name, kind in digests.newest().items():
        for key in kind.expected().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000):
            subject = digests.subject(kind, key)
            if (name, subject) in log.said:
                continue
            told["undecided"] += 1
            if not log.older:
                yield fault(f"{_name(kind, subject, None)}: it is there, and no act recorded it.")
