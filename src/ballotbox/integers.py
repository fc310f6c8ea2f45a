"""Big integers: gmpy2 where it is installed, else Python's own, which give the same numbers about ten times slower."""

from typing import Any

try:
    from gmpy2 import invert, mpz, powmod, powmod_sec  # type: ignore[import-untyped]  # gmpy2 has no stubs

    FAST = True
except ImportError:
    FAST = False
    mpz: Any = int  # type: ignore[no-redef]

    def powmod(base: int, exponent: int, modulus: int) -> int:
        """base^exponent modulo `modulus`."""
        return pow(base, exponent, modulus)

    def powmod_sec(base: int, exponent: int, modulus: int) -> int:
        """The same; without gmpy2 its time depends on the exponent."""
        return pow(base, exponent, modulus)

    def invert(number: int, modulus: int) -> int:
        """1 / number modulo `modulus`. Raises ValueError where there is none."""
        return pow(number, -1, modulus)


__all__ = ["FAST", "invert", "mpz", "powmod", "powmod_sec"]
