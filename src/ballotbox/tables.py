"""Tables of powers for public bases that come often (an election's key). Built only once they pay for themselves."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from ballotbox.groups import Element

Table = TypeVar("Table")


class Tables(Generic[Table]):
    """At most `keep` tables; one is built when an announced base has been asked for `after` times."""

    def __init__(self, build: Callable[[Element], Table], *, after: int, keep: int = 8) -> None:
        self._build = build
        self._after = after
        self._keep = keep
        self._uses: dict[Element, int] = {}
        self._tables: OrderedDict[Element, Table] = OrderedDict()

    def announce(self, base: Element) -> None:
        self._uses.setdefault(base, 0)
        if len(self._uses) > 100 * self._keep:  # a server that lives for years forgets old elections
            self._uses = dict.fromkeys(self._tables, self._after) | {base: 0}

    def get(self, base: Element) -> Table | None:
        """The table of this base, or None while there is none (yet)."""
        table = self._tables.get(base)
        if table is None and base in self._uses:
            self._uses[base] += 1
            if self._uses[base] > self._after:
                table = self._tables[base] = self._build(base)
                if len(self._tables) > self._keep:
                    self._uses.pop(self._tables.popitem(last=False)[0], None)
        return table
