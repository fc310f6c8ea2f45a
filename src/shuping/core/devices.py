"""Devices on which somebody was signed in before: their tries are counted by themselves, so that strangers who guess
at a name cannot keep its owner out.

A device proves it by a cookie that opens nothing: its own number and, for each person, a mark that is void after a new
password, or once the person was signed out everywhere.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

AGE = 365 * 24 * 60 * 60  # seconds
MOST = 20  # people on one device
LARGEST = 4000  # characters of a cookie


def known(request: HttpRequest, person: Any | None) -> str:
    """The number of the device when this person was signed in on it before; empty when not."""
    number, marks = _told_by(request)
    mark = marks.get(str(person.pk)) if person is not None else None
    return number if mark is not None and constant_time_compare(mark, _mark(person)) else ""


def remember(request: HttpRequest, response: HttpResponse, person: Any) -> None:
    """Let the device be known for this person."""
    number, marks = _told_by(request)
    marks.pop(str(person.pk), None)
    kept = dict(list(marks.items())[-MOST + 1 :]) | {str(person.pk): _mark(person)}
    response.set_cookie(
        settings.DEVICES_COOKIE_NAME,
        _signer().sign_object([number or secrets.token_urlsafe(16), kept], compress=True),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _told_by(request: HttpRequest) -> tuple[str, dict[str, str]]:
    told = request.COOKIES.get(settings.DEVICES_COOKIE_NAME, "")
    if not told or len(told) > LARGEST:
        return "", {}
    try:
        number, marks = _signer().unsign_object(told, max_age=AGE)
    except BadSignature:
        return "", {}
    return number, marks


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="shuping.devices")


def _mark(person: Any) -> str:
    told = f"{person.pk}|{person.password}|{person.device_round}"
    return salted_hmac("shuping.devices", told, algorithm="sha256").hexdigest()[:32]
