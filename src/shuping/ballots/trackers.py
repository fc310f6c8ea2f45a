"""A tracker as people type, copy and paste it, and what the board says of it.

On the receipt its 43 letters stand in groups. Chats add words, blanks and breaks; keyboards add other widths.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from shuping.ballots import held
from shuping.ballots.models import Ballot, Category
from shuping.core.text import unmarked

LENGTH = 43  # letters of Base64(SHA-256) without the sign that only fills up
LONGEST = 600  # letters of what is looked at
PIECES = (re.compile(r"[A-Za-z0-9+/_-]+"), re.compile(r"[A-Za-z0-9+/]+"))
URL_SAFE = str.maketrans("-_", "+/")
# Letters that look alike on paper and on a screen.
ALIKE = str.maketrans({"i": "1", "l": "1", "o": "0"})


@dataclass(frozen=True)
class Answer:
    """What the board says: the ballot that was found, with its category; or one of this ballot's trackers that looks
    alike; or another ballot in which it stands; or nothing, and then how many letters were typed.
    """

    found: Any = None
    category: Category | None = None
    alike: str = ""
    elsewhere: Ballot | None = None
    letters: int = LENGTH

    @property
    def wrong_length(self) -> bool:
        return self.letters != LENGTH


def candidates(typed: str) -> list[str]:
    """Every tracker that can be meant by what was typed: neighbouring pieces that are together as long as one."""
    text = unmarked(normalize("NFKC", typed[:LONGEST]))
    found = (whole.translate(URL_SAFE) for pattern in PIECES for whole in _joined(pattern.findall(text)))
    return list(dict.fromkeys(found))


def _joined(pieces: list[str]) -> Iterator[str]:
    for start in range(len(pieces)):
        whole = ""
        for piece in pieces[start:]:
            whole += piece
            if len(whole) >= LENGTH:
                break
        if len(whole) == LENGTH:
            yield whole


def look_up(ballot: Ballot, typed: str) -> Answer:
    """Whose board this is, and what was typed or pasted there."""
    meant = candidates(typed)
    if not meant:
        return Answer(letters=_letters(typed))
    here = held.tracker_state(ballot, *meant)
    if here:
        return Answer(found=here, category=held.category_of(here))
    if other := held.elsewhere(meant):
        return Answer(elsewhere=other)
    return Answer(alike=_alike(ballot, meant))


def _letters(typed: str) -> int:
    """How long it is without what stands between: of words around it, too, which cannot be told from it."""
    return sum(len(piece) for piece in PIECES[1].findall(unmarked(normalize("NFKC", typed[:LONGEST]))))


def _alike(ballot: Ballot, meant: list[str]) -> str:
    """The one tracker of a ballot that differs only in capitals or in letters that look alike; empty without one."""
    sought = {_folded(one) for one in meant}
    found = [one for one in held.public_trackers(ballot) if _folded(one) in sought]
    return found[0] if len(found) == 1 else ""


def _folded(tracker: str) -> str:
    return tracker.lower().translate(ALIKE)
