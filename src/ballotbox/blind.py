"""Tokens that their issuer cannot recognise again: RSA blind signatures (RFC 9474, RSABSSA-SHA384-PSS-Randomized).

The voter blinds a message, the issuer signs what it cannot read, the voter takes the blinding off: an ordinary
RSASSA-PSS signature (RFC 8017), which says "issued by us" and nothing else.
"""

import hashlib
import secrets
from dataclasses import dataclass
from math import gcd
from typing import Final

from gmpy2 import is_prime, mpz, powmod, powmod_sec  # type: ignore[import-untyped]  # gmpy2 has no stubs

from ballotbox.errors import BallotboxError

EXPONENT: Final = 65537
PREFIX: Final = 32  # random bytes that go before a message, so that no issuer can choose it (RFC 9474, section 4.1)
_HASH: Final = 48  # bytes of SHA-384
_SALT: Final = 48
_ROUNDS: Final = 40  # of the primality test


class BadToken(BallotboxError):
    """A blinded message or a signature is not what it has to be."""

    code = "bad_token"


@dataclass(frozen=True)
class TokenKey:
    """The public key of an issuer."""

    n: int
    e: int = EXPONENT

    @property
    def length(self) -> int:
        """The bytes of a signature."""
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True)
class IssuerKey:
    """The private key of an issuer, for tokens of one ballot only; its two primes."""

    p: int
    q: int

    @property
    def public(self) -> TokenKey:
        return TokenKey(self.p * self.q)

    @property
    def d(self) -> int:
        return pow(EXPONENT, -1, (self.p - 1) * (self.q - 1))


def make_issuer_key(bits: int = 2048) -> IssuerKey:
    """A new key of so many bits."""
    p = _prime(bits // 2)
    q = _prime(bits // 2)
    return IssuerKey(p, q) if p != q else make_issuer_key(bits)


def _prime(bits: int) -> int:
    while True:
        # The two highest bits set: the product of two such primes has exactly twice the bits.
        number = secrets.randbits(bits) | 3 << (bits - 2) | 1
        if gcd(number - 1, EXPONENT) == 1 and is_prime(mpz(number), _ROUNDS):
            return number


def prepare(message: bytes, prefix: bytes | None = None) -> bytes:
    """The message with a random prefix; both are needed again when the signature is checked."""
    return (secrets.token_bytes(PREFIX) if prefix is None else prefix) + message


def blind(
    key: TokenKey, prepared: bytes, *, salt: bytes | None = None, inverse: int | None = None
) -> tuple[bytes, int]:
    """(blinded message, inverse of the blinding). `salt` and `inverse` are given by test vectors only."""
    encoded = int.from_bytes(_pss_encode(key, prepared, secrets.token_bytes(_SALT) if salt is None else salt))
    if gcd(encoded, key.n) != 1:
        raise BadToken("This message cannot be blinded under this key.", where="message")
    while inverse is None or gcd(inverse, key.n) != 1:
        inverse = secrets.randbelow(key.n - 1) + 1
    factor = pow(inverse, -1, key.n)
    return _bytes(key, encoded * pow(factor, key.e, key.n) % key.n), inverse


def blind_sign(key: IssuerKey, blinded: bytes) -> bytes:
    """The signature of what the issuer cannot read. Raises BadToken."""
    public = key.public
    number = _number(public, blinded, where="blinded_message")
    signature = _root(key, number)
    # A fault in the computation would give the key away (RFC 9474, section 4.3).
    if pow(signature, public.e, public.n) != number:
        raise BadToken("The signature did not come out right; nothing is handed out.", where="blind_signature")
    return _bytes(public, signature)


def _root(key: IssuerKey, number: int) -> int:
    """number^d, by way of the two primes: a quarter of the work (RFC 8017, section 5.1.2)."""
    first, second = (int(powmod_sec(mpz(number % r), mpz(key.d % (r - 1)), mpz(r))) for r in (key.p, key.q))
    return second + (first - second) * pow(key.q, -1, key.p) % key.p * key.q


def finalize(key: TokenKey, prepared: bytes, blind_signature: bytes, inverse: int) -> bytes:
    """The signature of the prepared message, the blinding taken off. Raises BadToken when it does not hold."""
    number = _number(key, blind_signature, where="blind_signature")
    signature = _bytes(key, number * inverse % key.n)
    verify(key, prepared, signature)
    return signature


def verify(key: TokenKey, prepared: bytes, signature: bytes) -> None:
    """Raise BadToken unless the signature is the issuer's on the prepared message (RFC 8017, section 8.1.2)."""
    number = _number(key, signature, where="signature")
    encoded = _bytes(key, int(powmod(mpz(number), mpz(key.e), mpz(key.n))))
    if not _pss_holds(key, prepared, encoded):
        raise BadToken("This token was not issued for this ballot.", where="signature")


def _number(key: TokenKey, raw: bytes, *, where: str) -> int:
    number = int.from_bytes(raw)
    if len(raw) != key.length or not 0 < number < key.n:
        raise BadToken(f"{key.length} bytes below the modulus are expected here.", where=where)
    return number


def _bytes(key: TokenKey, number: int) -> bytes:
    return number.to_bytes(key.length)


# --- EMSA-PSS with SHA-384 (RFC 8017, section 9.1) ----------------------------------------------------------------


def _pss_encode(key: TokenKey, message: bytes, salt: bytes) -> bytes:
    bits = key.n.bit_length() - 1
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    padded = bytes(length - len(salt) - _HASH - 2) + b"\x01" + salt
    masked = _xor(padded, _mask(digest, len(padded)))
    return bytes([masked[0] & _top(bits)]) + masked[1:] + digest + b"\xbc"


def _pss_holds(key: TokenKey, message: bytes, encoded: bytes) -> bool:
    bits = key.n.bit_length() - 1
    length = (bits + 7) // 8
    if any(encoded[: key.length - length]):
        return False
    encoded = encoded[key.length - length :]
    masked, digest = encoded[: length - _HASH - 1], encoded[length - _HASH - 1 : -1]
    if encoded[-1] != 0xBC or masked[0] & ~_top(bits):
        return False
    padded = _xor(masked, _mask(digest, len(masked)))
    padded = bytes([padded[0] & _top(bits)]) + padded[1:]
    head, salt = padded[:-_SALT], padded[-_SALT:]
    if head != bytes(len(head) - 1) + b"\x01":
        return False
    return digest == hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()


def _top(bits: int) -> int:
    """Which bits of the first byte belong to the encoded message."""
    return 0xFF >> (-bits % 8)


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-384 (RFC 8017, appendix B.2.1)."""
    blocks = (hashlib.sha384(seed + counter.to_bytes(4)).digest() for counter in range(-(-length // _HASH)))
    return b"".join(blocks)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
