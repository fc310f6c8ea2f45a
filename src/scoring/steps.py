"""One step of a working: a code and its figures, worded by `scoring.words`."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Step:
    """A step that can be stored as JSON and worded in either language; figures are strings or whole numbers."""

    code: str
    parameters: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """`{"code": ..., "parameters": {...}}`"""
        return {"code": self.code, "parameters": self.parameters}


class Names(Protocol):
    """What has a code and a name in both languages."""

    @property
    def code(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def label(thing: Names) -> dict[str, str]:
    """Something as a working shows it, so that a step can be worded long after its scheme is gone."""
    return {"code": thing.code, "zh": thing.zh, "en": thing.en}
