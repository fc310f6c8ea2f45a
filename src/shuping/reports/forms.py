"""Forms of the reports."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.cycles.models import CarriedItem
from shuping.documents.kinds import MIMETYPES
from shuping.reports.models import FieldCheck


class SubmitForm(forms.Form):
    """A report as the word processor saved it."""

    file = forms.FileField(
        label=_("The report (docx)"),
        allow_empty_file=True,  # an empty file gets a sentence of its own
        widget=forms.FileInput(attrs={"accept": f".docx,{MIMETYPES['docx']}"}),
    )


class AnswersForm(forms.Form):
    """One field for each problem of last year, called `answer-<number>`."""

    def __init__(self, *args: Any, items: Iterable[CarriedItem], given: dict[int, str], **more: Any) -> None:
        super().__init__(*args, **more)
        for item in items:
            self.fields[f"answer-{item.number}"] = forms.CharField(
                label=f"{item.number} {item.statement}",
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=4000,
                required=False,
                initial=given.get(item.pk, ""),
            )

    def answers(self) -> dict[str, str]:
        """What was written, by the number of the item."""
        return {name.removeprefix("answer-"): text for name, text in self.cleaned_data.items()}


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("What has to be mended"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )


class ClaimForm(forms.Form):
    """A claim of the report, as it stands there."""

    claim = forms.CharField(
        label=_("Claim, copied from the report"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def clean_claim(self) -> str:
        """Browsers send CR LF; what is copied from a text has to be found in it again."""
        return str(self.cleaned_data["claim"]).replace("\r\n", "\n")


class CheckForm(forms.Form):
    """What was found on the spot."""

    form_id = ""
    outcome = forms.ChoiceField(label=_("Outcome"), choices=FieldCheck.Outcome.choices)
    found = forms.CharField(
        label=_("What was found on the spot"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    place = forms.CharField(label=_("Where"), max_length=160, required=False)
    seen_on = forms.DateField(
        label=_("Seen on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @classmethod
    def of(cls, check: FieldCheck) -> "CheckForm":
        """The form as the check stands; its fields have names of their own on a page with several."""
        given = {name: getattr(check, name) for name in ("outcome", "found", "place", "seen_on")}
        form = cls(initial=given, auto_id=f"check-{check.pk}-%s")
        form.form_id = f"form-check-{check.pk}"
        return form
