"""The one Django app: when Django is ready, every room hands its entries to the lists of the rooms below it."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

ROOMS = (
    "core",
    "documents",
    "organisations",
    "cycles",
    "reports",
    "ballots",
    "meetings",
    "results",
    "rectification",
    "overview",
)


class ShupingConfig(AppConfig):
    name = "shuping"
    label = "shuping"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for room in ROOMS:
            if find_spec(f"shuping.{room}.register"):
                import_module(f"shuping.{room}.register").register()
