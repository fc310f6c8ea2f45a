"""All that the worker needs of the site's settings: where the box is."""

from shuping.core import datafolder

DATA = datafolder.path()
BOX = "default"
DATABASES = {"default": datafolder.box(DATA) or datafolder.database(DATA)}
INSTALLED_APPS = ["shuping.box"]
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
