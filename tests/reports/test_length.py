"""How long a text is, by the vectors that the browser's count has to meet too."""

import json
from pathlib import Path

import pytest

from shuping.reports.text_length import count

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "length.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: repr(vector["text"]))
def test_cjk_characters_latin_words_and_numbers_count(vector):
    assert count(vector["text"]) == vector["count"]


def test_a_long_text_is_counted():
    assert count("述职 report 2022；" * 1000) == 4000
