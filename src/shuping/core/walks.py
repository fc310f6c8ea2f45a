"""Walks through what is stored: the log of acts walks itself (`core.log_walk`), rooms register what they can recompute.

A walk changes nothing and names every fault, not only the first.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction


@dataclass(frozen=True)
class Finding:
    """A sentence on what was found; with `fault` something is not as it was recorded."""

    sentence: str
    fault: bool = False


Tell = Callable[[str], None]  # says what takes a while
Walk = Callable[[Tell], Iterator[Finding]]
_walks: list[Walk] = []


def register(walk: Walk) -> None:
    """Add a walk (when Django is ready)."""
    if walk not in _walks:
        _walks.append(walk)


def registered() -> list[Walk]:
    """The walks of all rooms, from the lowest storey up."""
    return list(_walks)


def fault(sentence: str) -> Finding:
    """Something that is not as it was recorded."""
    return Finding(sentence, fault=True)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    sqlite: Any = connection if connection.vendor == "sqlite" else None
    if sqlite:
        # The site's own transactions take the lock for writing at once; this one never writes.
        mode, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            if not sqlite:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if sqlite:
            sqlite.transaction_mode = mode
