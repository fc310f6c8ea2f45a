"""The prime-order subgroup of edwards25519, on libsodium (PyNaCl).

Belenios writes a point as 64 hexadecimal digits, big-endian: the byte-reverse of RFC 8032. libsodium refuses
non-canonical encodings and points outside the subgroup in every scalar multiplication; it also refuses to work with
the neutral element, which is therefore handled here.
"""

import re
from typing import Final

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError

from ballotbox.ed25519_table import FixedBase
from ballotbox.errors import BadPoint
from ballotbox.groups import Element, Group
from ballotbox.tables import Tables

_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FIELD: Final = 2**255 - 19
_USES_BEFORE_TABLE: Final = 600  # about three ballots: below that a table costs more than it saves


class Ed25519(Group):
    name = "Ed25519"
    order = 2**252 + 27742317777372353535851937790883648493
    generator = Element("66" * 31 + "58")
    identity = Element("00" * 31 + "01")
    element_length = 64
    powers_check_bases = True

    def __init__(self) -> None:
        self._tables = Tables(lambda base: FixedBase(_bytes(base)), after=_USES_BEFORE_TABLE)

    def element(self, text: object, *, where: str = "") -> Element:
        if not isinstance(text, str) or not _HEX.fullmatch(text):
            raise BadPoint("A point is written as 64 lower-case hexadecimal digits.", where=where)
        if int(text, 16) & (2**255 - 1) >= _FIELD:
            raise BadPoint("This point is not written in the canonical way.", where=where)
        return Element(text)

    def check_member(self, element: Element, *, where: str = "") -> None:
        if not crypto_core_ed25519_is_valid_point(_bytes(element)):
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
        return _text(_scalarmult(exponent, _bytes(base)))

    def generate(self, exponent: int) -> Element:
        return _text(self._generate(exponent % self.order))

    def multiply(self, left: Element, right: Element) -> Element:
        return _text(_add(_bytes(left), _bytes(right)))

    def divide(self, left: Element, right: Element) -> Element:
        try:
            return _text(crypto_core_ed25519_sub(_bytes(left), _bytes(right)))
        except CryptoError:
            raise BadPoint("This is not a point of the curve.") from None

    def double_scalar(self, base1: Element, scalar1: int, base2: Element, scalar2: int) -> Element:
        second = self.power(base2, scalar2)
        return _text(_add(self._fixed(base1, scalar1 % self.order), _bytes(second)))

    def prepare(self, base: Element) -> None:
        self._tables.announce(base)

    def _generate(self, exponent: int) -> bytes:
        if exponent == 0:
            return _bytes(self.identity)
        return crypto_scalarmult_ed25519_base_noclamp(exponent.to_bytes(32, "little"))

    def _fixed(self, base: Element, exponent: int) -> bytes:
        """base^exponent for a public exponent, from a table once the base has been used often enough."""
        if base == self.generator:
            return self._generate(exponent)
        table = self._tables.get(base)
        return table.power(exponent) if table else _bytes(self.power(base, exponent))


def _bytes(element: Element) -> bytes:
    return bytes.fromhex(element)[::-1]


def _text(point: bytes) -> Element:
    return Element(point[::-1].hex())


def _scalarmult(exponent: int, point: bytes) -> bytes:
    try:
        return crypto_scalarmult_ed25519_noclamp(exponent.to_bytes(32, "little"), point)
    except CryptoError:
        raise BadPoint("This is not a point of the group of prime order.") from None


def _add(left: bytes, right: bytes) -> bytes:
    try:
        return crypto_core_ed25519_add(left, right)
    except CryptoError:
        raise BadPoint("This is not a point of the curve.") from None
