"""The second step: allauth's forms, with codes counted as passwords are."""

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms
from django.core.exceptions import ValidationError

from shuping.core import attempts


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
