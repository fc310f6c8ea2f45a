"""A refusal is an expected no: a sentence for the user. Anything else that goes wrong is a bug and travels up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """Why not. `sentence` is a (lazily translated) sentence that says what to do; `code` is stable for programs."""

    code: str
    sentence: Any

    def __str__(self) -> str:
        return str(self.sentence)


class Refused(Exception):
    """Raised by an action when its rule says no. The page shows the sentence; nothing has been written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class FaultyRows(Refused):
    """Rows of a list cannot be taken; `faults` has a sentence for each. Nothing was stored."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(Refusal("faulty_rows", " ".join(faults[:20])))
        self.faults = faults


def refuse(code: str, sentence: Any) -> Refused:
    """A `Refused` ready to be raised."""
    return Refused(Refusal(code, sentence))


def ensure(refusal: Refusal | None) -> None:
    """Raise `Refused` when a rule refused."""
    if refusal is not None:
        raise Refused(refusal)


def first(*rules: Callable[[], Refusal | None]) -> Refusal | None:
    """The first refusal among rules that are asked one after another."""
    return next((found for rule in rules if (found := rule()) is not None), None)


class NotYours(LookupError):
    """Asked for something that is not there or not this person's: the page does not tell which."""
