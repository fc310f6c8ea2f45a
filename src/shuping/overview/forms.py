"""Forms of the overview."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UnitFileForm(forms.Form):
    """The file of a unit as it comes back; tried before anything is done."""

    file = forms.FileField(label=_("Returned file (zip)"), widget=forms.FileInput(attrs={"accept": ".zip"}))
    dry_run = forms.BooleanField(label=_("Only try it: nothing is stored"), required=False, initial=True)
