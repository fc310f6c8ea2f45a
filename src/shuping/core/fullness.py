"""A full disk: found wherever it shows, and written into the log once a minute.

The database, the files and the table of attempts each have an own way of saying that there is no room.
"""

import errno
import logging
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache

from shuping.core import datafolder

STATUS = 507
PROBE = 1024**2  # bytes
EVERY = 60.0  # seconds between two lines in the log
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTGRESQL_IS_FULL = "53100"
FULL, BROKEN = "database or disk is full", "disk I/O error"
TOLD = "The disk is full: nothing can be stored, and ballots are asked to be sent again. Make room at {}."


class DiskFull(datafolder.CannotWork):
    """There is no room left in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"磁盘已满（{folder}），无法写入。请腾出空间。 / The disk is full ({folder}): nothing can be stored. "
            "Make room."
        )


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or the one behind it, says that there is no room."""
    return any(_says_so(one) for one in _behind(error))


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _says_so(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if getattr(error, "sqlstate", "") == POSTGRESQL_IS_FULL:
        return True
    # SQLite says either; the second has other reasons, too.
    said = str(error)
    return isinstance(error, DiskFull) or FULL in said or (BROKEN in said and no_room(settings.DATA))


def no_room(folder: Path) -> bool:
    """Whether a megabyte more finds no room in a folder; nothing stays there."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * PROBE)
    except OSError as error:
        return error.errno in NO_ROOM
    return False


class Attempts(DatabaseCache):
    """Django's table, which answers as if a key were taken when it could not be kept: whoever signs in first would be
    told of too many attempts. Where the disk is full it says so.
    """

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Django's, or DiskFull."""
        added = bool(super().add(key, value, timeout, version))
        if not added and not self.has_key(key, version):
            _ensure_room()
        return added

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Django's, or DiskFull."""
        super().set(key, value, timeout, version)
        if self.get(key, version=version) != value:
            _ensure_room()


def _ensure_room() -> None:
    # Another process may have been quicker; only a disk without room is a reason to say anything.
    if no_room(settings.DATA):
        raise DiskFull(settings.DATA)


class OnceAMinute(logging.Filter):
    """Of all that is logged of a full disk, one line a minute, in plain words: there would be one for each request."""

    def __init__(self) -> None:
        super().__init__()
        self.told = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        error = record.exc_info[1] if record.exc_info else None
        if getattr(record, "status_code", 0) != STATUS and not is_full(error):
            return True
        if time.monotonic() < self.told + EVERY:
            return False
        self.told = time.monotonic()
        record.msg, record.args, record.exc_info, record.exc_text = TOLD.format(settings.DATA), (), None, None
        return True
