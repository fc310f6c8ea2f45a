"""Forms of a ballot: uploads of public halves, totals of paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring import Scheme
from shuping.ballots import papers, queries
from shuping.ballots.models import Category, PaperBatch
from shuping.core.text import language_code
from shuping.cycles.models import Entry


class TrusteesForm(forms.Form):
    trustees = forms.FileField(label=_("Public part of the key ceremony (trustees.json)"))


class CredentialsForm(forms.Form):
    """The public list, and how many paper ballots each category got."""

    credentials = forms.FileField(label=_("Public credentials (public-credentials.json)"))

    def __init__(self, *arguments: Any, categories: list[Category], **named: Any) -> None:
        super().__init__(*arguments, **named)
        for category in categories:
            label = _("Paper ballots issued in category %(code)s") % {"code": category.code}
            field = forms.IntegerField(label=label, min_value=0, max_value=10_000, initial=0)
            self.fields[f"paper_issued_{category.code}"] = field

    def paper_issued(self) -> dict[str, int]:
        """The numbers by category."""
        start = "paper_issued_"
        return {name.removeprefix(start): n for name, n in self.cleaned_data.items() if name.startswith(start)}


class ThresholdForm(forms.Form):
    """How many of the trustees have to decrypt."""

    threshold = forms.IntegerField(label=_("So many of them suffice to decrypt"), min_value=1, max_value=100)


class AccountForm(forms.Form):
    """How many unused slips of each category came back."""

    def __init__(self, *arguments: Any, rows: list[dict[str, Any]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        for row in rows:
            label = _("Unused slips returned in category %(code)s") % {"code": row["code"]}
            self.fields[f"returned_{row['code']}"] = _number(label, row["returned"])

    def returned(self) -> dict[str, int]:
        """The numbers by category."""
        return {name.removeprefix("returned_"): n for name, n in self.cleaned_data.items()}


TOTALS = {
    "issued": _("Issued"),
    "returned": _("Returned"),
    "unreturned": _("Not returned"),
    "void": _("Void sheets"),
}


class PaperForm(forms.Form):
    """Totals of the sheets and of every row; a table on the page."""

    def __init__(
        self, *arguments: Any, scheme: Scheme, entries: list[Entry], batch: PaperBatch | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.codes = queries.row_codes(scheme)
        self.entries = entries
        for name, label in TOTALS.items():
            self.fields[name] = _number(label, getattr(batch, name, None))
        for entry in entries:
            for code in self.codes:
                known = batch.rows.get(entry.number, {}).get(code) if batch else None
                self.fields[f"row-{entry.number}-{code}"] = _number(f"{entry.number} {code}", known)

    def totals(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in papers.TOTALS}

    def rows(self) -> dict[str, dict[str, int]]:
        """{entry: {code: n}}"""
        return {
            entry.number: {code: self.cleaned_data[f"row-{entry.number}-{code}"] for code in self.codes}
            for entry in self.entries
        }

    def table(self) -> list[tuple[Entry, list[Any]]]:
        """Each entry with its bound fields, for the page."""
        return [(entry, [self[f"row-{entry.number}-{code}"] for code in self.codes]) for entry in self.entries]

    def totals_fields(self) -> list[Any]:
        return [self[name] for name in papers.TOTALS]


def _number(label: Any, initial: int | None) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "figure", "aria-label": str(label)})
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, initial=initial, widget=widget)


def code_names(scheme: Scheme) -> list[str]:
    """The head of the table of paper totals in the reader's language."""
    language = language_code()
    names = [getattr(level, language) for level in scheme.grade]
    return [*names, getattr(scheme.ballot.no_opinion, language), str(_("Invalid"))]
