"""Ed25519 in C for whoever checks ballots: public data only, optional, chosen at run time.

The extension `_ballotbox_kernel` is built when the package is installed, if a compiler is there (build.py). Elements
are the texts of `ballotbox.groups`. The kernel only ever says yes: what it does not accept is checked again by plain
means, which find the place and the words (`ballotbox.ballot_proofs`).
"""

import importlib
import os
import struct
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from ballotbox.errors import BadPoint
from ballotbox.groups import Element

#: Which arithmetic is used: "" for the fastest there is, else one of these (for tests and measurements).
CHOICE = "BALLOTBOX_ARITHMETIC"
CHOICES = ("kernel", "portable", "sodium", "plain")

_POINT, _SUM, _TABLE = 10, 20, 32 * 129 * 16  # words
_NEUTRAL = struct.pack("=20Q", *(int(i in (5, 10)) for i in range(_SUM)))  # X, Y, Z, T = 0, 1, 1, 0
_HEX = 64

Points = Any  # points in the memory of the kernel
Scalars = Sequence[int]


class Kernel:
    """The functions of kernel.h on Python's values; `lanes` is 1 (portable) or 8 (AVX-512 IFMA)."""

    def __init__(self, module: Any, lanes: int) -> None:
        self._ffi, self._lib = module.ffi, module.lib
        self.lanes = lanes
        self.table = lru_cache(maxsize=16)(self._table)

    def points(self, elements: Sequence[Element]) -> Points:
        """Decompress elements, written canonically. Raises BadPoint for the first that is no point of the curve."""
        # Belenios writes big-endian: all of them backwards are little-endian, the last one first
        raw = bytes.fromhex("".join(reversed(elements)))[::-1]
        points = self._ffi.new("uint64_t[]", _POINT * len(elements))
        wrong = self._lib.ballotbox_decompress(self.lanes, points, raw, len(elements))
        if wrong >= 0:
            raise BadPoint("This is not a point of the curve.", where=f"point {wrong}")
        return points

    def _table(self, element: Element) -> Any:
        table = self._ffi.new("uint64_t[]", _TABLE)
        self._lib.ballotbox_table(table, self.points([element]))
        return table

    def sums(self, count: int) -> Any:
        """`count` empty sums."""
        sums = self._ffi.new("uint64_t[]", _SUM * count)
        self._ffi.buffer(sums)[:] = _NEUTRAL * count
        return sums

    def add(self, sums: Any, points: Points, sizes: Sequence[int], *, subtract: bool = False) -> None:
        """Add to each sum the next points, as many as `sizes` says."""
        self._lib.ballotbox_sum(sums, len(sizes), sizes, points, subtract)

    def affine(self, sums: Any, count: int) -> tuple[Points, list[Element]]:
        """Sums as points and as elements."""
        points = self._ffi.new("uint64_t[]", _POINT * count)
        out = self._ffi.new("char[]", _HEX * count)
        self._lib.ballotbox_affine(points, out, sums, count)
        return points, self._elements(out, count)

    def repeated(self, points: Points, times: Sequence[int]) -> Points:
        """Each point as often as `times` says."""
        words = self._ffi.buffer(points)
        size = 8 * _POINT
        copy = b"".join(words[i * size : (i + 1) * size] * n for i, n in enumerate(times))
        repeated = self._ffi.new("uint64_t[]", _POINT * sum(times))
        self._ffi.buffer(repeated)[:] = copy
        return repeated

    def commitments(
        self,
        bases: tuple[Element, Element],
        points: Points,
        *,
        challenges: Scalars,
        first: Scalars,
        second: Scalars,
        count: int = 1,
        check: bool = False,
    ) -> list[Element]:
        """point^challenge * bases[0]^first * bases[1]^second, for `count` (1 or 2) scalars of each point.

        All scalars lie in 0 ... order - 1. With `check`, raises BadPoint for the first point outside the group.
        """
        n = len(challenges) // count
        out = self._ffi.new("char[]", _HEX * len(challenges))
        tables = [self.table(base) for base in bases]
        scalars = [_packed(listed) for listed in (challenges, first, second)]
        wrong = self._lib.ballotbox_commitments(self.lanes, *tables, points, n, count, check, *scalars, out)
        if wrong == -2:
            raise ValueError("a scalar or a count is out of range")
        if wrong >= 0:
            raise BadPoint("This is not a point of the group of prime order.", where=f"point {wrong}")
        return self._elements(out, len(challenges))

    def _elements(self, out: Any, count: int) -> list[Element]:
        text = bytes(self._ffi.buffer(out)).decode("ascii")
        return [Element(text[i : i + _HEX]) for i in range(0, _HEX * count, _HEX)]


def _packed(scalars: Scalars) -> bytes:
    return b"".join([scalar.to_bytes(32, "little") for scalar in scalars])


@cache
def kernel(lanes: int = 0) -> Kernel | None:
    """The kernel, or None where it was not built or another arithmetic is asked for; 0 lanes for as many as there are.

    Raises ValueError for 8 lanes where the processor has none.
    """
    try:
        module = importlib.import_module("_ballotbox_kernel")
    except ImportError:
        return None
    most = module.lib.ballotbox_lanes()
    if lanes > most:
        raise ValueError("this processor does not know AVX-512 IFMA")
    return Kernel(module, lanes or most)


def chosen() -> Kernel | None:
    """The kernel that the environment leaves to be used, if any."""
    choice = os.environ.get(CHOICE, "")
    if choice in ("sodium", "plain"):
        return None
    return kernel(1 if choice == "portable" else 0)
