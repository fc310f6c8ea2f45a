"""Words that belong to an organisation: bilingual data, read in the reader's language; and texts without signs that
nobody sees.
"""

from difflib import SequenceMatcher
from typing import Any, Literal
from unicodedata import category

from django.utils.translation import get_language, override


def chosen(zh: str, en: str) -> str:
    """The one of two texts that the reader's language asks for; the other when it is empty."""
    first, second = (en, zh) if (get_language() or "").startswith("en") else (zh, en)
    return first or second


class Bilingual:
    """For tables with `name_zh` and `name_en`: `name` is the reader's."""

    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return chosen(self.name_zh, self.name_en)

    @property
    def both(self) -> str:
        """Both names in one string, as in a Belenios election ("zh / en")."""
        return f"{self.name_zh} / {self.name_en}"

    def __str__(self) -> str:
        return self.name


UNSEEN = frozenset({"Cf", "Zl", "Zp"})  # formats (zero width, direction, byte order), breaks of lines and paragraphs
JOINER = "\u200d"
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # embeddings, overrides, isolates


def unmarked(text: str) -> str:
    """A name or a short text without signs that nobody sees: two that look the same are the same. A joiner stays where
    a script, or a picture of several signs, needs it.
    """
    kept = [letter for letter in text if letter == JOINER or category(letter) not in UNSEEN]
    beside = zip(["", *kept], kept, [*kept[1:], ""], strict=False)
    return "".join(letter for before, letter, after in beside if letter != JOINER or _join(before, after))


def _join(before: str, after: str) -> bool:
    return bool(before and after) and _joins(before) and _joins(after)


def _joins(letter: str) -> bool:
    """Right-to-left, Indic and South-East Asian scripts; pictures and what is put upon them."""
    return 0x590 <= ord(letter) < 0x1100 or category(letter) in {"So", "Sk", "Mn", "Mc"}


def unturned(text: str) -> str:
    """A long text without signs that turn the direction of what stands beside them; everything else stays."""
    return text.translate(TURNING)


def language_code() -> Literal["zh", "en"]:
    """`zh` or `en`: the reader's language as the pure packages name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def in_both(sentence: Any) -> dict[str, str]:
    """A sentence, lazily translated or a function that gives it, as {"zh", "en"}: the program of a page shows one."""
    told = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            told[name] = str(sentence() if callable(sentence) else sentence)
    return told


def line_differences(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Two texts, line by line, as ("same" | "gone" | "new", line) in reading order."""
    found: list[tuple[str, str]] = []
    for kind, start, end, from_, to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [("same", line) for line in before[start:end]]
        else:
            found += [("gone", line) for line in before[start:end]]
            found += [("new", line) for line in after[from_:to]]
    return found


def around_changes(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of the lines of `line_differences` those that differ, with one on either side; what is left out is one "…".
    Nothing when nothing differs.
    """
    changed = [place for place, (kind, _line) in enumerate(lines) if kind != "same"]
    shown = sorted({near for place in changed for near in range(max(place - 1, 0), min(place + 2, len(lines)))})
    found: list[tuple[str, str]] = []
    for before, place in zip([-1, *shown], shown, strict=False):
        found += [("left_out", "…")] * (place > before + 1) + [lines[place]]
    return found + [("left_out", "…")] * (bool(shown) and shown[-1] < len(lines) - 1)
