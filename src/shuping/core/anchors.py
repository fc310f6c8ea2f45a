"""The anchor of the log of acts: how many acts there are and the digest of the last, in a form that is read aloud.

It is noted outside the site, on a signed paper, in a photograph of the hall screen, with a backup. Whatever stood in
the log then can no longer be cut off or written anew without being found (`shuping check --anchor`).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

DIGITS: Final = 32  # of the 64 of a digest: 128 bits, which nobody meets by trying
GROUP: Final = 4
# What a program without Django (a backup) asks a database for: the number of acts and the last one's digest.
QUESTION: Final = "SELECT (SELECT COUNT(*) FROM shuping_act), (SELECT digest FROM shuping_act ORDER BY id DESC LIMIT 1)"
_WRITTEN = re.compile(r"(\d{1,12}):([0-9a-f]{32,64})")


class BadAnchor(Exception):
    """This is no anchor, with the sentence that says what one looks like."""


@dataclass(frozen=True)
class Anchor:
    """The place of an act in the log, counted from 1, and its digest (hex), or the first digits of it."""

    number: int
    head: str

    def __str__(self) -> str:
        digits = self.head[:DIGITS]
        return f"{self.number}:" + "-".join(digits[place : place + GROUP] for place in range(0, len(digits), GROUP))

    def fits(self, digest: str) -> bool:
        """Whether a digest is the one that was noted, as far as it was noted."""
        return digest.startswith(self.head)


def parse(text: str) -> Anchor:
    """An anchor as it was noted: hyphens and blanks do not matter, nor do capitals and wide characters. Raises
    BadAnchor.
    """
    plain = re.sub(r"[\s\-\u2010-\u2015]", "", unicodedata.normalize("NFKC", text)).lower()
    found = _WRITTEN.fullmatch(plain)
    if found is None:
        raise BadAnchor(
            f"“{text}” is no anchor of the log of acts. One is a number, a colon and {DIGITS} digits from 0 to f, such "
            f"as {Anchor(1162, '0123456789abcdef' * 2)}."
        )
    return Anchor(int(found[1]), found[2])
