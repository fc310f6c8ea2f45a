"""The group in which ballots are encrypted: one small interface, two implementations.

An element is held as the text that Belenios writes for it (64 hexadecimal digits, or a decimal number): what is
hashed, compared and stored is one and the same thing. Scalars are plain integers modulo `order`.
"""

import hashlib
import secrets
from abc import ABC, abstractmethod
from functools import cache
from typing import TYPE_CHECKING, NewType

from ballotbox.errors import UnknownGroup

if TYPE_CHECKING:
    from ballotbox.kernel import Kernel

Element = NewType("Element", str)


class Sums(ABC):
    """Running products of elements side by side: the encrypted counts, while ballots are added."""

    @abstractmethod
    def multiply(self, elements: list[Element]) -> None:
        """Multiply each product by its element. Raises BadPoint, and leaves all as they were."""

    @abstractmethod
    def divide(self, elements: list[Element]) -> None:
        """Divide each product by its element. Raises BadPoint."""

    @abstractmethod
    def elements(self) -> list[Element]:
        """The products so far."""


class Group(ABC):
    """A cyclic group of prime order, written multiplicatively.

    `power` and `generate` are safe for secret exponents as far as the library beneath allows; `double_scalar` is for
    public values and may be fast instead.
    """

    name: str
    order: int
    generator: Element
    identity: Element
    element_length: int  # characters of the longest element
    element_pattern: str  # a regular expression that every element matches

    #: True when `power` and `double_scalar` refuse a base outside the group by themselves.
    powers_check_bases: bool

    #: Checks many proofs at once, where there is one for this group.
    kernel: "Kernel | None" = None

    @abstractmethod
    def element(self, text: object, *, where: str = "") -> Element:
        """The text as an element, if it is canonically written (membership is not checked). Raises BadPoint."""

    @abstractmethod
    def check_member(self, element: Element, *, where: str = "") -> None:
        """Raise BadPoint unless the element has prime order (the neutral element has not)."""

    @abstractmethod
    def power(self, base: Element, exponent: int) -> Element:
        """base^exponent; the exponent may be secret. Raises BadPoint."""

    @abstractmethod
    def generate(self, exponent: int) -> Element:
        """generator^exponent; the exponent may be secret."""

    @abstractmethod
    def multiply(self, left: Element, right: Element) -> Element: ...

    @abstractmethod
    def divide(self, left: Element, right: Element) -> Element: ...

    @abstractmethod
    def double_scalar(self, base1: Element, scalar1: int, base2: Element, scalar2: int) -> Element:
        """base1^scalar1 * base2^scalar2, for public values only. Raises BadPoint.

        base1 is trusted (the generator, a checked key); base2 may come from anybody.
        """

    @abstractmethod
    def prepare(self, base: Element) -> None:
        """Announce a base that will come as base1 of `double_scalar` many times, so that a table may be built."""

    def sums(self, count: int) -> Sums:
        """`count` empty products."""
        return _PlainSums(self, count)

    def random_scalar(self) -> int:
        return secrets.randbelow(self.order - 1) + 1

    def hash(self, text: str) -> int:
        """SHA-256 as a big-endian number, modulo the order."""
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") % self.order


class _PlainSums(Sums):
    def __init__(self, g: Group, count: int) -> None:
        self._group = g
        self._elements = [g.identity] * count

    def multiply(self, elements: list[Element]) -> None:
        self._elements = [self._group.multiply(*pair) for pair in zip(self._elements, elements, strict=True)]

    def divide(self, elements: list[Element]) -> None:
        self._elements = [self._group.divide(*pair) for pair in zip(self._elements, elements, strict=True)]

    def elements(self) -> list[Element]:
        return self._elements


@cache
def group(name: str) -> Group:
    """The group of this name, "Ed25519" or "BELENIOS-2048". Raises UnknownGroup."""
    from ballotbox.ed25519 import Ed25519  # noqa: PLC0415  the two implementations import the interface
    from ballotbox.finite_field import Belenios2048  # noqa: PLC0415

    if name == Ed25519.name:
        return Ed25519()
    if name == Belenios2048.name:
        return Belenios2048()
    raise UnknownGroup(f"“{name}” is no group of this program; it knows Ed25519 and BELENIOS-2048.")
