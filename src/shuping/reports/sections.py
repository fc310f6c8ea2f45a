"""From paragraphs to the sections that the scheme asks for (R14)."""

import re
import unicodedata
from typing import Any

from scoring import Scheme

_NUMBER = re.compile(
    r"^\s*[(第]?\s*([一二三四五六七八九十]+|\d{1,2}|[ivx]{1,4})\s*(部分|[、.:)章节]|\s)+", re.IGNORECASE
)
_PUNCTUATION = re.compile(r"[\W_]+")


def plain(title: str) -> str:
    """A title without its numbering, punctuation and blanks, in small letters."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return _PUNCTUATION.sub("", _NUMBER.sub("", folded)) or _PUNCTUATION.sub("", folded)


def split(paragraphs: list[dict[str, Any]], scheme: Scheme) -> list[dict[str, str]]:
    """The sections as {code, title, text} in the order of the document; what stands before the first one has the
    code "". A heading that the scheme does not know stays in the section before it (R14).
    """
    codes = {plain(title): section.code for section in scheme.section for title in (section.zh, section.en)}
    found: list[dict[str, Any]] = [{"code": "", "title": "", "lines": []}]
    for paragraph in paragraphs:
        code = codes.get(plain(paragraph["text"])) if paragraph["heading"] else None
        if code:
            found.append({"code": code, "title": paragraph["text"], "lines": []})
        else:
            found[-1]["lines"].append(paragraph["text"])
    parts = [{"code": part["code"], "title": part["title"], "text": "\n".join(part["lines"])} for part in found]
    return [part for part in parts if part["code"] or part["text"]]
