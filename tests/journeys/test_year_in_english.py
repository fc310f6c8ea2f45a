"""The journeys in English."""

import pytest

from tests.journeys.year import Year


@pytest.mark.journey
class TestYearInEnglish(Year):
    LANGUAGE = "en"
