"""What holds for every test."""

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation


@pytest.fixture(autouse=True)
def _language_of_the_site():
    """Each test begins in the site's own language: a request in another one stays in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def pytest_collection_modifyitems(items):
    """Whoever may ask the database may ask the box, which is a database of its own on SQLite."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark:
            mark.kwargs.setdefault("databases", list(connections))
        elif {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(databases=list(connections)))
