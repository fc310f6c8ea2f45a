"""BELENIOS-2048: the subgroup of order q of the integers modulo a 2048-bit prime, on gmpy2.

Parameters from the Belenios specification, "Default group parameters" (made by FIPS 186-4). (p - 1) / q has small
factors, so that every element from outside has to be raised to q.
"""

from typing import Final

from ballotbox.errors import BadPoint
from ballotbox.groups import Element, Group
from ballotbox.integers import invert, mpz, powmod, powmod_sec
from ballotbox.tables import Tables

_P: Final = mpz(
    "2069478569142254640101364365750500806492298929575110409710088478705737421924271740192223725449768433812906663313807"
    "8958404960054389636289796393038773905722803605973749427671376777618898589872735865049081167099310535867780980030790"
    "4916540637771737641986785272734744763418356000356983051931442845617019110007867373073335641239717328979132404745788"
    "3446826065232797464795113767265869358218004631792207366886005262718636338608879688212076943236614949100292344434637"
    "3222145884100586421050242120365433561201320481118852408731077014151666200162313177169372189248078507711827842317498"
    "073276598828825169183103125680162072880719"
)
_G: Final = mpz(
    "2402352677501852209227687703532399932712287657378364916510075318787663274146353219320285676155269678799694668298749"
    "3890950838965734256019006010684771644917354741372831046104586813145117816467554005274028898461398645326612150557970"
    "9716201616827031288643245666383486363578210615491841998253431518974065818686865115135857641013888221539601604322884"
    "3603930989333662772848406593138406010231675095763777982665103606822406635076697764025346253773085133173495194248967"
    "7540525736590494924776314759915751987751777114814909204566002054781270547282381409725186398583341157005683536955534"
    "23781475582491896050296680037745308460627"
)
_Q: Final = mpz("78571733251071885079927659812671450121821421258408794611510081919805623223441")
_USES_BEFORE_TABLE: Final = 200


class Belenios2048(Group):
    name = "BELENIOS-2048"
    order = int(_Q)
    generator = Element(str(_G))
    identity = Element("1")
    element_length = 617
    element_pattern = "[1-9][0-9]{0,616}"
    powers_check_bases = False

    def __init__(self) -> None:
        self._tables = Tables(lambda base: _Table(mpz(base)), after=_USES_BEFORE_TABLE)
        self._tables.announce(self.generator)

    def element(self, text: object, *, where: str = "") -> Element:
        if not isinstance(text, str) or not _is_decimal(text):
            raise BadPoint("An element is written as a decimal number without leading zeros.", where=where)
        if not 0 < mpz(text) < _P:
            raise BadPoint("This number is not below the modulus of the group.", where=where)
        return Element(text)

    def check_member(self, element: Element, *, where: str = "") -> None:
        number = mpz(element)
        if number == 1 or powmod(number, _Q, _P) != 1:
            raise BadPoint("This number is not in the subgroup of prime order.", where=where)

    def power(self, base: Element, exponent: int) -> Element:
        exponent %= self.order
        if exponent == 0:
            return self.identity
        return Element(str(powmod_sec(mpz(base), mpz(exponent), _P)))

    def generate(self, exponent: int) -> Element:
        return self.power(self.generator, exponent)

    def multiply(self, left: Element, right: Element) -> Element:
        return Element(str(mpz(left) * mpz(right) % _P))

    def divide(self, left: Element, right: Element) -> Element:
        return Element(str(mpz(left) * invert(mpz(right), _P) % _P))

    def double_scalar(self, base1: Element, scalar1: int, base2: Element, scalar2: int) -> Element:
        first = self._fixed(base1, mpz(scalar1) % _Q)
        return Element(str(first * powmod(mpz(base2), mpz(scalar2) % _Q, _P) % _P))

    def prepare(self, base: Element) -> None:
        self._tables.announce(base)

    def _fixed(self, base: Element, exponent: mpz) -> mpz:
        table = self._tables.get(base)
        return table.power(int(exponent)) if table else powmod(mpz(base), exponent, _P)


class _Table:
    """Powers of one public number, 8 bits of the exponent at a time."""

    def __init__(self, base: mpz) -> None:
        self._columns = []
        for _ in range(32):
            column = [mpz(1)]
            for _ in range(255):
                column.append(column[-1] * base % _P)
            base = column[-1] * base % _P
            self._columns.append(column)

    def power(self, exponent: int) -> mpz:
        product = mpz(1)
        for digit, column in zip(exponent.to_bytes(32, "little"), self._columns, strict=True):
            if digit:
                product = product * column[digit] % _P
        return product


def _is_decimal(text: str) -> bool:
    return 0 < len(text) <= Belenios2048.element_length and text.isascii() and text.isdigit() and text[0] != "0"
