"""What allauth asks us at the door: no sign-up, no mail, no address kept, secrets of second factors kept sealed."""

from pathlib import Path
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import get_user_by_username
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from nacl.encoding import URLSafeBase64Encoder
from nacl.secret import SecretBox
from nacl.utils import random

from shuping.core import attempts, datafolder, devices, knocks, locks, places


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the secretariat."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth gives it
        """Nobody signs up."""
        return False

    def add_message(self, *_args: Any, **_given: Any) -> None:
        """The pages themselves tell what happened."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Not the address, which is kept nowhere."""
        return places.of(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Whose name and password these are; None when nobody's. Each try is counted."""
        name = str(credentials.get("username", ""))
        attempt = attempts.begin(request, "password", name, get_user_by_username(name))
        person = super().authenticate(request, **credentials)
        if person is None:
            attempt.wrong()
        else:
            attempt.right()
        return person

    def post_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse:
        """Somebody is in: by name and password, passkey, or the office's own sign-in."""
        response: HttpResponse = super().post_login(request, user, **given)
        devices.remember(request, response, user)
        knocks.note("signed_in", person=user, place=places.of(request))
        return response


class Elsewhere(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever signs in at the office's own OpenID Connect provider is known here by username."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth gives them
        """Nobody gets an account by having one elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever bears the provider's number that an account is connected with is its owner. An account that was
        never connected is, at the first sign-in of somebody whose claim is its username.
        """
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=403))
        person = None if sociallogin.is_existing else _claimed(sociallogin)
        if person is None:
            return
        with transaction.atomic():
            locks.one_at_a_time(locks.Lock.CONNECTIONS)
            taken = SocialAccount.objects.filter(user=person).exists()
            if not taken:
                sociallogin.connect(request, person)
        knocks.note("other_elsewhere" if taken else "connected", person=person, place=places.of(request))
        if taken:
            words = {"username": person.get_username()}
            raise ImmediateHttpResponse(render(request, "socialaccount/other_number.html", words, status=403))


def _claimed(sociallogin: Any) -> Any | None:
    """The open account whose username the provider's claim names."""
    told = sociallogin.account.get_provider_account().get_user_data() or {}
    name = str(told.get(settings.OIDC_CLAIM) or "")
    return get_user_model().objects.filter(username=name, is_active=True).first() if name else None


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets lie in the database under a key that lies in the data folder: a copy of one of them is not enough."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return _box().encrypt(text.encode(), random(SecretBox.NONCE_SIZE), URLSafeBase64Encoder).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        return _box().decrypt(encrypted_text.encode(), encoder=URLSafeBase64Encoder).decode()


def _box() -> SecretBox:
    file = Path(settings.DATA) / "keys" / "second-factors"
    return SecretBox(bytes.fromhex(datafolder.secret_file(file, lambda: random(SecretBox.KEY_SIZE).hex())))
