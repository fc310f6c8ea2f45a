"""How things are written: one canonical JSON, numbers modulo q as decimal strings, Base58 and Base64 without padding.

Everything that comes from outside is parsed here, in time linear in its size, and refused unless writing it again
gives the same bytes (Belenios specification, section "Conventions").
"""

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from typing import Any, NoReturn

from ballotbox.errors import NotCanonical, TooLarge, WrongShape

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

JSON = Any  # a parsed JSON value, not yet checked

_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_SMALL = 2**30  # larger integers are written as strings


def canonical(value: JSON) -> bytes:
    """Compact JSON in UTF-8, fields in the order given, nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def strict_json(raw: bytes, *, where: str, limit: int) -> JSON:
    """Parse JSON: no duplicate keys, no floats, no numbers above 15 digits, no deep nesting, at most `limit` bytes.

    Raises TooLarge, NotCanonical.
    """
    if len(raw) > limit:
        raise TooLarge(f"{len(raw)} bytes, at most {limit} are accepted.", where=where)
    try:
        text = raw.decode("utf-8")
        value = _DECODER.decode(text)
        # json accepts escaped lone surrogates, which no UTF-8 can carry
        if "\\u" in text:
            canonical(value)
    except (ValueError, RecursionError) as problem:
        raise NotCanonical(f"This is not plain JSON ({_reason(problem)}).", where=where) from None
    return value


def canonical_json(raw: bytes, *, where: str, limit: int) -> JSON:
    """`strict_json`, and the bytes are the canonical ones. Raises TooLarge, NotCanonical."""
    value = strict_json(raw, where=where, limit=limit)
    try:
        same = canonical(value) == raw
    except (ValueError, RecursionError) as problem:
        raise NotCanonical(f"This is not plain JSON ({_reason(problem)}).", where=where) from None
    if not same:
        raise NotCanonical("This is valid JSON but not written in the canonical way.", where=where)
    return value


def _reason(problem: Exception) -> str:
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    if isinstance(problem, UnicodeError):
        return "it is not UTF-8"
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg} at character {problem.pos}"
    return str(problem)


def _distinct(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field occurs twice")
    return fields


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError("a number has too many digits")
    return int(text)


def _no_float(_text: str) -> NoReturn:
    raise ValueError("a number is not an integer")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_int=_integer, parse_float=_no_float, parse_constant=_no_float
)


def fields(value: JSON, names: Sequence[str], *, where: str, optional: Sequence[str] = ()) -> dict[str, JSON]:
    """The object `value`, which has exactly `names` in this order (those in `optional` may be absent)."""
    if not isinstance(value, dict):
        raise WrongShape("An object is expected here.", where=where)
    if list(value) != [name for name in names if name in value or name not in optional]:
        raise WrongShape(f"The fields must be {', '.join(names)}, in this order.", where=where)
    return value


def items(value: JSON, count: int | None, *, where: str) -> list[JSON]:
    """The list `value`, of `count` items where a count is given."""
    if not isinstance(value, list):
        raise WrongShape("A list is expected here.", where=where)
    if count is not None and len(value) != count:
        raise WrongShape(f"{len(value)} items where {count} are expected.", where=where)
    return value


def string(value: JSON, *, where: str) -> str:
    """The text that this is. Raises WrongShape."""
    if not isinstance(value, str):
        raise WrongShape("A text is expected here.", where=where)
    return value


def integer(value: JSON, *, where: str, low: int = 0, high: int = _SMALL - 1) -> int:
    """A small integer written as a JSON number. True and False are none."""
    if type(value) is not int or not low <= value <= high:
        raise WrongShape(f"A whole number from {low} to {high} is expected here.", where=where)
    return value


def scalar(value: JSON, order: int, *, where: str) -> int:
    """A number modulo `order`, written as a decimal string without leading zeros."""
    if not isinstance(value, str) or len(value) > 80 or not _DECIMAL.fullmatch(value):
        raise WrongShape("A decimal number, written as a text, is expected here.", where=where)
    number = int(value)
    if number >= order:
        raise NotCanonical("This number is not below the order of the group.", where=where)
    return number


def count_text(number: int) -> int | str:
    """A count as a result writes it: above 2^30 - 1 as a string."""
    return number if number < _SMALL else str(number)


def base64_sha256(data: bytes) -> str:
    """Base64 of SHA-256, standard alphabet, 43 characters without padding."""
    return base64.b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def decoded(text: str, length: int) -> bytes | None:
    """So many bytes out of Base64 with padding, written in the one canonical way; None when they are not."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == length and base64.b64encode(raw).decode() == text else None


def random_base58(length: int) -> str:
    """So many characters by chance, 5.86 bits each."""
    return "".join(secrets.choice(BASE58) for _ in range(length))


def is_base58(text: str) -> bool:
    """Whether the text is not empty and has characters of Base58 only."""
    return bool(text) and all(character in BASE58 for character in text)


def sha256_hex(data: bytes) -> str:
    """The digest as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
