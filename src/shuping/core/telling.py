"""What stands in the log: of each kind at most one line a minute, with the number of those left out, and nothing raw of
what a stranger sent. A filter of every handler, so that nobody outside can fill the disk or forge a line.
"""

import logging
import threading
import time
import traceback
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import SuspiciousOperation

WINDOW = 60  # seconds
LONGEST, LINES = 400, 60  # characters of a line, lines of a traceback
# What strangers bring about, and what the machine runs out of: where in the program it was noticed helps nobody.
PLAIN = (SuspiciousOperation, OSError)

_lock = threading.Lock()
_kinds: dict[tuple[Any, ...], "_Kind"] = {}


@dataclass
class _Kind:
    since: float
    logger: str
    level: int
    line: str
    left_out: int = 0


class OnceAMinute(logging.Filter):
    """Lets the first record of a kind through, cleaned, and counts the others of the same minute."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; every handler hears the same of it."""
        if "told" not in vars(record):
            vars(record)["told"] = _judge(record, time.monotonic())
        return bool(vars(record)["told"])


def tell_what_was_left_out() -> None:
    """Write, for each kind whose minute is over, how many of it were left out."""
    now = time.monotonic()
    with _lock:
        over = {key: kind for key, kind in _kinds.items() if now - kind.since >= WINDOW}
        for key in over:
            del _kinds[key]
    for kind in over.values():
        if kind.left_out:
            logging.getLogger(kind.logger).log(
                kind.level, "%d more in a minute: %s", kind.left_out, kind.line, extra={"told": True}
            )


def harmless(text: str, longest: int = LONGEST) -> str:
    """A text on one line: control characters and what turns the direction of writing are spelt out, the rest is cut."""
    cut = text[:longest]
    # As ascii() spells it: a codec would be read from its file, which is too late when there are no descriptors left.
    spelt = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in cut)
    return spelt if cut == text else f"{spelt}… ({len(text)} characters)"


def _judge(record: logging.LogRecord, now: float) -> bool:
    key = _key(record)
    with _lock:
        known = _kinds.get(key)
        if known is not None and now - known.since < WINDOW:
            known.left_out += 1
            return False
        line = _clean(record)
        _kinds[key] = _Kind(now, record.name, record.levelno, line)
    if known is not None and known.left_out:
        record.msg = f"{line} (and {known.left_out} more since)"
    return True


def _key(record: logging.LogRecord) -> tuple[Any, ...]:
    """Records of a kind come from one line of the program, with an error of one type raised at one line."""
    error = record.exc_info[1] if record.exc_info else None
    frames = traceback.extract_tb(error.__traceback__, limit=-1) if error else []
    raised = [(frame.filename, frame.lineno) for frame in frames]
    return (record.name, record.levelno, record.pathname, record.lineno, type(error), *raised)


def _clean(record: logging.LogRecord) -> str:
    """Make the record harmless; returns its line."""
    error = record.exc_info[1] if record.exc_info else None
    told = record.getMessage().strip()
    if isinstance(error, PLAIN):
        told = told if str(error) in told else f"{told}: {error}"
        record.exc_info = record.exc_text = None
    elif error is not None:
        record.exc_text = _trace(error)
    record.msg, record.args, record.stack_info = harmless(told), None, None
    return str(record.msg)


def _trace(error: BaseException) -> str:
    """The traceback, indented: no line of it can be taken for a record of its own."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(f"  {harmless(line)}" for line in lines[-LINES:])
