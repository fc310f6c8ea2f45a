"""The prime-order subgroup of edwards25519, on libsodium or on plain Python, with the kernel beside it for checking.

Belenios writes a point as 64 hexadecimal digits, big-endian: the byte-reverse of RFC 8032. The neutral element and
exponents of nothing are handled here.
"""

import importlib
import os
import re
from typing import Final, Protocol, cast

from ballotbox.edwards import FixedBase
from ballotbox.errors import BadPoint
from ballotbox.groups import Element, Group, Sums
from ballotbox.kernel import CHOICE, CHOICES, Kernel, chosen
from ballotbox.tables import Tables

_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FIELD: Final = 2**255 - 19
_TOP: Final = f"{_FIELD:x}"[1:62]  # only with these digits can a number reach it
_USES_BEFORE_TABLE: Final = 600  # about three ballots: below that a table costs more than it saves


class Arithmetic(Protocol):
    """What `sodium` and `edwards` offer."""

    def add(self, left: bytes, right: bytes, /) -> bytes: ...
    def subtract(self, left: bytes, right: bytes, /) -> bytes: ...
    def is_member(self, point: bytes, /) -> bool: ...
    def power(self, point: bytes, exponent: int, /) -> bytes: ...
    def generate(self, exponent: int, /) -> bytes: ...


def arithmetic(name: str) -> Arithmetic:
    """The module of this name, "sodium" or "edwards". Raises ImportError where libsodium is missing."""
    return cast("Arithmetic", importlib.import_module(f"ballotbox.{name}"))


def best_arithmetic() -> Arithmetic:
    """Libsodium where it is installed and nothing else is asked for. Raises ValueError for an unknown wish."""
    choice = os.environ.get(CHOICE, "")
    if choice not in ("", *CHOICES):
        raise ValueError(f"{CHOICE} is one of {', '.join(CHOICES)}, not “{choice}”")
    try:
        return arithmetic("edwards" if choice == "plain" else "sodium")
    except ImportError:
        return arithmetic("edwards")


class Ed25519(Group):
    name = "Ed25519"
    order = 2**252 + 27742317777372353535851937790883648493
    generator = Element("66" * 31 + "58")
    identity = Element("00" * 31 + "01")
    element_length = 64
    element_pattern = "[0-9a-f]{64}"
    powers_check_bases = True

    def __init__(self, on: Arithmetic | None = None, kernel: Kernel | None = None) -> None:
        """On this arithmetic and with this kernel; where nothing is given, with the best of both."""
        self._on = on or best_arithmetic()
        self.kernel = kernel if on else chosen()
        self._tables = Tables(lambda base: FixedBase(_bytes(base)), after=_USES_BEFORE_TABLE)

    def element(self, text: object, *, where: str = "") -> Element:
        if not isinstance(text, str) or not _HEX.fullmatch(text):
            raise BadPoint("A point is written as 64 lower-case hexadecimal digits.", where=where)
        if text[1:62] == _TOP and int(text, 16) & (2**255 - 1) >= _FIELD:
            raise BadPoint("This point is not written in the canonical way.", where=where)
        return Element(text)

    def check_member(self, element: Element, *, where: str = "") -> None:
        if not self._on.is_member(_bytes(element)):
            raise BadPoint("This is not a point of the group of prime order.", where=where)

    def power(self, base: Element, exponent: int) -> Element:
        if base == self.identity:
            return self.identity
        if base == self.generator:
            return self.generate(exponent)
        exponent %= self.order
        if exponent == 0:
            self.check_member(base)
            return self.identity
        return _text(self._on.power(_bytes(base), exponent))

    def generate(self, exponent: int) -> Element:
        return _text(self._generate(exponent % self.order))

    def multiply(self, left: Element, right: Element) -> Element:
        return _text(self._on.add(_bytes(left), _bytes(right)))

    def divide(self, left: Element, right: Element) -> Element:
        return _text(self._on.subtract(_bytes(left), _bytes(right)))

    def double_scalar(self, base1: Element, scalar1: int, base2: Element, scalar2: int) -> Element:
        second = self.power(base2, scalar2)
        return _text(self._on.add(self._fixed(base1, scalar1 % self.order), _bytes(second)))

    def prepare(self, base: Element) -> None:
        self._tables.announce(base)

    def sums(self, count: int) -> Sums:
        return KernelSums(self.kernel, count) if self.kernel else super().sums(count)

    def _generate(self, exponent: int) -> bytes:
        return self._on.generate(exponent) if exponent else _bytes(self.identity)

    def _fixed(self, base: Element, exponent: int) -> bytes:
        """base^exponent for a public exponent, from a table once the base has been used often enough."""
        if base == self.generator:
            return self._generate(exponent)
        table = self._tables.get(base)
        return table.power(exponent) if table else _bytes(self.power(base, exponent))


class KernelSums(Sums):
    """Running products in the memory of the kernel."""

    def __init__(self, kernel: Kernel, count: int) -> None:
        self._kernel = kernel
        self._sizes = [1] * count
        self._sums = kernel.sums(count)

    def multiply(self, elements: list[Element]) -> None:
        self._kernel.add(self._sums, self._kernel.points(elements), self._sizes)

    def divide(self, elements: list[Element]) -> None:
        self._kernel.add(self._sums, self._kernel.points(elements), self._sizes, subtract=True)

    def elements(self) -> list[Element]:
        return self._kernel.affine(self._sums, len(self._sizes))[1]


def _bytes(element: Element) -> bytes:
    return bytes.fromhex(element)[::-1]


def _text(point: bytes) -> Element:
    return Element(point[::-1].hex())
