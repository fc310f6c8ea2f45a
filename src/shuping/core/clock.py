"""The only clock in the house. Pages read it once and pass `now` inward."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present, aware; in an example folder the instant written in the file that `SHUPING_CLOCK` names."""
    file = set_clock()
    return datetime.fromisoformat(file.read_text("utf-8").strip()) if file else timezone.now()


def set_clock() -> Path | None:
    """The clock file when one is honoured, else None: outside an example folder it never is."""
    name = os.environ.get("SHUPING_CLOCK")
    if not name or not settings.EXAMPLE:
        return None
    file = Path(name)
    return file if file.exists() else None
