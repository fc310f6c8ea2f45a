"""Exact numbers: how a scheme writes them, how they are shown, where they are rounded.

Nothing is computed in floating point. Inside the arithmetic everything is a `Fraction`; a score is rounded once, at the
end, half up to two places (R72).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

HUNDRED = Fraction(100)
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_RATIO = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?%")


def parse_decimal(value: Any) -> Decimal | None:
    """A number from 0 on as TOML or JSON bring it: integer, Decimal, or a string in plain notation; else None."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    text = _plain_notation(value) if isinstance(value, Decimal) else str(value)
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _plain_notation(value: Decimal) -> str:
    """Nothing for what is no number, and for exponents whose digits would fill the memory."""
    return format(value, "f") if value.is_finite() and abs(value.adjusted()) < 20 else ""


def parse_share(value: Any) -> Fraction | None:
    """A share between 0 and 1 from "1/3", "15 %" or a plain number; else None."""
    share = _share_in_text(value) if isinstance(value, str) else None
    if share is None:
        plain = parse_decimal(value)
        share = None if plain is None else Fraction(plain)
    return share if share is not None and 0 <= share <= 1 else None


def _share_in_text(text: str) -> Fraction | None:
    if (ratio := _RATIO.fullmatch(text)) and int(ratio[2]) > 0:
        return Fraction(int(ratio[1]), int(ratio[2]))
    if percent := _PERCENT.fullmatch(text):
        return Fraction(percent[1]) / 100
    return None


def _amount(low: int, high: int, places: int) -> Callable[[Any], Decimal]:
    def check(value: Any) -> Decimal:
        amount = parse_decimal(value)
        if amount is None or amount != round(amount, places):
            raise PydanticCustomError("not_amount", "not an amount", {"places": places})
        if not low <= amount <= high:
            raise PydanticCustomError("out_of_range", "out of range", {"low": low, "high": high})
        return amount

    return check


def _share(value: Any) -> Fraction:
    share = parse_share(value)
    if share is None:
        raise PydanticCustomError("not_share", "not a share")
    return share


Points = Annotated[Decimal, BeforeValidator(_amount(0, 1000, 4))]
Weight = Annotated[Decimal, BeforeValidator(_amount(0, 100, 2))]
Share = Annotated[Fraction, BeforeValidator(_share), PlainSerializer(str)]


def round_half_up(value: Fraction, places: int = 2) -> Decimal:
    """Round exactly: 86.125 becomes 86.13 (T4), whatever the context of the decimal module says."""
    scale: int = 10**places
    doubled = abs(value) * scale * 2
    units = (doubled.numerator // doubled.denominator + 1) // 2
    return Decimal(f"{units if value >= 0 else -units}E-{places}")


def plain(value: Decimal | Fraction) -> str:
    """A number from 0 on for people: as short as it is exact, else cut after four places: "83.6363…"."""
    exact = Fraction(value)
    places = exact.numerator * 10_000 // exact.denominator
    shown = f"{places // 10_000}.{places % 10_000:04}"
    return shown.rstrip("0").rstrip(".") if Fraction(places, 10_000) == exact else f"{shown}…"


def percent(share: Fraction) -> str:
    """A share in per cent, as `plain` shows numbers."""
    return plain(share * 100)
