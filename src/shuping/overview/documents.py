"""Papers that draw on several rooms: the plan of the year, the participants' handbook."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from scoring import Scheme
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline, Duty, Entry, Role, Theme
from shuping.documents import kinds
from shuping.documents.blocks import Block, Heading, Items, KeyValues, Language, Paper, Paragraph, Table
from shuping.meetings import documents as of_meeting
from shuping.meetings import minutes, scripts
from shuping.meetings import queries as meetings
from shuping.meetings.models import Meeting

PLAN_READERS = tuple(str(kind) for kind in Role.Kind)
HUNDRED = 100


def plan(cycle: Cycle, *, language: Language) -> Paper:
    """The plan of the year as approved, or as it stands before that: who answers, by which rules, by when (R3-R12)."""
    with override(of_meeting.DJANGO_CODES[language]):
        scheme = cycles.scheme_of(cycle)
        blocks = (
            *_version(cycle, scheme, language),
            *_basis(cycle, scheme, language),
            *_reporters(cycle, scheme),
            *_meeting(cycle),
            *_evaluation(scheme, language),
            *_report(scheme, language),
            *_calendar(cycle),
            *_duties(cycle),
        )
        title = _("Plan of “%(title)s”") % {"title": cycle.title}
        return Paper(title=title, blocks=blocks, language=language)


def _version(cycle: Cycle, scheme: Scheme, language: Language) -> list[Block]:
    """Which plan this is; before approval it says so."""
    version = cycle.versions.last()
    frozen = (
        (
            (_("Version"), str(version.number)),
            (_("Approved"), minutes.instant(version.made_at)),
            (_("Fingerprint of the plan"), _grouped(version.digest)),
        )
        if version
        else ((_("Version"), _("draft, not yet approved")),)
    )
    named = getattr(scheme.scheme.title, language)
    pairs = ((_("Organiser"), cycle.organiser.name), *frozen, (_("Scheme"), named))
    blocks: list[Block] = [KeyValues((*pairs, (_("Fingerprint of the scheme"), _grouped(cycle.fingerprint))))]
    if version and version.reason:
        blocks.append(Paragraph(_("Reason for this version: %(reason)s") % {"reason": version.reason}))
    return blocks


def _grouped(digest: str) -> str:
    """A fingerprint in groups of eight, two on a line, so that it can be compared by eye."""
    return "\n".join(f"{digest[start : start + 8]} {digest[start + 8 : start + 16]}" for start in range(0, 64, 16))


def _basis(cycle: Cycle, scheme: Scheme, language: Language) -> list[Block]:
    words = {"scheme": getattr(scheme.scheme.title, language), "organiser": cycle.organiser.name}
    basis = _("This plan rests on the duties set for every post and on the scheme “%(scheme)s” of %(organiser)s.")
    frozen = _("At approval plan and scheme were frozen; whoever holds the fingerprint sees that nothing was changed.")
    principles = (
        _("Who answers for what is settled before anybody reports."),
        _("The head of the unit reports on the own work: results, problems, causes, what comes next."),
        _("Every report is commented on, oral or written: what is recognised, which problems, which direction."),
        _("Those present evaluate by secret ballot; nobody learns a choice."),
        _("Figures propose a grade; the committee decides it and says why where it decides otherwise."),
        _("What was named is put right, verified by somebody else, and accounted for in the next report."),
    )
    return [
        Heading(_("Basis"), 1),
        Paragraph(basis % words),
        *([Paragraph(frozen)] if cycle.approved else []),
        Heading(_("Principles"), 1),
        Items(principles, numbered=True),
    ]


def _reporters(cycle: Cycle, scheme: Scheme) -> list[Block]:
    entries = list(cycles.entries(cycle))
    modes = [entry.mode for entry in entries]
    words = {
        "oral": modes.count(Entry.Mode.ORAL),
        "written": modes.count(Entry.Mode.WRITTEN),
        "minutes": scheme.speech.limit // 60,
    }
    counted = _("%(oral)d units report orally, at most %(minutes)d minutes each; %(written)d report in writing.")
    rows = tuple((e.number, e.unit_name, of_meeting.reporter(e), e.get_mode_display()) for e in entries)
    return [
        Heading(_("Who reports"), 1),
        Paragraph(counted % words),
        Table((_("No."), _("Unit"), _("Reported by"), _("Mode")), rows, widths=(1, 4, 4, 2)),
    ]


def _meeting(cycle: Cycle) -> list[Block]:
    held = meetings.meetings_of(cycle)
    heading = Heading(_("The meeting"), 1)
    if not held:
        return [heading, KeyValues(((_("Day"), _day(cycle.meeting_on)),))]
    return [heading, *[block for meeting in held for block in _held(meeting, named=len(held) > 1)]]


def _held(meeting: Meeting, *, named: bool) -> list[Block]:
    """When, where and with which quorums a meeting is held; `named` by its title where there are several."""
    rows = tuple(
        (
            one.form.name,
            one.form.body.name if one.form.body else "",
            str(one.members),
            _quorum_words(one.form.quorum_above),
        )
        for one in meetings.quorums(meeting)
    )
    header = (_("Form"), _("Body"), _("Members"), _("Quorum"))
    title = [Heading(meeting.title, 2)] if named else []
    return [*title, KeyValues(of_meeting.facts(meeting)), Table(header, rows, widths=(4, 4, 2, 3))]


def _quorum_words(text: str) -> str:
    """A quorum as people say it: "more than 1/2", "at least 4/5"."""
    share, enough = meetings.parse_share(text)
    words = {"share": f"{share.numerator}/{share.denominator}"}
    return _("at least %(share)s") % words if enough else _("more than %(share)s") % words


def _evaluation(scheme: Scheme, language: Language) -> list[Block]:
    grades = _(", ").join(f"{getattr(one, language)} {_number(one.points)}" for one in scheme.grade)
    blocks: list[Block] = [
        Heading(_("Evaluation"), 1),
        Paragraph(_("Grades with their points: %(grades)s.") % {"grades": grades}),
        Table(
            (_("Category"), _("Who votes in it"), _("Weight")),
            tuple((one.code, getattr(one, language), _number(one.weight)) for one in scheme.category),
            widths=(1.5, 6, 1.5),
        ),
    ]
    if scheme.component:
        rows = tuple((getattr(one, language), _number(one.weight)) for one in scheme.component)
        blocks += [
            Paragraph(_("The score is made of:")),
            Table((_("Part"), _("Weight")), rows, widths=(7.5, 1.5)),
        ]
    return blocks


def _number(value: Any) -> str:
    """A weight or points without what is not needed: "40", "37.5", "1/3"."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    scaled = exact * HUNDRED
    return f"{float(exact):g}" if scaled.denominator == 1 else f"{exact.numerator}/{exact.denominator}"


def _report(scheme: Scheme, language: Language) -> list[Block]:
    asked = scheme.report
    blocks: list[Block] = [
        Heading(_("Written report"), 1),
        Paragraph(_("%(least)d to %(most)d characters in all.") % {"least": asked.min, "most": asked.max}),
    ]
    if asked.share:
        share = _("Problems and causes take at least %(share)s of it.") % {"share": _number(asked.share)}
        blocks.append(Paragraph(share))
    header = (_("Section"), _("At least"), _("At most"))
    rows = tuple((getattr(one, language), str(one.min), str(one.max)) for one in scheme.section)
    return [*blocks, Table(header, rows, widths=(6, 1.5, 1.5))]


def _calendar(cycle: Cycle) -> list[Block]:
    rows = tuple((one.get_kind_display(), _due(one)) for one in cycles.deadlines(cycle))
    return [Heading(_("Calendar"), 1), Table((_("What"), _("By when")), rows, widths=(1, 1))]


def _due(deadline: Deadline) -> str:
    """By when; of the meeting only the day, for its hour stands with the meeting."""
    if deadline.kind == Deadline.Kind.MEETING:
        return _day(timezone.localtime(deadline.due))
    return minutes.instant(deadline.due)


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _duties(cycle: Cycle) -> list[Block]:
    """What is to be done by theme; who has the same duty stands in one row."""
    found = list(cycles.duties_shown(cycle))
    everybody = cycles.entries(cycle).count()
    blocks: list[Block] = [Heading(_("Duties by theme"), 1)]
    for theme in cycles.themes(cycle):
        rows = _shared([duty for duty in found if duty.theme_id == theme.pk], everybody)
        blocks += _theme(theme, rows)
    return blocks


def _theme(theme: Theme, rows: tuple[tuple[str, ...], ...]) -> list[Block]:
    heading = Heading(f"{theme.position}. {theme.name}", 2)
    if not rows:
        return [heading, Paragraph(_("No duty is set under this theme."))]
    return [heading, Table((_("Duty"), _("Target"), _("For")), rows, widths=(5, 3, 2))]


def _shared(duties: list[Duty], everybody: int) -> tuple[tuple[str, ...], ...]:
    numbers: dict[tuple[str, str], list[str]] = {}
    for duty in duties:
        numbers.setdefault((duty.text, duty.target), []).append(duty.entry.number)
    return tuple(
        (text, target, _("all units") if len(set(who)) == everybody else _(", ").join(sorted(set(who))))
        for (text, target), who in numbers.items()
    )


def handbook(subject: of_meeting.Subject, *, language: Language) -> Paper:
    """What everybody in the hall needs: agenda, seats, how to vote and why it is secret, whom to ask (R26, R29)."""
    with override(of_meeting.DJANGO_CODES[language]):
        return of_meeting.of_each(subject, _("Participants' handbook"), lambda one: _handbook(one, language), language)


def _handbook(meeting: Meeting, language: Language) -> list[Block]:
    cycle, scheme = meeting.cycle, cycles.scheme_of(meeting.cycle)
    return [
        *_programme(meeting),
        *_seats(meeting),
        *_voting(scheme, language),
        *_rows(meeting, scheme, language),
        *_whom_to_ask(cycle),
    ]


def _programme(meeting: Meeting) -> list[Block]:
    return [
        Heading(_("Agenda"), 1),
        KeyValues(of_meeting.facts(meeting)),
        Items(scripts.agenda_steps(meeting), numbered=True),
        of_meeting.reporters(meeting),
    ]


def _seats(meeting: Meeting) -> list[Block]:
    """In order of precedence; without the category, which is nobody else's business."""
    rows = tuple((str(one.precedence), one.name, one.office) for one in meetings.attendance(meeting))
    heading = Heading(_("Seats in order of precedence"), 1)
    if not rows:
        return [heading, Paragraph(_("The list of those who attend is not there yet."))]
    return [heading, Table((_("Seat"), _("Name"), _("Office")), rows, widths=(1, 5, 4))]


def _voting(scheme: Scheme, language: Language) -> list[Block]:
    return [
        Heading(_("How to vote"), 1),
        Items(scripts.how_to_vote(scheme, language), numbered=True),
        Heading(_("Why the ballot is secret"), 1),
        Items(scripts.why_secret()),
    ]


def _rows(meeting: Meeting, scheme: Scheme, language: Language) -> list[Block]:
    # The hall votes on whom it hears: where groups meet, on its own.
    entries = sorted((item.entry for item in meetings.agenda(meeting)), key=lambda entry: entry.number)
    answers = [getattr(word, language) for word in (*scheme.grade, scheme.ballot.no_opinion)]
    rows = tuple((entry.number, entry.unit_name, *["□"] * len(answers)) for entry in entries)
    return [
        Heading(_("The rows of the ballot"), 1),
        Paragraph(_("A specimen: nothing that is marked here counts.")),
        Table((_("No."), _("Unit"), *answers), rows, widths=(1, 5, *[1.9] * len(answers)), numeric=True),
    ]


def _whom_to_ask(cycle: Cycle) -> list[Block]:
    return [
        Heading(_("Whom to ask"), 1),
        KeyValues(
            (
                (_("About the meeting"), scripts.contacts(cycle)),
                (_("About the ballot"), _named(cycle, Role.Kind.SCRUTINEER)),
                (_("About paper ballots"), _named(cycle, Role.Kind.TELLER)),
            )
        ),
    ]


def _named(cycle: Cycle, kind: str) -> str:
    return _(", ").join(person.name for person in cycles.people_with(cycle, kind))


KINDS = (
    kinds.Kind(
        code="plan", title=gettext_lazy("Plan of the year"), formats=("docx", "pdf"), build=plan, audience=PLAN_READERS
    ),
    kinds.Kind(
        code="handbook",
        title=gettext_lazy("Participants' handbook"),
        formats=("docx", "pdf"),
        build=handbook,
        audience=of_meeting.EVERYBODY,
        by_meeting=True,
    ),
)
