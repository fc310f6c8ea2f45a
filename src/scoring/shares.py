"""A whole number divided in proportion to shares."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def largest_remainder(total: int, shares: Sequence[int | Decimal | Fraction]) -> list[int]:
    """Divide `total` in proportion to the shares: everybody's whole part, then one each to the largest remainders, the
    earlier first among equals. Raises ValueError for negative numbers or when all shares are 0.
    """
    exact = [Fraction(share) for share in shares]
    whole = sum(exact, Fraction(0))
    if total < 0 or whole <= 0 or min(exact) < 0:
        raise ValueError("The total and every share have to be 0 or more, and one share above 0.")
    quotas = [total * share / whole for share in exact]
    parts = [quota.numerator // quota.denominator for quota in quotas]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - quotas[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
