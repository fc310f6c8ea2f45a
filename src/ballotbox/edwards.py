"""edwards25519 in plain Python: what `sodium.py` offers, for where libsodium is missing, and to hold others against.

Formulas: Hisil, Wong, Carter, Dawson, "Twisted Edwards curves revisited" (2008), with a = -1; they hold for every pair
of points. Nothing here takes constant time: for public values, and slow. Points are 32 bytes as in RFC 8032.
"""

from functools import cache, lru_cache
from typing import Any

from ballotbox.errors import BadPoint
from ballotbox.integers import invert, mpz, powmod

FIELD = mpz(2**255 - 19)
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -mpz(121665) * invert(mpz(121666), FIELD) % FIELD
NEUTRAL = (1).to_bytes(32, "little")
_GENERATOR = bytes.fromhex("58" + "66" * 31)
_ROOT = powmod(mpz(2), (FIELD - 1) // 4, FIELD)

Number = Any  # int, or mpz of gmpy2
Extended = tuple[Number, Number, Number, Number]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
Cached = tuple[Number, Number, Number]  # y + x, y - x, 2dxy, of an affine point

_ORIGIN: Extended = (mpz(0), mpz(1), mpz(1), mpz(0))


# --- what sodium.py offers as well --------------------------------------------------------------------------------


def add(left: bytes, right: bytes) -> bytes:
    """Left * right. Raises BadPoint where one is not on the curve."""
    return compress(_sum(decompress(left), decompress(right)))


def subtract(left: bytes, right: bytes) -> bytes:
    """Left / right. Raises BadPoint."""
    x, y, z, t = decompress(right)
    return compress(_sum(decompress(left), (-x % FIELD, y, z, -t % FIELD)))


@lru_cache(maxsize=4096)
def is_member(point: bytes) -> bool:
    """Whether the point has prime order (the neutral element has not)."""
    try:
        start = decompress(point)
    except BadPoint:
        return False
    return point != NEUTRAL and compress(_multiple(start, ORDER)) == NEUTRAL


def power(point: bytes, exponent: int) -> bytes:
    """point^exponent for 0 < exponent < order. Raises BadPoint where the point has another than prime order."""
    if not is_member(point):
        raise BadPoint("This is not a point of the group of prime order.")
    return compress(_multiple(decompress(point), exponent))


def generate(exponent: int) -> bytes:
    """generator^exponent for 0 < exponent < order."""
    return _generator_table().power(exponent)


# --- points -------------------------------------------------------------------------------------------------------


def decompress(point: bytes) -> Extended:
    """The point of this encoding. Raises BadPoint where it is not canonical or not on the curve."""
    number = int.from_bytes(point, "little")
    y = mpz(number & (2**255 - 1))
    square = (y * y - 1) * invert(D * y * y + 1, FIELD) % FIELD
    x = powmod(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * _ROOT % FIELD
    if x * x % FIELD != square or y >= FIELD or (x == 0 and number >> 255):
        raise BadPoint("This is not a point of the curve.")
    if int(x) & 1 != number >> 255:
        x = -x % FIELD
    return x, y, mpz(1), x * y % FIELD


def compress(point: Extended) -> bytes:
    """The 32 bytes of a point."""
    x, y, z, _t = point
    inverse = invert(z, FIELD)
    return (int(y * inverse % FIELD) | int(x * inverse % FIELD & 1) << 255).to_bytes(32, "little")


def _sum(left: Extended, right: Extended) -> Extended:
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2) % FIELD, (y1 + x1) * (y2 + x2) % FIELD
    c, d = 2 * D * t1 * t2 % FIELD, 2 * z1 * z2 % FIELD
    return _product(b - a, d - c, d + c, b + a)


def add_cached(left: Extended, right: Cached) -> Extended:
    """The sum with an affine point made ready."""
    x1, y1, z1, t1 = left
    plus, minus, t2 = right
    a, b, c = (y1 - x1) * minus % FIELD, (y1 + x1) * plus % FIELD, t1 * t2 % FIELD
    d = z1 + z1
    return _product(b - a, d - c, d + c, b + a)


def _double(point: Extended) -> Extended:
    x, y, z, _t = point
    a, b = x * x % FIELD, y * y % FIELD
    h, g = a + b, a - b
    return _product(h - (x + y) * (x + y) % FIELD, 2 * z * z % FIELD + g, g, h)


def _product(e: Number, f: Number, g: Number, h: Number) -> Extended:
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def _multiple(point: Extended, scalar: int) -> Extended:
    multiples = [_ORIGIN, point]
    for _ in range(14):
        multiples.append(_sum(multiples[-1], point))
    total = _ORIGIN
    for digit in f"{scalar:x}":
        total = _double(_double(_double(_double(total))))
        total = _sum(total, multiples[int(digit, 16)])
    return total


# --- powers of one point from a table -----------------------------------------------------------------------------


class FixedBase:
    """32 tables of 256 multiples, 8 bits each: a power is at most 32 additions, half the price of libsodium's.

    `point` has been checked.
    """

    def __init__(self, point: bytes) -> None:
        start = decompress(point)
        columns = []
        for _ in range(32):
            column, start = _column(start)
            columns.append(column)
        self._columns = columns

    def power(self, exponent: int) -> bytes:
        """point^exponent as 32 bytes; 0 <= exponent < 2^256, not secret."""
        total = _ORIGIN
        for digit, column in zip(exponent.to_bytes(32, "little"), self._columns, strict=True):
            if digit:
                total = add_cached(total, column[digit - 1])
        return compress(total)


@cache
def _generator_table() -> FixedBase:
    return FixedBase(_GENERATOR)


def _column(start: Extended) -> tuple[list[Cached], Extended]:
    """start^1 ... start^255 made ready for addition, and start^256."""
    first = _cached(*_affine([start])[0])
    points = [start]
    for _ in range(255):
        points.append(add_cached(points[-1], first))
    return [_cached(x, y) for x, y in _affine(points[:255])], points[255]


def _cached(x: Number, y: Number) -> Cached:
    return (y + x) % FIELD, (y - x) % FIELD, 2 * D * x * y % FIELD


def _affine(points: list[Extended]) -> list[tuple[Number, Number]]:
    """Divide by Z with one inversion for all (Montgomery's trick)."""
    products = [mpz(1)]
    for _x, _y, z, _t in points:
        products.append(products[-1] * z % FIELD)
    inverse = invert(products[-1], FIELD)
    affine = []
    for (x, y, z, _t), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % FIELD
        inverse = inverse * z % FIELD
        affine.append((x * own % FIELD, y * own % FIELD))
    return affine[::-1]
