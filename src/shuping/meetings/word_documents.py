"""Papers of what is said: outline of the comments, memo after the meeting, circular of good practice."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.documents.blocks import Block, Heading, Items, Language, PageBreak, Paper, Paragraph, Table
from shuping.meetings import documents, minutes, queries, word_queries
from shuping.meetings.models import Comment, Meeting, Request

OUTLINE_READERS = ("secretariat", "chair", "commentator")
MEMO_READERS = ("secretariat", "clerk", "chair", "committee")


def outline(subject: documents.Subject, *, language: Language) -> Paper:
    """What is prepared to be said on each reporter, as released; a draft is named, never printed (R33)."""
    with override(documents.DJANGO_CODES[language]):
        return documents.of_each(subject, _("Outline of the comments"), _outline, language)


def _outline(meeting: Meeting) -> list[Block]:
    blocks: list[Block] = [Paragraph(_("For those who comment only. Give this paper back after the meeting."))]
    for place, row in enumerate(word_queries.rows(meeting)):
        blocks += [*([PageBreak()] if place else []), *_on(row)]
    return blocks


def _on(row: word_queries.Row) -> list[Block]:
    entry = row.item.entry
    blocks: list[Block] = [
        Heading(_("%(place)d. %(unit)s") % {"place": row.item.position, "unit": entry.unit_name}, 1),
        Paragraph(f"{documents.reporter(entry)}, {entry.get_mode_display()}", indent=False),
    ]
    for comment in row.comments:
        blocks += _outlined(comment)
    asked = [f"{one.asker}: {one.text}" for one in row.questions if one.beforehand]
    blocks += [Heading(_("Questions asked beforehand"), 2), Items(tuple(asked), numbered=True)] if asked else []
    return blocks if row.comments or asked else [*blocks, Paragraph(_("Nothing is prepared yet."))]


def _outlined(comment: Comment) -> list[Block]:
    name = Heading(comment.by.name, 2)
    if comment.state == Comment.State.DRAFT:
        return [name, Paragraph(_("The draft is not released yet."))]
    named = tuple(
        f"{problem.statement} [{problem.theme.name}]" if problem.theme else problem.statement
        for problem in comment.problems.all()
    )
    blocks: list[Block] = [name]
    blocks += _part(_("What is recognised"), [Paragraph(text) for text in comment.recognised.splitlines() if text])
    blocks += _part(_("Problems"), [Items(named, numbered=True)] if named else [])
    return blocks + _part(_("Direction"), [Paragraph(text) for text in comment.direction.splitlines() if text])


def _part(title: str, blocks: list[Any]) -> list[Block]:
    return [Paragraph(title, indent=False, bold=True), *blocks] if blocks else []


def memo(subject: documents.Subject, *, language: Language) -> Paper:
    """What is to be done after the meeting: commitments, requests, data to provide, open questions, tasks (R38)."""
    with override(documents.DJANGO_CODES[language]):
        return documents.of_each(subject, _("Follow-up memo"), _memo, language)


def _memo(meeting: Meeting) -> list[Block]:
    asked = word_queries.requests(meeting)
    return [
        Paragraph(_standing(meeting)),
        *_list(_("Commitments"), _commitments(meeting)),
        *_list(_("Requests"), _asked(asked, Request.Kind.REQUEST)),
        *_list(_("Data to provide"), _asked(asked, Request.Kind.DATA)),
        *_list(_("Questions to be answered in writing"), _open_questions(meeting)),
        *_list(_("Tasks of the closing speech"), _tasks(meeting)),
    ]


def _standing(meeting: Meeting) -> str:
    if meeting.closed_at:
        return _("The meeting was closed on %(when)s. This is what it leaves to be done.") % {
            "when": minutes.instant(meeting.closed_at)
        }
    return _("The meeting is not closed yet: this memo is what is on record so far.")


Rows = tuple[tuple[str, ...], ...]


def _list(title: str, rows: Rows) -> list[Block]:
    header = (_("No."), _("Unit"), _("What"), _("By when"))
    body = Table(header, rows, widths=(1, 3, 7, 2)) if rows else Paragraph(_("None."))
    return [Heading(title, 1), body]


def _row(entry: Any, text: str, due: date | None) -> tuple[str, ...]:
    return (entry.number, entry.unit_name, text, due.isoformat() if due else "–")


def _commitments(meeting: Meeting) -> Rows:
    return tuple(_row(one.entry, one.text, one.due) for one in word_queries.undertakings(meeting))


def _asked(asked: list[Request], kind: str) -> Rows:
    return tuple(_row(one.entry, one.text, one.due) for one in asked if one.kind == kind)


def _open_questions(meeting: Meeting) -> Rows:
    return tuple(_row(one.entry, f"{one.asker}: {one.text}", None) for one in word_queries.unanswered(meeting))


def _tasks(meeting: Meeting) -> Rows:
    return tuple(
        _row(entry, passage.text, passage.due)
        for passage in word_queries.tasks(meeting)
        for entry in passage.addressees.all()
    )


def circular(cycle: Cycle, *, language: Language) -> Paper:
    """Good practice by unit, as it was recognised: no score, no grade, no order of merit (R89)."""
    with override(documents.DJANGO_CODES[language]):
        found = word_queries.practices(cycle)
        blocks: list[Block] = [
            Paragraph(_("To all units that report:"), indent=False),
            Paragraph(_("“%(review)s” recognised the following. Please learn from it.") % {"review": cycle.title}),
        ]
        for entry, texts in _by_unit(found):
            blocks += [Heading(entry.unit_name, 1), *[Paragraph(line) for line in texts]]
        if not found:
            blocks.append(Paragraph(_("Nothing was chosen for the circular yet.")))
        blocks.append(Paragraph(cycle.organiser.name, align="right"))
        issuer = cycle.organiser.name
        title = _("Circular of good practice")
        return Paper(title=title, blocks=tuple(blocks), layout="letter", language=language, issuer=issuer)


def _by_unit(found: list[Any]) -> list[tuple[Any, list[str]]]:
    units: dict[int, tuple[Any, list[str]]] = {}
    for practice in found:
        entry = practice.comment.entry
        units.setdefault(entry.pk, (entry, []))[1].extend(line for line in practice.text.splitlines() if line.strip())
    return list(units.values())


def fallback(subject: documents.Subject, *, language: Language) -> Paper:
    """What to do when nothing works any more, with the lists that are filled in by hand: order and times, comments,
    who is there.
    """
    with override(documents.DJANGO_CODES[language]):
        return documents.of_each(subject, _("When nothing works: going on by hand"), _fallback, language)


def _fallback(meeting: Meeting) -> list[Block]:
    return [*_what_to_do(meeting), *_order(meeting), *_words_sheet(), *_present(meeting)]


def _what_to_do(meeting: Meeting) -> list[Block]:
    limit = cycles.scheme_of(meeting.cycle).speech.limit // 60
    steps = (
        _("Note the time at which the machine stopped. What was sent before is kept; nobody enters it again."),
        _("Go on with the agenda on paper. A watch takes the time: %(minutes)d minutes for each oral report.")
        % {"minutes": limit},
        _("Write begin and end of each report into the list below, comments and undertakings on the sheet after it."),
        _("Who comes or leaves signs in the list of those present; the quorum is counted from it."),
    )
    ballot = (
        _("Phones that have voted have voted: whoever holds a receipt takes no paper."),
        _("Hand out one paper of the own category to each who has not voted, and count what you hand out."),
        _("Papers are marked, folded and put into the urn of the category. They bear no name and no number."),
        _("Scrutineers and tellers count as on the tally sheet, two keep separate tallies, all sign."),
        _("When the machine runs again two tellers enter the totals of the paper; nobody enters a single sheet."),
    )
    needed = [
        _("%(code)s: %(number)d papers") % {"code": code, "number": listed + listed // 10 + 1}
        for code, (_here, listed) in queries.present_by_category(queries.attendance(meeting)).items()
    ]
    made: list[Block] = [
        Heading(_("The meeting"), 1),
        Items(steps, numbered=True),
        Heading(_("Ballot"), 1),
        Items(ballot, numbered=True),
    ]
    return made + _copies(needed)


def _copies(needed: list[str]) -> list[Block]:
    if not needed:
        return []
    words = {"papers": _(", ").join(needed)}
    return [Paragraph(_("Copy the ballot paper of each category (a tenth more than voters): %(papers)s.") % words)]


def _order(meeting: Meeting) -> list[Block]:
    rows = tuple((*documents.row(item)[:2], item.entry.get_mode_display(), "", "") for item in queries.agenda(meeting))
    header = (_("No."), _("Unit"), _("Mode"), _("Began at"), _("Ended at"))
    return [PageBreak(), Heading(_("Order and times"), 1), Table(header, rows, widths=(1, 5.6, 2.4, 2, 2))]


def _words_sheet() -> list[Block]:
    header = (_("No."), _("Who spoke"), _("What was said"))
    rows = tuple(("", "", "\n\n") for _place in range(10))
    return [PageBreak(), Heading(_("Comments, questions, undertakings"), 1), Table(header, rows, widths=(1, 2.5, 9))]


def _present(meeting: Meeting) -> list[Block]:
    rows = tuple((str(one.precedence), one.name, one.office, one.category, "") for one in queries.attendance(meeting))
    header = (_("No."), _("Name"), _("Office"), _("Category"), _("Signature"))
    table = Table(header, rows, widths=(1, 4, 4, 2, 3)) if rows else Paragraph(_("The list is not sent in yet."))
    return [PageBreak(), Heading(_("List of those present"), 1), table]


KINDS = (
    kinds.Kind(
        code="comment_outline",
        title=gettext_lazy("Outline of the comments"),
        formats=("docx", "pdf"),
        build=outline,
        audience=OUTLINE_READERS,
        by_meeting=True,
    ),
    kinds.Kind(
        code="memo",
        title=gettext_lazy("Follow-up memo"),
        formats=("docx", "pdf"),
        build=memo,
        audience=MEMO_READERS,
        by_meeting=True,
    ),
    kinds.Kind(
        code="circular",
        title=gettext_lazy("Circular of good practice"),
        formats=("docx", "pdf"),
        build=circular,
        audience=("secretariat", "chair", "committee"),
    ),
    kinds.Kind(
        code="fallback",
        title=gettext_lazy("When nothing works: going on by hand"),
        formats=("pdf", "docx"),
        build=fallback,
        audience=("secretariat", "clerk", "chair"),
        by_meeting=True,
    ),
)
