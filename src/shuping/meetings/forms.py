"""Forms of a meeting."""

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role, Theme
from shuping.meetings.commenting import Named
from shuping.meetings.models import Comment, Passage
from shuping.organisations import queries as organisations
from shuping.organisations.models import Body

MOST_PROBLEMS = 5
MOST_FORMS = 2
USUAL_BEGINNING = time(9, 0)


class TextField(forms.CharField):
    """Text of several lines. Browsers send CR LF; what is copied from a text has to be found in it again."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def _text(label: Any, rows: int = 3, *, required: bool = True, longest: int = 6000) -> TextField:
    widget = forms.Textarea(attrs={"rows": rows})
    return TextField(label=label, widget=widget, max_length=longest, required=required)


class MeetingForm(forms.Form):
    """When and where, in which forms, who presides."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=240)
    place_zh = forms.CharField(label=_("Place in Chinese"), max_length=120)
    place_en = forms.CharField(label=_("Place in English"), max_length=160)
    starts = forms.DateTimeField(
        label=_("Begins at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    presiding = forms.ChoiceField(label=_("Presiding officer"))

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.chairs = {str(person.pk): person for person in cycles.people_with(cycle, Role.Kind.CHAIR)}
        self.bodies = {body.code: body for body in organisations.bodies_of(cycle.organiser)}
        self.initial.update(
            title_zh=f"{cycle.title_zh}会议",
            title_en=f"{cycle.title_en}: meeting",
            starts=datetime.combine(cycle.meeting_on, USUAL_BEGINNING),
        )
        _choose(self, "presiding", [(key, person.name) for key, person in self.chairs.items()])
        for place in range(1, MOST_FORMS + 1):
            self._add_form(place)

    def _add_form(self, place: int) -> None:
        first = place == 1
        words = {"number": place}
        self.fields[f"form_{place}_body"] = forms.ChoiceField(
            label=_("Form %(number)d: body whose members make the quorum") % words,
            choices=[("", "–"), *[(code, body.name) for code, body in self.bodies.items()]],
            required=first and bool(self.bodies),
        )
        self.fields[f"form_{place}_quorum"] = forms.ChoiceField(
            label=_("Form %(number)d: quorum") % words,
            choices=[("1/2", _("more than a half")), ("2/3", _("more than two thirds")), (">=4/5", _("four fifths"))],
        )
        self.fields[f"form_{place}_zh"] = _line(_("Form %(number)d in Chinese") % words, required=first)
        self.fields[f"form_{place}_en"] = _line(_("Form %(number)d in English") % words, required=first)

    def given(self) -> dict[str, Any]:
        """The arguments of `create_meeting`."""
        data = dict(self.cleaned_data)
        formed = [self._form(place, data) for place in range(1, MOST_FORMS + 1) if data[f"form_{place}_zh"]]
        plain = {name: value for name, value in data.items() if not name.startswith("form_")}
        return plain | {"presiding": self.chairs[data["presiding"]], "forms": formed}

    def _form(self, place: int, data: dict[str, Any]) -> tuple[Body | None, str, str, str]:
        body = self.bodies.get(data[f"form_{place}_body"])
        zh, en, quorum = (str(data[f"form_{place}_{part}"]) for part in ("zh", "en", "quorum"))
        return body, zh, en or zh, quorum


def _line(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(label=label, max_length=120, required=required)


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    cast("forms.ChoiceField", form.fields[name]).choices = choices


class RosterForm(forms.Form):
    """The list of those who attend."""

    roster = forms.FileField(
        label=_("Workbook (xlsx)"),
        help_text=_("Columns: name, name in English, office, office in English, category, votes (yes or no), account"),
    )
    dry_run = forms.BooleanField(label=_("Only try it: nothing is stored"), required=False)


class CommentForm(forms.Form):
    """A comment in three parts: recognised, problems by theme, direction."""

    recognised = _text(_("What is recognised"), required=False)
    direction = _text(_("Direction"), required=False)

    def __init__(self, *arguments: Any, cycle: Cycle, comment: Comment | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.themes = {theme.code: theme for theme in cycles.themes(cycle)}
        known = list(comment.problems.all()) if comment else []
        for place in range(1, MOST_PROBLEMS + 1):
            self._add_problem(place, known[place - 1] if place <= len(known) else None)
        if comment:
            self.initial.update(recognised=comment.recognised, direction=comment.direction)
        self.order_fields(["recognised", *self._names(), "direction"])

    def _names(self) -> list[str]:
        return [f"{kind}_{place}" for place in range(1, MOST_PROBLEMS + 1) for kind in ("problem", "theme")]

    def _add_problem(self, place: int, known: Any) -> None:
        words = {"number": place}
        self.fields[f"problem_{place}"] = _text(_("Problem %(number)d") % words, rows=2, required=False)
        self.fields[f"theme_{place}"] = forms.ChoiceField(
            label=_("Theme of problem %(number)d") % words,
            choices=[("", "–"), *[(code, theme.name) for code, theme in self.themes.items()]],
            required=False,
        )
        self.initial[f"problem_{place}"] = known.statement if known else ""
        self.initial[f"theme_{place}"] = known.theme.code if known and known.theme else ""

    def rows(self) -> list[tuple[Any, Any]]:
        """The fields of each problem beside its theme's, for the page."""
        return [(self[f"problem_{place}"], self[f"theme_{place}"]) for place in range(1, MOST_PROBLEMS + 1)]

    def problems(self) -> list[Named]:
        """The problems that were named."""
        data = self.cleaned_data
        return [
            Named(data[f"problem_{place}"], self.themes.get(data[f"theme_{place}"]))
            for place in range(1, MOST_PROBLEMS + 1)
            if data[f"problem_{place}"]
        ]


class QuestionForm(forms.Form):
    """A question from the floor."""

    asker = forms.CharField(label=_("Asked by (role)"), max_length=80)
    text = _text(_("Question"), rows=2)
    answer = _text(_("Answer"), rows=2, required=False)


class UndertakingForm(forms.Form):
    text = _text(_("What the reporter undertakes"), rows=2)


class SpeechForm(forms.Form):
    text = _text(_("The speech"), rows=14, longest=60_000)


class ThemeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A theme by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class PassageForm(forms.Form):
    """A passage of the speech that is marked."""

    kind = forms.ChoiceField(label=_("Marked as"), choices=Passage.Kind.choices)
    text = _text(_("Passage, copied from the speech"), rows=2)
    theme = ThemeField(Theme.objects.none(), label=_("Theme"), to_field_name="code", required=False, empty_label="–")
    due = forms.DateField(label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    addressees = forms.ModelMultipleChoiceField(
        Entry.objects.none(),
        label=_("Carried out by"),
        to_field_name="number",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        super().__init__(*arguments, **named)
        cast("forms.ModelChoiceField[Any]", self.fields["theme"]).queryset = Theme.objects.filter(cycle=cycle)
        cast("forms.ModelMultipleChoiceField[Any]", self.fields["addressees"]).queryset = cycles.entries(cycle)


class MinutesForm(forms.Form):
    text = _text(_("Minutes"), rows=20, longest=200_000)
