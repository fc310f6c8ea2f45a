"""The journeys in Chinese."""

import pytest

from tests.journeys.year import Year


@pytest.mark.journey
class TestYearInChinese(Year):
    LANGUAGE = "zh"
