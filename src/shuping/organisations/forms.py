"""Forms of accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from shuping.core import attempts
from shuping.core.fields import ShortText
from shuping.organisations import queries

SHEETS = [("pdf", "PDF"), ("docx", "Word")]
USERNAME = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]*\Z", _("Small letters, digits, dots, hyphens and underscores only, such as li.ming.")
)


class AccountForm(forms.Form):
    """A new account; the organisations are those for which the person opens accounts."""

    organiser: Any = forms.ModelChoiceField(queryset=None, label=_("Organisation"), empty_label=None)
    username = ShortText(label=_("Username"), max_length=60, validators=[USERNAME])
    name_zh = ShortText(label=_("Name in Chinese"), max_length=60)
    name_en = ShortText(label=_("Name in Latin letters"), max_length=80)
    format = forms.ChoiceField(label=_("Access sheet as"), choices=SHEETS)

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organiser: Any = self.fields["organiser"]
        organiser.queryset = queries.organisers_of(person)
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "autocomplete": "off"}


class ResetForm(forms.Form):
    """In which format the access sheet is printed, and whether all else that opens the account goes, too."""

    format = forms.ChoiceField(label=_("Access sheet as"), choices=SHEETS)
    factors = forms.BooleanField(
        label=_("Remove the app, the passkeys and the connection with the office's own sign-in, too"), required=False
    )


class TreeForm(forms.Form):
    """A workbook of units, people, posts and bodies; tried before it is taken in."""

    organiser: Any = forms.ModelChoiceField(queryset=None, label=_("Organisation"), empty_label=None)
    workbook = forms.FileField(label=_("Workbook (xlsx)"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    dry_run = forms.BooleanField(label=_("Only try it: nothing is stored"), required=False, initial=True)

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organiser: Any = self.fields["organiser"]
        organiser.queryset = queries.organisers_of(person)


class OwnPasswordForm(PasswordChangeForm):
    """Django's form, with two more rules: the old password is tried so often and no more, and a one-time password is
    not chosen again.
    """

    def __init__(self, person: Any, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(person, *args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Counted as every other try at the password."""
        attempt = attempts.begin(self.request, "password", self.user.get_username(), self.user)
        try:
            given: str = super().clean_old_password()
        except forms.ValidationError:
            attempt.wrong()
            raise
        attempt.right()
        return given

    def clean(self) -> Any:
        given = super().clean() or {}
        chosen = given.get("new_password1")
        if chosen and chosen == given.get("old_password"):
            self.add_error("new_password1", _("Choose a password other than the old one."))
        return given
