"""The draw of lots: from a seed called out in the hall to the order, by a rule that anybody can follow (R28).

Each number is written behind the seed with a colon, and the SHA-256 of that text in UTF-8 is its lot; the lowest lot
reports first. With a shell: `printf '%s' 'SEED:01' | sha256sum`.
"""

import hashlib
from collections.abc import Iterable


def lot(seed: str, number: str) -> str:
    """The lot of one number: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(seed: str, numbers: Iterable[str]) -> list[str]:
    """The numbers in the order of their lots. The order in which they are given does not matter."""
    return sorted(set(numbers), key=lambda number: lot(seed, number))
