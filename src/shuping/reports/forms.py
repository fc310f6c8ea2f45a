"""Forms of the reports."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shuping.core.fields import LongText, ShortText
from shuping.cycles.models import CarriedItem
from shuping.documents.kinds import MIMETYPES
from shuping.reports import figures
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
            self.fields[f"answer-{item.number}"] = LongText(
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
    reason = LongText(label=_("What has to be mended"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


def _number() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "figure", "step": "0.01"})


class FigureForm(forms.Form):
    """A key figure; a row without a name is left out."""

    name = ShortText(label=_("Figure"), max_length=80, required=False)
    unit = ShortText(label=_("Unit of measure"), max_length=20, required=False)
    last_year = forms.DecimalField(
        label=_("Last year"), max_digits=14, decimal_places=2, required=False, widget=_number()
    )
    this_year = forms.DecimalField(
        label=_("This year"), max_digits=14, decimal_places=2, required=False, widget=_number()
    )

    def clean(self) -> dict[str, Any]:
        """A value without a name says nothing."""
        given = self.cleaned_data
        if not given.get("name") and not self.errors and any(value not in (None, "") for value in given.values()):
            raise ValidationError(_("Name the figure, or empty the whole row."))
        return given


class _Figures(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic when it runs
    def clean(self) -> None:
        if not any(self.errors) and (name := figures.named_twice(self.figures())):
            raise ValidationError(figures.TWICE % {"name": name})

    def figures(self) -> list[figures.Given]:
        """The rows that have a name."""
        return [figures.Given(**form.cleaned_data) for form in self.forms if form.cleaned_data.get("name")]


FiguresForm = forms.formset_factory(
    FigureForm, formset=_Figures, extra=3, max_num=figures.MOST, validate_max=True, absolute_max=figures.MOST
)


class ClaimForm(forms.Form):
    """A claim of the report, as it stands there."""

    claim = LongText(
        label=_("Claim, copied from the report"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class CheckForm(forms.Form):
    """What was found on the spot."""

    form_id = ""
    outcome = forms.ChoiceField(label=_("Outcome"), choices=FieldCheck.Outcome.choices)
    found = LongText(
        label=_("What was found on the spot"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    place = ShortText(label=_("Where"), max_length=160, required=False)
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
