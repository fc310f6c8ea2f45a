"""Words that belong to an organisation: bilingual data, read in the reader's language."""

from typing import Literal

from django.utils.translation import get_language


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


def language_code() -> Literal["zh", "en"]:
    """`zh` or `en`: the reader's language as the pure packages name it."""
    return "en" if (get_language() or "").startswith("en") else "zh"
