"""Office files that may be hostile: looked at before anything is unpacked, read in a child process with limits.

Nothing of the site is loaded here; `uploads` is the other end, in the site.
"""

import io
import json
import math
import resource
import sys
import time
import zipfile
from collections.abc import Callable
from typing import Any

from shuping.core import active
from shuping.core.office_xml import Active

MEMORY = 600_000_000
SECONDS = 20  # of the processor, for all that one upload holds
UNPACKED = 60_000_000
MOST_PARTS = 2000
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The code of the fault is the message."""


def check(body: bytes, *, holds: str, otherwise: str) -> None:
    """Raise Unreadable as `look_into` does, with `otherwise` when the part `holds` is missing, or with the name of what
    is active in the package (`active`).
    """
    if holds not in look_into(body, otherwise=otherwise):
        raise Unreadable(otherwise)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        ensure_passive(package)


def ensure_passive(package: zipfile.ZipFile) -> None:
    """Raise Unreadable with the name of what would run or fetch something when the package is opened."""
    try:
        active.ensure_passive(package)
    except Active as found:
        raise Unreadable(str(found)) from None


def look_into(body: bytes, *, otherwise: str) -> set[str]:
    """The names of a package's parts, before anything is unpacked. Raises Unreadable with empty, encrypted or bomb, or
    with `otherwise` when it is no package.
    """
    if not body:
        raise Unreadable("empty")
    if body.startswith(OLD_OR_ENCRYPTED):
        raise Unreadable("encrypted")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = package.infolist()
    except zipfile.BadZipFile:
        raise Unreadable(otherwise) from None
    if sum(part.file_size for part in parts) > UNPACKED or len(parts) > MOST_PARTS:
        raise Unreadable("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted")
    return {part.filename for part in parts}


def answer(read: Callable[[bytes], Any], *, otherwise: str) -> None:
    """Read standard input within limits and write {"found": ...} or {"fault": code}, with the "seconds" of the
    processor that it took, to standard output. The first argument is how many seconds are left.
    """
    left = math.ceil(float(sys.argv[1])) if len(sys.argv) > 1 else SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (left, left + 1))  # the first ends it by a signal that says why
    told = _told(read, otherwise)
    sys.stdout.write(json.dumps({**told, "seconds": time.process_time()}))


def _told(read: Callable[[bytes], Any], otherwise: str) -> dict[str, Any]:
    try:
        return {"found": read(sys.stdin.buffer.read())}
    except Unreadable as error:
        return {"fault": str(error)}
    except MemoryError:
        return {"fault": "bomb"}
    except Exception:  # noqa: BLE001 - whatever a hostile file does to a library, it is one unreadable file
        return {"fault": otherwise}
