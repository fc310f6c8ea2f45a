"""Forms of a year's plan."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.core.fields import LongText, ShortText
from shuping.cycles import queries
from shuping.cycles.models import Cycle, Entry, Theme


class DutyForm(forms.Form):
    """A duty under a theme, for some or all of the entries."""

    theme = forms.ModelChoiceField(Theme.objects.none(), label=_("Theme"), to_field_name="code")
    text = LongText(label=_("Duty"), widget=forms.Textarea(attrs={"rows": 2}))
    target = ShortText(label=_("Target"), required=False, max_length=200)
    entries = forms.ModelMultipleChoiceField(
        Entry.objects.none(), label=_("For"), to_field_name="number", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        super().__init__(*arguments, **named)
        cast("forms.ModelChoiceField[Any]", self.fields["theme"]).queryset = Theme.objects.filter(cycle=cycle)
        cast("forms.ModelChoiceField[Any]", self.fields["entries"]).queryset = queries.entries(cycle)
        self.fields["entries"].initial = [entry.number for entry in queries.entries(cycle)]
