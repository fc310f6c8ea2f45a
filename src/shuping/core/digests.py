"""Digests of what acts decided: SHA-256 over a nonce and the content in a form that never changes.

The digest stands in the act, inside the chain; the nonce lies beside the content and goes with it. So forged content no
longer fits its act, and of deleted content the digest tells nothing (docs/spec/log.md). A room registers a `Kind` for
everything that its verbs decide.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from shuping.core.models import Act, ContentNonce

Things = Mapping[str, Sequence[models.Model]]
Read = Callable[[Sequence[int]], dict[int, Any]]
NONCE = 32  # bytes


@dataclass(frozen=True)
class Kind:
    """Content of one kind: rows of `model`, read as JSON by their keys: an object with `fields`, or when it is `listed`
    arrays of their values. Another form is another version, beside the one before, for acts keep the version that they
    were written with. `expected` are the rows that some act decided.
    """

    name: str
    version: int
    model: type[models.Model]
    fields: tuple[str, ...]
    listed: bool
    read: Read
    expected: Callable[[], models.QuerySet[Any]]


def rows(
    name: str, model: type[models.Model], *fields: str, expected: Callable[[], models.QuerySet[Any]] | None = None
) -> Kind:
    """A kind, version 1, whose content is a row: the values of these fields by their names."""

    def read(keys: Sequence[int]) -> dict[int, Any]:
        found = _all(model).filter(pk__in=keys).order_by().values_list("pk", *fields)
        return {key: dict(zip(fields, map(plain, values), strict=True)) for key, *values in found}

    return Kind(name, 1, model, fields, False, read, expected or (lambda: _all(model)))


def lists(name: str, model: type[models.Model], parts: type[models.Model], by: str, *fields: str) -> Kind:
    """A kind, version 1, whose content is what belongs to a row: of every row of `parts` that points at it with `by`
    the values of these fields, sorted. Some act decided it where there is any.
    """

    def read(keys: Sequence[int]) -> dict[int, Any]:
        found: dict[int, Any] = {key: [] for key in _all(model).filter(pk__in=keys).values_list("pk", flat=True)}
        for key, *values in _all(parts).filter(**{f"{by}__in": keys}).order_by().values_list(by, *fields):
            found[key].append([plain(value) for value in values])
        return {key: sorted(listed, key=canonical) for key, listed in found.items()}

    return Kind(name, 1, model, fields, True, read, lambda: _all(model).filter(pk__in=_all(parts).values(by)))


def _all(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._default_manager.all()  # noqa: SLF001 - its public name is not known to types


def plain(value: Any) -> Any:
    """A value as JSON has it, the same from every database: instants in UTC, numbers without needless zeros."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def canonical(content: Any) -> str:
    """JSON with sorted names and no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_kinds: dict[tuple[str, int], Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds of content (when Django is ready)."""
    _kinds.update({(kind.name, kind.version): kind for kind in kinds})


def kind(name: str, version: int) -> Kind | None:
    """A kind in a version; None when this site does not know it."""
    return _kinds.get((name, version))


def newest() -> dict[str, Kind]:
    """Every kind in its newest version, by name."""
    return {name: _kinds[name, version] for name, version in sorted(_kinds)}


def subject(of: Kind, key: int) -> str:
    """How the log names a row, for example `comment:12`."""
    return f"{of.model._meta.model_name}:{key}"


def digest(of: Kind, name: str, content: Any, nonce: bytes) -> str:
    """The digest (hex) of the content of the subject with this name."""
    form = {"kind": of.name, "version": of.version, "subject": name, "content": content}
    return hashlib.sha256(nonce + canonical(form).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """One thing that an act decided, or deleted (then without digest and nonce)."""

    kind: str
    version: int
    subject: str
    digest: str | None = None
    nonce: bytes = b""

    def as_json(self) -> list[Any]:
        """As it stands in the act."""
        return [self.kind, self.version, self.subject, self.digest]


def entries(decides: Things, deletes: Things) -> list[Entry]:
    """What an act says about things that it decides, read back as they are stored, and about those it deletes."""
    found = [entry for name, things in decides.items() for entry in _decided(newest()[name], things)]
    gone = [(newest()[name], thing) for name, things in deletes.items() for thing in things]
    return found + [Entry(of.name, of.version, subject(of, thing.pk)) for of, thing in gone]


def _decided(of: Kind, things: Sequence[models.Model]) -> Iterable[Entry]:
    content = of.read([thing.pk for thing in things])
    for thing in things:
        name, nonce = subject(of, thing.pk), secrets.token_bytes(NONCE)
        yield Entry(of.name, of.version, name, digest(of, name, content[thing.pk], nonce), nonce)


def keep(act: Act, said: Sequence[Entry]) -> None:
    """Lay the nonces beside the content, in the place of those before; take away those of what is deleted."""
    fresh = [
        ContentNonce(kind=one.kind, subject=one.subject, nonce=one.nonce, act=act.pk) for one in said if one.digest
    ]
    if fresh:
        ContentNonce.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["kind", "subject"], update_fields=["nonce", "act"]
        )
    for one in said:
        if one.digest is None:
            ContentNonce.objects.filter(kind=one.kind, subject=one.subject).delete()
