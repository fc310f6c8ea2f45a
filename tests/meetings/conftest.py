"""Sentences are read in English wherever a test does not say otherwise: a page before may have spoken Chinese."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield
