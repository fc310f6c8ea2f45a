"""Fields for what people type: the one way in for names, short texts and long ones. Browsers send CR LF; what is copied
from a text has to be found in it again.
"""

from typing import Any

from django import forms
from django.http import HttpRequest

from shuping.core.text import unmarked, unturned


class ShortText(forms.CharField):
    """A name, a reason, a question, a phrase."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(unmarked(_lines(value)) if isinstance(value, str) else value)


class LongText(forms.CharField):
    """What is written at length: a comment, a plan, a speech."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return super().to_python(unturned(_lines(value)) if isinstance(value, str) else value)


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n")


def short_text(request: HttpRequest, name: str, *, longest: int | None = None) -> str:
    """A short text that a page sends without a form of its own; empty when it is not there."""
    return unmarked(_lines(request.POST.get(name, "")))[:longest]
