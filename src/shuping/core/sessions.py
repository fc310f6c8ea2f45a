"""Who is signed in: an own list of sessions, whose keys are kept as digests only (Django's SESSION_ENGINE).

A session ends after two hours without use and fourteen in all. Uses are noted in memory and written together once a
minute (`core.staying`), so that reading a page writes nothing, and none is noted on the pages of voters.
"""

import hashlib
import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.encoding import force_bytes
from django_htmx.http import HttpResponseClientRefresh
from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from shuping.core.models import Session

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=14)
# Somebody who is on the way in: at the second step, or at the office's own sign-in.
ON_THE_WAY = timedelta(minutes=30)
MOST_ON_THE_WAY = 5000
# Uses are kept to the minute and written a minute later: nobody is sent away before two hours are over.
SLACK = timedelta(minutes=2)
UNNOTED = ("/v/", "/b/")  # that somebody looked at a ballot or at the board is not kept
BROWSER = "browser"

_noted: set[str] = set()
_lock = threading.Lock()


def digest(key: str) -> str:
    """What is kept of a key. It has 165 bits, so that it need not be hashed slowly."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """A session as Django uses it. `row` is what is kept of it, once it was loaded."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: Session | None = None

    def load(self) -> dict[str, Any]:
        """The data of the session; empty when there is none, or when it is over."""
        self.row = _lasting().filter(key=digest(self.session_key or "")).first()
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.data)

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return Session.objects.filter(key=digest(session_key)).exists()

    def create(self) -> None:
        """Begin a session under a key that nobody has."""
        while True:
            self._session_key = get_random_string(32, VALID_KEY_CHARS)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Keep the data. Raises CreateError when a new session has a key that is taken, UpdateError when an old one
        was ended meanwhile.
        """
        if self.session_key is None:
            self.create()
            return
        data: dict[str, Any] = getattr(self, "_session_cache", {}) if must_create else self._session  # type: ignore[attr-defined]
        kept = _told_by(data) | {"data": self.encode(data)}
        if must_create:
            self._insert(kept)
        elif not Session.objects.filter(key=digest(self.session_key)).update(**kept):
            raise UpdateError

    def _insert(self, kept: dict[str, Any]) -> None:
        now = _this_minute()
        try:
            with transaction.atomic():
                Session.objects.create(key=digest(self.session_key or ""), created=now, used=now, **kept)
        except IntegrityError as error:
            raise CreateError from error

    def delete(self, session_key: str | None = None) -> None:
        """End the session."""
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(key=digest(key)).delete()

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The data, signed by the site and sealed under the key, which is not kept."""
        return self._box().encrypt(super().encode(session_dict).encode(), encoder=URLSafeBase64Encoder).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Open what `encode` sealed; empty when it cannot be opened."""
        try:
            opened = self._box().decrypt(force_bytes(session_data), encoder=URLSafeBase64Encoder)
        except (CryptoError, ValueError):
            return {}
        found: dict[str, Any] = super().decode(opened.decode())
        return found

    def _box(self) -> SecretBox:
        told = (self.session_key or "").encode()
        return SecretBox(hashlib.blake2b(told, digest_size=SecretBox.KEY_SIZE, person=b"session data").digest())

    @classmethod
    def clear_expired(cls) -> None:
        """Delete what is over."""
        tidy()


def _told_by(data: dict[str, Any]) -> dict[str, Any]:
    """The columns of a session that its data tells: whose it is, whether all the way in, on which browser."""
    inside = data.get(SESSION_KEY)
    waiting = (data.get(LOGIN_SESSION_KEY) or {}).get("user_pk")
    browser, system = data.get(BROWSER, ("", ""))
    return {
        "person_id": int(inside) if inside else url_str_to_user_pk(waiting) if waiting else None,
        "signed_in": bool(inside),
        "browser": browser,
        "system": system,
    }


def _this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


def _lasting() -> QuerySet[Session]:
    """Sessions that are not over."""
    now = timezone.now()
    inside = Q(signed_in=True, used__gt=now - IDLE - SLACK, created__gt=now - LONGEST)
    return Session.objects.filter(inside | Q(signed_in=False, created__gt=now - ON_THE_WAY))


class Middleware(SessionMiddleware):
    """Django's own, which also notes that a session is used, and leads a page to the door whose session is over."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep the session, and note its use anywhere but on the pages of voters."""
        row = getattr(request.session, "row", None)
        if row is not None and row.signed_in and not request.path.startswith(UNNOTED):
            note({row.key})
        if "HX-Request" in request.headers and _leads_to_the_door(response):
            # A part of a page asks: the sign-in would take that part's place, and with it what stood there.
            response = HttpResponseClientRefresh()
        return super().process_response(request, response)


def _leads_to_the_door(response: HttpResponse) -> bool:
    return urlsplit(response.headers.get("Location", "")).path == resolve_url(settings.LOGIN_URL)


def note(keys: Collection[str]) -> None:
    """Note that these sessions (by their digests) are used now."""
    with _lock:
        _noted.update(keys)


def write_noted() -> None:
    """Write down the uses that were noted."""
    with _lock:
        keys = list(_noted)
        _noted.clear()
    if keys:
        Session.objects.filter(key__in=keys).update(used=_this_minute())


def open_among(keys: Collection[str]) -> set[str]:
    """Which of these sessions (by their digests) are signed in and not over."""
    return set(_lasting().filter(key__in=list(keys), signed_in=True).values_list("key", flat=True))


def open_of(person: Any) -> list[Session]:
    """Where a person is signed in, the last used first."""
    return list(_lasting().filter(person=person, signed_in=True))


def end(person: Any, *, number: int | None = None, besides: str = "") -> int:
    """End a person's sessions, those on the way in too: one of them by its number, or all, except the one with the
    digest `besides`. Returns how many.
    """
    ended = Session.objects.filter(person=person).exclude(key=besides)
    return (ended if number is None else ended.filter(pk=number)).delete()[0]


def tidy() -> None:
    """Delete sessions that are over, and the oldest of those on the way in when there are too many."""
    Session.objects.exclude(pk__in=_lasting().values("pk")).delete()
    on_the_way = Session.objects.filter(signed_in=False).order_by("-id")
    last = on_the_way.values_list("pk", flat=True)[MOST_ON_THE_WAY : MOST_ON_THE_WAY + 1].first()
    if last is not None:
        on_the_way.filter(pk__lte=last).delete()
