"""Every address of the site, room by room."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

ROOMS = (
    "overview",
    "core",
    "organisations",
    "cycles",
    "documents",
    "reports",
    "ballots",
    "meetings",
    "results",
    "rectification",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"shuping.{room}.urls")) for room in ROOMS if find_spec(f"shuping.{room}.urls")
]

handler404 = "shuping.core.views.not_found"
handler500 = "shuping.core.fullness.failed"
