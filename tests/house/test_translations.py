"""Simplified Chinese is complete: nothing missing, nothing left over, placeholders equal."""

import re

import polib
import pytest

from tests.house import sentences

PARTS = sorted((sentences.SITE / "locale/zh_Hans/parts").glob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    return {entry.msgid: entry.msgstr or entry.msgstr_plural[0] for part in PARTS for entry in polib.pofile(str(part))}


def test_every_sentence_is_translated(translated):
    missing = {text: files for text, files in sentences.all_sentences().items() if not translated.get(text)}

    assert missing == {}


def test_no_translation_is_left_over(translated):
    assert set(translated) - set(sentences.all_sentences()) == set()


def test_placeholders_are_the_same():
    entries = [entry for part in PARTS for entry in polib.pofile(str(part))]
    differing = [
        entry.msgid
        for entry in entries
        if set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        != set(PLACEHOLDER.findall(entry.msgstr or entry.msgstr_plural[0]))
    ]

    assert differing == []


def test_no_translation_waits_for_a_check():
    assert [entry.msgid for part in PARTS for entry in polib.pofile(str(part)) if entry.fuzzy] == []
