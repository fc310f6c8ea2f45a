"""Forms of the results."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring import Scheme
from shuping.core.fields import LongText
from shuping.core.text import language_code


class MarksForm(forms.Form):
    """A workbook of marks for one component."""

    component = forms.ChoiceField(label=_("Component"))
    marks = forms.FileField(label=_("Workbook (xlsx): number, unit, mark"))

    def __init__(self, *arguments: Any, scheme: Scheme, **named: Any) -> None:
        super().__init__(*arguments, **named)
        language = language_code()
        from_files = [(part.code, getattr(part, language)) for part in scheme.outside]
        cast("forms.ChoiceField", self.fields["component"]).choices = from_files


class DecisionForm(forms.Form):
    """A decided grade, with its reason where it is not the proposed one."""

    grade = forms.ChoiceField(label=_("Grade"))
    reason = LongText(
        label=_("Reason (needed when the grade is not the proposed one)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    body = forms.ChoiceField(label=_("Decided by"))

    def __init__(self, *arguments: Any, scheme: Scheme, bodies: list[Any], **named: Any) -> None:
        super().__init__(*arguments, **named)
        language = language_code()
        cast("forms.ChoiceField", self.fields["grade"]).choices = [
            (level.code, getattr(level, language)) for level in scheme.grade
        ]
        cast("forms.ChoiceField", self.fields["body"]).choices = [(body.code, body.name) for body in bodies]
