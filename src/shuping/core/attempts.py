"""Somebody at the door with a password or a code: counted, noted, refused when it was wrong too often."""

from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from shuping.core import devices, knocks, limits, places
from shuping.core.models import WrongTry

TOO_MANY = {
    "password": _(
        "Too many wrong passwords for this name from here. Wait a while, sign in with a passkey or on a device on "
        "which you were signed in before, or ask the secretariat to lift the limit."
    ),
    "code": _("Too many wrong codes from here. Wait a while, use a passkey, or ask the secretariat to lift the limit."),
}


@dataclass(frozen=True)
class Attempt:
    """A try that counts as wrong until it is said to be right."""

    row: WrongTry
    place: str

    def right(self) -> None:
        """Take it back."""
        self.row.delete()

    def wrong(self) -> None:
        """Note that it was wrong."""
        knocks.note(knocks.WRONG[self.row.kind], person=self.row.person, place=self.place)


def begin(request: HttpRequest, kind: str, name: str, person: Any | None) -> Attempt:
    """Count a try at a name, which is a person's or nobody's. Raises ValidationError with what to do when there were
    too many wrong ones for this name from here, and answers with a page when there were for all names.
    """
    place = places.of(request)
    source = limits.Source.at(kind, name, place, devices.known(request, person), person)
    try:
        return Attempt(limits.begin(source), place)
    except limits.TooMany as refused:
        knocks.note("limited", person=person, place=place)
        if refused.everybody:
            raise ImmediateHttpResponse(render(request, "429.html", status=429)) from refused
        raise ValidationError(TOO_MANY[kind], code="too_many_attempts") from refused
