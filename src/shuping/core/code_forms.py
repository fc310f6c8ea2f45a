"""Codes and passkeys: allauth's forms, with codes counted as passwords are. Passkeys cannot be guessed; it is
noted when one is not accepted.
"""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django.core.exceptions import ValidationError

from shuping.core import attempts, knocks, places

# What the libraries beneath say to something that no browser makes.
NO_CREDENTIAL = (AttributeError, KeyError, TypeError, ValueError)


class _Counted:
    user: Any

    def clean_code(self) -> str:
        """A code that counts as wrong unless it is right."""
        attempt = attempts.begin(context.request, "code", self.user.get_username(), self.user)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            attempt.wrong()
            raise
        attempt.right()
        return code


class CodeForm(_Counted, forms.AuthenticateForm):  # type: ignore[misc]
    """A code on the way in."""


class CodeAgainForm(_Counted, forms.ReauthenticateForm):  # type: ignore[misc]
    """A code before something about the account changes."""


class _Noted:
    user: Any

    def clean_credential(self) -> Authenticator:
        """What the browser made with the passkey."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *NO_CREDENTIAL) as error:
            knocks.note("wrong_passkey", person=self.user, place=places.of(context.request))
            raise get_adapter().validation_error("incorrect_code") from error


class PasskeyForm(_Noted, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of name and password."""


class PasskeyCodeForm(_Noted, passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of a code."""


class PasskeyAgainForm(_Noted, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something about the account changes."""
