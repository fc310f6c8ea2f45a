"""How long a text is: the same count in the browser and on the server (R15)."""

import re
import unicodedata

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a"
_DIGITS = "0-9\uff10-\uff19"
_TOKEN = re.compile(f"[{_CJK}]|[{_LATIN}]+|[{_DIGITS}]+")


def tokens(text: str) -> list[str]:
    """The CJK characters, runs of Latin letters and runs of digits of a text, in their order (R15)."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text))


def count(text: str) -> int:
    """The number of CJK characters, runs of Latin letters and runs of digits; nothing else counts (R15)."""
    return len(tokens(text))
