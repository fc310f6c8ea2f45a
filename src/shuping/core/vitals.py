"""What ails the running site: each part registers a question when it starts, and whoever looks asks them all."""

import logging
from collections.abc import Callable
from typing import Any

_questions: dict[str, Callable[[], Any]] = {}


def register(part: str, ask: Callable[[], Any]) -> None:
    """Let `ask` be asked for `part` ("database", "disk", "worker"): a (lazily translated) sentence that says what is
    wrong there, or an empty one. It answers at once and never raises.
    """
    _questions[part] = ask


def ailments() -> dict[str, Any]:
    """The sentences of every part that is not well; empty when all is well."""
    asked = {part: ask() for part, ask in _questions.items()}
    return {part: sentence for part, sentence in asked.items() if sentence}


def not_of_health(record: logging.LogRecord) -> bool:
    """Whether a line of the log tells of something else than an answer of /health: whoever asks reads it there, and
    anybody may ask as often as they like.
    """
    return getattr(getattr(record, "request", None), "path", "") != "/health"
