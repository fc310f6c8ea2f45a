"""Making the box's file, or bringing it to this version."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from shuping.box.routing import APP

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def make() -> None:
    """Migrate the box, unless it lies in the one database. Its file keeps no time, not even that of its making."""
    if settings.BOX == "default":
        return
    call_command("migrate", APP, database=settings.BOX, verbosity=0, interactive=False)
    MigrationRecorder(connections[settings.BOX]).migration_qs.update(applied=NO_TIME)
