"""Looking for times in bytes: every way in which a moment of a vote could be written down."""

import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

JULIAN = 2_440_587.5  # the Julian day on which seconds begin to be counted
DAY = 86_400.0

# How a moment is packed, and how a number is unpacked to seconds.
Packed = tuple[str, Callable[[float], float], Callable[[float], float]]
PACKED: dict[str, Packed] = {
    "seconds, 4 bytes": (">I", lambda s: s, lambda n: n),
    "seconds, 4 bytes, little end first": ("<I", lambda s: s, lambda n: n),
    "seconds, 8 bytes": (">q", lambda s: s, lambda n: n),
    "seconds, 8 bytes, little end first": ("<q", lambda s: s, lambda n: n),
    "milliseconds": (">q", lambda s: s * 1e3, lambda n: n / 1e3),
    "milliseconds, little end first": ("<q", lambda s: s * 1e3, lambda n: n / 1e3),
    "microseconds": (">q", lambda s: s * 1e6, lambda n: n / 1e6),
    "microseconds, little end first": ("<q", lambda s: s * 1e6, lambda n: n / 1e6),
    "nanoseconds": (">q", lambda s: s * 1e9, lambda n: n / 1e9),
    "nanoseconds, little end first": ("<q", lambda s: s * 1e9, lambda n: n / 1e9),
    "floating seconds": (">d", lambda s: s, lambda n: n),
    "floating seconds, little end first": ("<d", lambda s: s, lambda n: n),
    "Julian day": (">d", lambda s: s / DAY + JULIAN, lambda n: (n - JULIAN) * DAY),
    "Julian day, little end first": ("<d", lambda s: s / DAY + JULIAN, lambda n: (n - JULIAN) * DAY),
}
ZONES = (UTC, timezone(timedelta(hours=8)))
DIGITS = re.compile(rb"(?<!\d)(\d{10})(?:\d{3}|\d{6}|\d{9})?(?!\d)")  # seconds and everything finer
TEXTS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%b/%Y:%H:%M", "%Y%m%d%H%M")


def packed(name: str, second: float) -> bytes:
    """A moment in one of the encodings."""
    form, scale, _back = PACKED[name]
    number = scale(second)
    return struct.pack(form, number if form[1] == "d" else round(number))


def found(body: bytes, begin: float, end: float) -> list[tuple[str, int]]:
    """Every place in `body` at which a moment between two stands in any encoding: (encoding, offset)."""
    places = [(name, at) for name in PACKED for at in _numbers(body, name, begin, end)]
    places += [("digits", at) for at in _digits(body, begin, end)]
    return places + [(text, at) for text in _texts(begin, end) for at in _places(body, text.encode())]


def _numbers(body: bytes, name: str, begin: float, end: float) -> list[int]:
    form, _scale, back = PACKED[name]
    size, backwards = struct.calcsize(form), form[0] == "<"
    first, last = (_ordered(packed(name, second), backwards) for second in (begin, end))
    common = next((place for place in range(size) if first[place] != last[place]), size)
    hits = []
    # The first bytes that may differ are few: everything that begins so is unpacked and looked at.
    for value in range(first[common] if common < size else 0, (last[common] if common < size else 0) + 1):
        prefix = first[:common] + (bytes([value]) if common < size else b"")
        sought = prefix[::-1] if backwards else prefix
        for at in _places(body, sought):
            start = at - (size - len(sought)) if backwards else at
            if start >= 0 and start + size <= len(body):
                (number,) = struct.unpack_from(form, body, start)
                if begin <= back(number) <= end:
                    hits.append(start)
    return hits


def _ordered(raw: bytes, backwards: bool) -> bytes:
    return raw[::-1] if backwards else raw


def _texts(begin: float, end: float) -> set[str]:
    minutes = [min(begin + 60 * step, end) for step in range(int((end - begin) // 60) + 2)]
    return {datetime.fromtimestamp(one, zone).strftime(form) for one in minutes for zone in ZONES for form in TEXTS}


def _digits(body: bytes, begin: float, end: float) -> list[int]:
    return [hit.start() for hit in DIGITS.finditer(body) if int(begin) <= int(hit[1]) <= end]


def _places(body: bytes, sought: bytes) -> list[int]:
    hits, at = [], body.find(sought)
    while at >= 0:
        hits.append(at)
        at = body.find(sought, at + 1)
    return hits
