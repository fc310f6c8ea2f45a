"""Forms with which a secretariat drafts a year."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scoring import SchemeError, builtin_scheme, load_scheme
from shuping.core.fields import ShortText
from shuping.core.text import language_code
from shuping.cycles import checks, queries, rules
from shuping.cycles.models import Cycle, Deadline, Entry, Role
from shuping.organisations.models import Person, Post

LARGEST_SCHEME = 64 * 1024  # bytes; one more is read so that a larger file is noticed


def day_field(label: Any) -> forms.DateField:
    """A day, typed or picked."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class NewYearForm(forms.Form):
    """What the year after `previous` is called, when its meeting is, and by which scheme it goes. A faulty scheme
    shows every fault with its place (R3, R6).
    """

    title_zh = ShortText(label=_("Name of the year in Chinese"), max_length=160)
    title_en = ShortText(label=_("Name of the year in English"), max_length=200)
    topic = ShortText(
        label=_("Topic"), max_length=60, help_text=_("A short word; an organiser has one year on a topic.")
    )
    meeting_on = day_field(_("Day of the meeting"))
    scheme = forms.ChoiceField(label=_("Scheme"))
    scheme_file = forms.FileField(label=_("Scheme file (TOML), if one is sent in"), required=False)

    def __init__(self, data: Any, files: Any, *, previous: Cycle, person: Any, now: datetime) -> None:
        super().__init__(data, files, initial=_next_titles(previous))
        self.previous, self.person, self.now = previous, person, now
        builtin = [(name, _("built in: %(name)s") % {"name": name}) for name in queries.builtin_schemes()]
        choices = [("last", _("last year's, unchanged")), *builtin, ("file", _("the file below"))]
        self.fields["scheme"] = forms.ChoiceField(label=_("Scheme"), choices=choices)
        self.order_fields(["title_zh", "title_en", "topic", "meeting_on", "scheme", "scheme_file"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"topic", "meeting_on"} <= given.keys():
            refusal = rules.may_start_year(
                self.person, self.previous, topic=given["topic"], meeting_on=given["meeting_on"], now=self.now
            )
            if refusal:
                self.add_error(None, refusal.sentence)
        if "scheme" in given:
            given["scheme"] = self._scheme(given["scheme"], given.pop("scheme_file", None))
        return given

    def _scheme(self, chosen: str, file: Any) -> bytes:
        if chosen == "file" and file is None:
            self.add_error("scheme_file", _("Choose the file of the scheme, or take another scheme."))
            return b""
        text = self._text(chosen, file)
        if chosen == "file" and (fault := checks.unseen_fault(text)):
            self.add_error("scheme_file", fault)
        try:
            load_scheme(text)
        except SchemeError as error:
            self.add_error("scheme_file" if chosen == "file" else None, error.sentences(language_code()))
        return text

    def _text(self, chosen: str, file: Any) -> bytes:
        if chosen == "last":
            return bytes(self.previous.scheme_text)
        return bytes(file.read(LARGEST_SCHEME + 1)) if chosen == "file" else builtin_scheme(chosen)


def _next_titles(previous: Cycle) -> dict[str, str]:
    last, this = str(previous.year), str(previous.year + 1)
    return {
        "title_zh": previous.title_zh.replace(last, this),
        "title_en": previous.title_en.replace(last, this),
        "topic": previous.topic,
    }


def named(people: Iterable[Person]) -> list[tuple[str, str]]:
    """Choices of people; the account tells namesakes apart."""
    return [(str(person.pk), f"{person.name} ({person.username})") for person in people]


class EntryRowForm(forms.Form):
    """One row of the list of those who report; what is wrong in it is told above the list (`EntriesForm.faults`)."""

    number = ShortText(label=_("Number"), required=False)
    holder = ShortText(label=_("Reporter"), required=False)
    mode = ShortText(label=_("Mode"), required=False, widget=forms.Select(choices=Entry.Mode.choices))
    capacity = ShortText(label=_("Capacity"), required=False, widget=forms.Select(choices=Entry.Capacity.choices))
    mandatory = forms.BooleanField(label=_("Mandatory"), required=False)
    not_graded_because = ShortText(label=_("Not graded because"), required=False, max_length=200)
    group = ShortText(label=_("Group"), required=False, widget=forms.TextInput(attrs={"size": 8}))
    removed = forms.BooleanField(label=_("Take out"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        entry: Entry,
        people: dict[str, Person],
        choices: list[tuple[str, str]],
        frozen: bool = False,
    ) -> None:
        kept = ("number", "mode", "capacity", "mandatory", "not_graded_because", "group")
        first = {name: getattr(entry, name) for name in kept} | {"holder": entry.holder_id}
        super().__init__(data, prefix=f"entry-{entry.pk}", initial=first)
        self.entry, self.people, self.frozen = entry, people, frozen
        self.fields["holder"].widget = forms.Select(choices=choices)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {entry.unit_name}"

    def row(self) -> checks.Row:
        """What was filled in; a value that was not understood is left empty and so found by the checks."""
        self.full_clean()
        given = self.cleaned_data
        row = checks.Row(
            entry=self.entry,
            number=given.get("number", ""),
            mode=given.get("mode", ""),
            capacity=given.get("capacity", ""),
            holder=self.people.get(given.get("holder", "")),
            mandatory=given.get("mandatory", False),
            not_graded_because=given.get("not_graded_because", ""),
            removed=given.get("removed", False),
            group=given.get("group", ""),
        )
        if not self.frozen:
            return row
        entry = self.entry
        return replace(row, number=entry.number, mandatory=entry.mandatory, removed=False, group=entry.group)


class EntriesForm:
    """The list of those who report, in one table (R9); once the plan is `frozen`, number, group and whether somebody
    has to report stay. `faults` are sentences with their place.
    """

    def __init__(self, data: Any, *, cycle: Cycle, frozen: bool = False) -> None:
        people = {str(person.pk): person for person in queries.people_to_report(cycle)}
        choices = [("", "–"), *named(people.values())]
        self.cycle, self.faults = cycle, list[str]()
        self.forms = [
            EntryRowForm(data, entry=entry, people=people, choices=choices, frozen=frozen)
            for entry in queries.entries(cycle)
            if data is None or f"entry-{entry.pk}-holder" in data
        ]

    def is_valid(self) -> bool:
        """Whether the rows go together; fills `faults`."""
        self.rows = [form.row() for form in self.forms]
        self.faults = checks.row_faults(self.rows, queries.counting(self.cycle, checks.COUNTING))
        return not self.faults


class PostField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A post, shown with its unit."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organisation.name} · {obj.name}"


class AddEntryForm(forms.Form):
    """One more post that is called to account; without a holder whoever holds it today."""

    post = PostField(Post.objects.none(), label=_("Post"))
    number = ShortText(label=_("Number"), max_length=2)
    holder = forms.ModelChoiceField(
        Person.objects.none(), label=_("Reporter (empty: whoever holds the post today)"), required=False
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Entry.Mode.choices)
    capacity = forms.ChoiceField(label=_("Capacity"), choices=Entry.Capacity.choices)

    def __init__(self, data: Any, *, cycle: Cycle, person: Any, now: datetime) -> None:
        super().__init__(data, prefix="add", initial={"number": queries.next_number(cycle)})
        self.cycle, self.person, self.now = cycle, person, now
        post, holder = (cast("forms.ModelChoiceField[Any]", self.fields[name]) for name in ("post", "holder"))
        post.queryset, holder.queryset = queries.posts_to_call(cycle), queries.people_to_report(cycle)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"post", "number"} <= given.keys():
            today = timezone.localdate(self.now)
            post = given["post"]
            given["holder"] = given.get("holder") or queries.holders([post.pk], today).get(post.pk)
            refusal = rules.may_add_entry(self.person, self.cycle, post, given["holder"], given["number"])
            if refusal:
                self.add_error(None, refusal.sentence)
        return given


class CalendarForm(forms.Form):
    """The day of the meeting, and days before (-) or after it by kind of deadline (R12)."""

    meeting_on = day_field(_("Day of the meeting"))

    def __init__(self, data: Any, *, cycle: Cycle, now: datetime) -> None:
        super().__init__(data, prefix="day", initial={"meeting_on": cycle.meeting_on})
        self.now, self.due = now, {deadline.kind: deadline for deadline in queries.deadlines(cycle)}
        for kind in Deadline.Kind:
            if kind != Deadline.Kind.MEETING:
                self.fields[kind] = _days(kind, self.due[kind].offset if kind in self.due else 0)

    def lines(self) -> list[tuple[Any, Any]]:
        """Each field of days with the date that comes of it as stored."""
        fields = [(kind, self[kind]) for kind in Deadline.Kind if kind in self.fields]
        return [(field, self.due[kind].due if kind in self.due else None) for kind, field in fields]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        offsets = {kind: given[kind] for kind in Deadline.Kind.values if given.get(kind) is not None}
        for fault in checks.offset_faults({**offsets, Deadline.Kind.MEETING: 0}):
            self.add_error(None, fault)
        if "meeting_on" in given and (refusal := rules.may_meet_on(given["meeting_on"], self.now)):
            self.add_error("meeting_on", refusal.sentence)
        return {"meeting_on": given.get("meeting_on"), "offsets": offsets}


def _days(kind: Any, offset: int) -> forms.IntegerField:
    wrong = _("%(kind)s: give a whole number of days, such as -10 or 30.") % {"kind": kind.label}
    return forms.IntegerField(label=kind.label, initial=offset, error_messages={"required": wrong, "invalid": wrong})


class RolesForm(forms.Form):
    """Who does what: for each role some of the people at hand."""

    def __init__(self, data: Any, *, cycle: Cycle, person: Any) -> None:
        super().__init__(data, prefix="role")
        self.cycle, self.person = cycle, person
        self.people = {str(one.pk): one for one in queries.people_for_roles(cycle)}
        before, choices = queries.people_by_role(cycle), named(self.people.values())
        for kind in Role.Kind:
            self.fields[kind] = forms.MultipleChoiceField(
                label=kind.label,
                choices=choices,
                required=False,
                initial=[str(one.pk) for one in before[kind]],
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = {kind: [self.people[pk] for pk in given.get(kind, [])] for kind in Role.Kind.values}
        for fault in checks.role_faults(chosen, queries.reporters(self.cycle), self.person):
            self.add_error(None, fault)
        return chosen


class AmendForm(forms.Form):
    """Why an approved plan is changed, and the day of the meeting; who reports stands in `EntriesForm` (R5)."""

    reason = ShortText(label=_("Reason for the new version"), max_length=1000)
    meeting_on = day_field(_("Day of the meeting"))

    def __init__(self, data: Any, *, cycle: Cycle) -> None:
        super().__init__(data, prefix="amend", initial={"meeting_on": cycle.meeting_on})
