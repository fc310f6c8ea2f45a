"""Forms of the ledger."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.core.fields import LongText


def _text(label: Any, rows: int = 3) -> LongText:
    return LongText(label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=4000)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}))


class PlanForm(forms.Form):
    """The owner's plan."""

    cause = _text(_("Root cause"))
    measure = _text(_("Measure"))
    target = _text(_("What shows that it worked"), rows=2)
    due = _day(_("To be put right by"))


class EvidenceForm(forms.Form):
    """What shows that a measure was carried out."""

    text = _text(_("What was done, and what shows it"))
    file = forms.FileField(label=_("File (optional)"), required=False)


class VerifyForm(forms.Form):
    """Somebody else's judgement."""

    put_right = forms.ChoiceField(
        label=_("Judgement"), choices=[("yes", _("Put right")), ("no", _("Not yet: back to the owner"))]
    )
    opinion = _text(_("What was seen"))


class ReopenForm(forms.Form):
    reason = _text(_("Why it is opened again"))


class ExtendForm(forms.Form):
    until = _day(_("New date"))
    reason = _text(_("Why more time is needed"), rows=2)


class RecheckForm(forms.Form):
    result = _text(_("What the look back found"))
    reopened = forms.BooleanField(label=_("Open the item again"), required=False)
