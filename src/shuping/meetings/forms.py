"""Forms of a meeting."""

from datetime import datetime, time
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping.core.fields import LongText, ShortText
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role, Theme
from shuping.meetings.commenting import Named
from shuping.meetings.models import Comment, Passage, Phrase, Question, Request
from shuping.organisations import queries as organisations
from shuping.organisations.models import Body

# What the page asks for a step of the desk, by the step's name (`desk.TURNS`, `desk.DAY`).
ASKED = {
    "skip": ("reason",),
    "write": ("reason",),
    "withdraw": ("reason",),
    "deputy": ("deputy", "capacity"),
    "lots": ("seed", "witness"),
}
SHARES = [("1/2", _("more than a half")), ("2/3", _("more than two thirds")), (">=4/5", _("four fifths"))]
MOST_PROBLEMS = 5
MOST_FORMS = 2
USUAL_BEGINNING = time(9, 0)


def _text(label: Any, rows: int = 3, *, required: bool = True, longest: int = 6000) -> LongText:
    widget = forms.Textarea(attrs={"rows": rows})
    return LongText(label=label, widget=widget, max_length=longest, required=required)


def _few_words(label: Any, *, longest: int, required: bool = True) -> ShortText:
    return ShortText(label=label, widget=forms.Textarea(attrs={"rows": 2}), max_length=longest, required=required)


class MeetingForm(forms.Form):
    """When and where, in which forms, who presides."""

    title_zh = ShortText(label=_("Title in Chinese"), max_length=200)
    title_en = ShortText(label=_("Title in English"), max_length=240)
    place_zh = ShortText(label=_("Place in Chinese"), max_length=120)
    place_en = ShortText(label=_("Place in English"), max_length=160)
    starts = forms.DateTimeField(
        label=_("Begins at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    presiding = forms.ChoiceField(label=_("Presiding officer"))
    group = ShortText(widget=forms.HiddenInput, max_length=40, required=False)
    all_quorum = forms.ChoiceField(label=_("Quorum of all who vote"), required=False)
    category_quorum = forms.ChoiceField(label=_("Quorum of each category"), required=False)

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.chairs = {str(person.pk): person for person in cycles.people_with(cycle, Role.Kind.CHAIR)}
        self.bodies = {body.code: body for body in organisations.bodies_of(cycle.organiser)}
        group = self.initial.get("group")
        self.initial.update(
            title_zh=f"{cycle.title_zh}会议" + (f"（{group}）" if group else ""),
            title_en=f"{cycle.title_en}: meeting" + (f" ({group})" if group else ""),
            starts=datetime.combine(cycle.meeting_on, USUAL_BEGINNING),
        )
        _choose(self, "presiding", [(key, person.name) for key, person in self.chairs.items()])
        for name in ("all_quorum", "category_quorum"):
            _choose(self, name, [("", str(_("not asked for"))), *((code, str(words)) for code, words in SHARES)])
        self.categories = [category.code for category in cycles.scheme_of(cycle).category]
        for place in range(1, MOST_FORMS + 1):
            self._add_form(place)

    def _voters(self, data: dict[str, Any]) -> list[tuple[str, str]]:
        whole, each = data.pop("all_quorum"), data.pop("category_quorum")
        return [*([("", whole)] if whole else []), *((code, each) for code in self.categories if each)]

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
            choices=SHARES,
        )
        self.fields[f"form_{place}_zh"] = _line(_("Form %(number)d in Chinese") % words, required=first)
        self.fields[f"form_{place}_en"] = _line(_("Form %(number)d in English") % words, required=first)

    def given(self) -> dict[str, Any]:
        """The arguments of `create_meeting`."""
        data = dict(self.cleaned_data)
        voters = self._voters(data)
        formed = [self._form(place, data) for place in range(1, MOST_FORMS + 1) if data[f"form_{place}_zh"]]
        plain = {name: value for name, value in data.items() if not name.startswith("form_")}
        return plain | {"presiding": self.chairs[data["presiding"]], "forms": formed, "voters": voters}

    def _form(self, place: int, data: dict[str, Any]) -> tuple[Body | None, str, str, str]:
        body = self.bodies.get(data[f"form_{place}_body"])
        zh, en, quorum = (str(data[f"form_{place}_{part}"]) for part in ("zh", "en", "quorum"))
        return body, zh, en or zh, quorum


def _line(label: Any, *, required: bool) -> ShortText:
    return ShortText(label=label, max_length=120, required=required)


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

    def kept_parts(self) -> list[tuple[str, Any]]:
        """The parts that have words which can be kept as a phrase: the field's name and its label."""
        names = ["recognised", *[f"problem_{place}" for place in range(1, MOST_PROBLEMS + 1)], "direction"]
        return [(name, self.fields[name].label) for name in names if self[name].value()]

    def problems(self) -> list[Named]:
        """The problems that were named."""
        data = self.cleaned_data
        return [
            Named(data[f"problem_{place}"], self.themes.get(data[f"theme_{place}"]))
            for place in range(1, MOST_PROBLEMS + 1)
            if data[f"problem_{place}"]
        ]


class ParentField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A question by who asked it and how it begins."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.asker}: {obj.text[:60]}"


class QuestionForm(forms.Form):
    """A question from the floor, or one that follows another up."""

    asker = ShortText(label=_("Asked by (role)"), max_length=80)
    text = _few_words(_("Question"), longest=6000)
    answer = _few_words(_("Answer"), longest=6000, required=False)
    parent = ParentField(Question.objects.none(), label=_("Follows the question"), required=False, empty_label="–")

    def __init__(self, *arguments: Any, entry: Entry, **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = cast("forms.ModelChoiceField[Any]", self.fields["parent"])
        field.queryset = Question.objects.filter(entry=entry).order_by("id")
        if not field.queryset.exists():
            del self.fields["parent"]


class EarlyQuestionForm(QuestionForm):
    """A question asked before the entry reports: there is no answer yet."""

    announced = forms.BooleanField(label=_("The unit may read it before the meeting"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        del self.fields["answer"]


class AnswerForm(forms.Form):
    answer = _few_words(_("Answer"), longest=6000)


def due_field() -> forms.DateField:
    """A day by which something is to be done; it may be left out."""
    return forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class UndertakingForm(forms.Form):
    text = _text(_("What the reporter undertakes"), rows=2)
    due = due_field()


class ReplyForm(forms.Form):
    text = _text(_("Written reply to the comments"), rows=4)


class NoteForm(forms.Form):
    text = _text(_("Your own note"), rows=4, required=False)


class RequestForm(forms.Form):
    """What a unit is asked for."""

    kind = forms.ChoiceField(label=_("Asked for"), choices=Request.Kind.choices)
    text = _text(_("What"), rows=2)
    due = due_field()


class PracticeForm(forms.Form):
    text = _text(_("In the words of the circular"), rows=3)


class PhraseForm(forms.Form):
    """A phrase of the organisation's own."""

    part = forms.ChoiceField(label=_("Part of the comment"), choices=Phrase.Part.choices)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    text = _few_words(_("Phrase"), longest=600)

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choose(self, "theme", [("", "–"), *[(theme.code, theme.name) for theme in cycles.themes(cycle)]])


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
    due = due_field()
    addressees = forms.ModelMultipleChoiceField(
        Entry.objects.none(),
        label=_("Carried out by"),
        to_field_name="number",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )

    def __init__(self, *arguments: Any, cycle: Cycle, **named: Any) -> None:
        # The speech's own form stands on the same page.
        super().__init__(*arguments, **{"auto_id": "mark-%s", **named})
        cast("forms.ModelChoiceField[Any]", self.fields["theme"]).queryset = Theme.objects.filter(cycle=cycle)
        cast("forms.ModelMultipleChoiceField[Any]", self.fields["addressees"]).queryset = cycles.entries(cycle)


class MinutesForm(forms.Form):
    text = _text(_("Minutes"), rows=20, longest=200_000)


class AdjournForm(forms.Form):
    """For what the meeting is adjourned, and when it goes on."""

    purpose = ShortText(label=_("Adjourned for"), max_length=80)
    resumes_at = forms.DateTimeField(
        label=_("Goes on at"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), required=False
    )
