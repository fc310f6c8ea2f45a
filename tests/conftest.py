"""What holds for every test."""

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def _language_of_the_site():
    """Each test begins in the site's own language: a request in another one stays in the thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
