"""Once nobody votes any more, the write-ahead logs are cut to nothing: in them stand pages of what was deleted, in the
order in which it came.
"""

import sqlite3
from contextlib import closing, suppress

from django.conf import settings
from django.db import connections

from shuping.box.models import Mark
from shuping.core import datafolder

CUT = "PRAGMA wal_checkpoint(TRUNCATE)"


class Tidying:
    """Tries until it is done: a reader of the same moment keeps a log from being cut."""

    def __init__(self) -> None:
        self.due = False

    def begin(self) -> None:
        """Something was deleted, or somebody asked."""
        self.due = True

    def go_on(self) -> None:
        """Cut the logs when they are due and no ballot is open."""
        if self.due and connections[settings.BOX].vendor == "sqlite" and not Mark.objects.filter(open=True).exists():
            self.due = not (_cut_the_box() and _cut_the_site())


def _cut_the_box() -> bool:
    with connections[settings.BOX].cursor() as cursor:
        cursor.execute(CUT)
        return not cursor.fetchone()[0]


def _cut_the_site() -> bool:
    with suppress(sqlite3.Error), closing(sqlite3.connect(settings.DATA / datafolder.SITE, timeout=0)) as site:
        return not site.execute(CUT).fetchone()[0]
    return False
