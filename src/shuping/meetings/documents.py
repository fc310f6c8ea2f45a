"""Papers of a meeting: agenda, minutes, sign-in sheet."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.documents import kinds
from shuping.documents.blocks import (
    Block,
    Heading,
    KeyValues,
    Language,
    PageBreak,
    Paper,
    Paragraph,
    Sheet,
    Signatures,
    Table,
    Workbook,
)
from shuping.meetings import minutes, queries, rules
from shuping.meetings.models import Attendance, Meeting

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}


Subject = Cycle | Meeting  # whose paper is asked for: one meeting, or a year with all that are held in it


def held_in(subject: Subject) -> list[Meeting]:
    """The meetings that a paper is about: a single one, or all of a year in their order."""
    return [subject] if isinstance(subject, Meeting) else queries.meetings_of(subject)


def of_each(
    subject: Subject,
    title: str,
    part: Callable[[Meeting], Sequence[Block]],
    language: Language,
    cover: Callable[[list[Meeting]], list[Block]] = lambda _held: [],
) -> Paper:
    """A paper of one meeting; of several one that joins theirs, in order: a cover that names them all, then every part
    on a page of its own under its own title (R11).
    """
    held = held_in(subject)
    if not held:
        return Paper(title=title, blocks=(not_yet(),), language=language)
    if len(held) == 1:
        return Paper(title=title, subtitle=held[0].title, blocks=tuple(part(held[0])), language=language)
    blocks = [_groups(held), *cover(held)]
    for meeting in held:
        blocks += [PageBreak(), Heading(meeting.title, 1), *part(meeting)]
    return Paper(title=title, subtitle=held[0].cycle.title, blocks=tuple(blocks), language=language)


def _groups(held: list[Meeting]) -> Table:
    """The groups of a year: when and where each meets, and under whom."""
    rows = tuple((one.title, minutes.instant(one.starts), one.place, one.presiding.name) for one in held)
    return Table((_("Meeting"), _("Time"), _("Place"), _("Presiding")), rows, widths=(4, 3, 3, 2))


def agenda(subject: Subject, *, language: Language) -> Paper:
    """The agenda: when, where, in which forms, who reports in which order; of each group that meets by itself (R11)."""
    with override(DJANGO_CODES[language]):
        return of_each(subject, _("Agenda"), _agenda, language)


def _agenda(meeting: Meeting) -> list[Block]:
    speech = cycles.scheme_of(meeting.cycle).speech
    return [
        KeyValues(facts(meeting)),
        Heading(_("Reports"), 1),
        Paragraph(_("Each oral report has %(minutes)d minutes.") % {"minutes": speech.limit // 60}),
        reporters(meeting),
        Heading(_("After the reports"), 1),
        *[Paragraph(text) for text in after()],
    ]


def not_yet() -> Paragraph:
    """What a paper of the meeting says before there is one."""
    return Paragraph(_("The meeting is not set up yet."))


def facts(meeting: Any) -> tuple[tuple[str, str], ...]:
    """When, where, in which forms and under whom the meeting is held, as labels and values."""
    forms = _(" and ").join(form.name for form in meeting.forms.order_by("id"))
    return (
        (_("Time"), minutes.instant(meeting.starts)),
        (_("Place"), meeting.place),
        (_("Forms"), forms),
        (_("Presiding"), meeting.presiding.name),
    )


def reporters(meeting: Meeting) -> Table:
    """Who reports, in the order of the agenda."""
    rows = tuple(row(item) for item in queries.agenda(meeting))
    return Table((_("No."), _("Unit"), _("Reported by"), _("Mode")), rows, widths=(1, 4, 4, 2))


def row(item: Any) -> tuple[str, ...]:
    """A turn in a list: its place, the unit, who reports in which capacity, the mode."""
    entry = item.entry
    return (str(item.position), entry.unit_name, reporter(entry), entry.get_mode_display())


def reporter(entry: Entry) -> str:
    """The post that reports, with its capacity where it is not the head's own."""
    capacity = "" if entry.capacity == Entry.Capacity.HEAD else f" ({entry.get_capacity_display()})"
    return entry.post_name + capacity


def after() -> tuple[str, ...]:
    """What follows the reports, in its order."""
    return (
        _("The presiding officer comments on every reporter, oral and written."),
        _("Those present evaluate by secret ballot how each unit discharged its duties."),
        _("The presiding officer speaks."),
    )


def record(subject: Subject, *, language: Language) -> Paper:
    """The minutes as they stand; before the meeting is closed, what is on record so far. Those of the year join the
    minutes of its groups behind a cover that says how many are final.
    """
    with override(DJANGO_CODES[language]):
        return of_each(subject, _("Minutes"), _record, language, _locked)


def _locked(held: list[Meeting]) -> list[Block]:
    locked = sum(bool(meeting.minutes.locked_at) for meeting in held if hasattr(meeting, "minutes"))
    words = {"locked": locked, "number": len(held)}
    return [Paragraph(_("Locked: the minutes of %(locked)d of %(number)d meetings.") % words)]


def _record(meeting: Meeting) -> list[Block]:
    kept = getattr(meeting, "minutes", None)
    text = kept.text if kept else minutes.draft(meeting)
    signed = Signatures((_("Presiding officer"), _("Keeper of the minutes")))
    return [*[Paragraph(line) for line in text.splitlines() if line.strip()], *_anchor(meeting), signed]


def _anchor(meeting: Meeting) -> list[Block]:
    anchor = minutes.locked_at(meeting)
    words = _("Log of acts when these minutes were locked: %(anchor)s.") % {"anchor": anchor}
    return [Paragraph(words, indent=False)] if anchor else []


def sign_in_sheet(subject: Subject, *, language: Language) -> Workbook:
    """Who attends, in order of precedence, with a column to sign in; a sheet for each meeting of the year."""
    with override(DJANGO_CODES[language]):
        held = [queries.attendance(meeting) for meeting in held_in(subject)] or [[]]
        names = [_("Sign-in sheet"), *[f"{_('Sign-in sheet')} {place}" for place in range(2, len(held) + 1)]]
        return Workbook(tuple(_sheet(name, people) for name, people in zip(names, held, strict=True)))


def _sheet(name: str, people: list[Attendance]) -> Sheet:
    header = (_("No."), _("Name"), _("Office"), _("Category"), _("Present"), _("Signature"))
    rows = tuple(
        (one.precedence, one.name, one.office, one.category, _("yes") if one.present else "", "") for one in people
    )
    return Sheet(name, header, rows, widths=(6, 28, 36, 10, 10, 24))


EVERYBODY = (
    "secretariat",
    "chair",
    "commentator",
    "clerk",
    "committee",
    "observer",
    "scrutineer",
    "teller",
    "reporter",
)
KINDS = (
    kinds.Kind(
        code="agenda",
        title=gettext_lazy("Agenda"),
        formats=("docx", "pdf"),
        build=agenda,
        audience=EVERYBODY,
        by_meeting=True,
        shared=True,
    ),
    kinds.Kind(
        code="minutes",
        title=gettext_lazy("Minutes"),
        formats=("docx", "pdf"),
        build=record,
        audience=rules.READ_MINUTES,
        by_meeting=True,
    ),
    kinds.Kind(
        code="sign_in_sheet",
        title=gettext_lazy("Sign-in sheet"),
        formats=("xlsx",),
        build=sign_in_sheet,
        audience=rules.RUN_IT,
        by_meeting=True,
    ),
)
