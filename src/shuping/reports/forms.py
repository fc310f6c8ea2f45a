"""Forms of the reports."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.cycles.models import CarriedItem
from shuping.documents.kinds import MIMETYPES


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
