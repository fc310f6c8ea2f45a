"""Powers of one public point from a table, for verification only: the running time depends on the exponent.

libsodium offers no fixed base but the generator. 32 tables of 256 points (8 bits each) turn one of its scalar
multiplications into at most 32 additions on gmpy2 integers, at about half the price. Formulas: Hisil, Wong, Carter,
Dawson, "Twisted Edwards curves revisited" (2008), with a = -1.
"""

from gmpy2 import invert, mpz, powmod  # type: ignore[import-untyped]  # gmpy2 has no stubs

_P = mpz(2**255 - 19)
_D = -mpz(121665) * invert(mpz(121666), _P) % _P
_ROOT = powmod(mpz(2), (_P - 1) // 4, _P)

Extended = tuple[mpz, mpz, mpz, mpz]  # X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
Cached = tuple[mpz, mpz, mpz]  # y + x, y - x, 2dxy, of an affine point


class FixedBase:
    """The table of one point. `point` is 32 bytes as in RFC 8032 and has been checked."""

    def __init__(self, point: bytes) -> None:
        start = _decompress(point)
        columns = []
        for _ in range(32):
            column, start = _column(start)
            columns.append(column)
        self._columns = columns

    def power(self, exponent: int) -> bytes:
        """point^exponent as 32 bytes; 0 <= exponent < 2^256, not secret."""
        total: Extended = (mpz(0), mpz(1), mpz(1), mpz(0))
        for digit, column in zip(exponent.to_bytes(32, "little"), self._columns, strict=True):
            if digit:
                total = _add_cached(total, column[digit - 1])
        return _compress(total)


def _column(start: Extended) -> tuple[list[Cached], Extended]:
    """start^1 ... start^255 made ready for addition, and start^256."""
    first = _cached(*_affine([start])[0])
    points = [start]
    for _ in range(255):
        points.append(_add_cached(points[-1], first))
    return [_cached(x, y) for x, y in _affine(points[:255])], points[255]


def _add_cached(left: Extended, right: Cached) -> Extended:
    x1, y1, z1, t1 = left
    plus, minus, t2 = right
    a = (y1 - x1) * minus % _P
    b = (y1 + x1) * plus % _P
    c = t1 * t2 % _P
    d = z1 + z1
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _cached(x: mpz, y: mpz) -> Cached:
    return (y + x) % _P, (y - x) % _P, 2 * _D * x * y % _P


def _affine(points: list[Extended]) -> list[tuple[mpz, mpz]]:
    """Divide by Z with one inversion for all (Montgomery's trick)."""
    products = [mpz(1)]
    for _x, _y, z, _t in points:
        products.append(products[-1] * z % _P)
    inverse = invert(products[-1], _P)
    affine = []
    for (x, y, z, _t), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        own = inverse * before % _P
        inverse = inverse * z % _P
        affine.append((x * own % _P, y * own % _P))
    return affine[::-1]


def _compress(point: Extended) -> bytes:
    x, y, z, _t = point
    inverse = invert(z, _P)
    return (int(y * inverse % _P) | int(x * inverse % _P & 1) << 255).to_bytes(32, "little")


def _decompress(point: bytes) -> Extended:
    number = int.from_bytes(point, "little")
    y = mpz(number & (2**255 - 1))
    square = (y * y - 1) * invert(_D * y * y + 1, _P) % _P
    x = powmod(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if int(x) & 1 != number >> 255:
        x = -x % _P
    return x, y, mpz(1), x * y % _P
