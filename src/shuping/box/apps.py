"""The box as Django finds it: an app without pages."""

from django.apps import AppConfig


class BoxConfig(AppConfig):
    name = "shuping.box"
    label = "box"
    default_auto_field = "django.db.models.BigAutoField"
