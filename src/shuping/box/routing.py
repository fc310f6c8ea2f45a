"""Which tables lie in which database."""

from typing import Any

from django.conf import settings

APP = "box"


class Router:
    """The box's tables in the box, all others elsewhere; on PostgreSQL both are one database."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return settings.BOX if model._meta.app_label == APP else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return (db == settings.BOX) if app_label == APP else db == "default"
