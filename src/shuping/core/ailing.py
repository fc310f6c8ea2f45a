"""What can ail a server besides its worker: database, disk, clock. `watch` hands the questions to vitals."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from shuping.core import datafolder, soundness, vitals
from shuping.core.sole import Session

FULL = 20 * 1024**2  # bytes
JUMP = 5.0  # seconds


def watch(folder: Path, session: Session | None = None) -> None:
    """Ask about database, disk and clock from now on. For the server's process, when it starts."""
    vitals.register("database", Database(folder, session).ailment)
    vitals.register("disk", lambda: disk(folder))
    vitals.register("clock", Clock().ailment)


class Database:
    """Whether the database answers, and is still the one with which the server started."""

    def __init__(self, folder: Path, session: Session | None = None) -> None:
        self.file = None if datafolder.on_postgresql(folder) else folder / datafolder.SITE
        self.session, self.known = session, self._file()

    def _file(self) -> tuple[int, int] | None:
        """Which file it is, whatever it is called."""
        try:
            found = self.file.stat() if self.file else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def ailment(self) -> Any:
        """A sentence on what is wrong."""
        if self.file and self._file() != self.known:
            return _("The database's file was moved away or replaced: stop the server, and put it back.")
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        except (DatabaseError, OSError):
            return _("The database does not answer.")
        return self.session.ailment() if self.session else ""


def disk(folder: Path) -> Any:
    """A sentence when the disk is full, or nearly."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return _("The data folder is gone.")
    if free < FULL:
        return _("The disk is full: nothing can be stored. Make room.")
    if free < soundness.LEAST_FREE:
        return _("The disk is nearly full: less than 2 GB is left. Make room.")
    return ""


class Clock:
    """Whether the machine's clock went as time did since the server started. A clock that is steered steers both; only
    one that is set jumps. A machine that slept is no jump.
    """

    def __init__(self) -> None:
        self.began = self._ahead()

    def _ahead(self) -> float:
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)

    def ailment(self) -> Any:
        """A sentence when it was set forward or back."""
        jump = self._ahead() - self.began
        if abs(jump) < JUMP:
            return ""
        said = (
            _("The machine's clock was set forward by %(seconds)d s since the server started.")
            if jump > 0
            else _("The machine's clock was set back by %(seconds)d s since the server started.")
        )
        return f"{said % {'seconds': round(abs(jump))}} {_('Set it right, then start the server again.')}"
