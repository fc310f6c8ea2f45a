"""edwards25519 on libsodium (PyNaCl), on the 32 bytes of RFC 8032.

libsodium refuses non-canonical encodings and points outside the subgroup in every scalar multiplication; it also
refuses to work with the neutral element and with exponents of nothing, which callers handle. Importing this module
raises ImportError where PyNaCl is missing.
"""

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)
from nacl.exceptions import CryptoError

from ballotbox.errors import BadPoint


def add(left: bytes, right: bytes) -> bytes:
    """Left * right. Raises BadPoint where one is not on the curve."""
    try:
        return crypto_core_ed25519_add(left, right)
    except CryptoError:
        raise BadPoint("This is not a point of the curve.") from None


def subtract(left: bytes, right: bytes) -> bytes:
    """Left / right. Raises BadPoint."""
    try:
        return crypto_core_ed25519_sub(left, right)
    except CryptoError:
        raise BadPoint("This is not a point of the curve.") from None


def is_member(point: bytes) -> bool:
    """Whether the point has prime order (the neutral element has not)."""
    return crypto_core_ed25519_is_valid_point(point)


def power(point: bytes, exponent: int) -> bytes:
    """point^exponent for 0 < exponent < order, which may be secret. Raises BadPoint for another than prime order."""
    try:
        return crypto_scalarmult_ed25519_noclamp(exponent.to_bytes(32, "little"), point)
    except CryptoError:
        raise BadPoint("This is not a point of the group of prime order.") from None


def generate(exponent: int) -> bytes:
    """generator^exponent for 0 < exponent < order, which may be secret."""
    return crypto_scalarmult_ed25519_base_noclamp(exponent.to_bytes(32, "little"))
