"""Papers of the hall from the one list in order of precedence: seat plan, name cards with the code for the door."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.documents import kinds
from shuping.documents.blocks import Block, Heading, Language, PageBreak, Paper, Paragraph, Slips, Table
from shuping.meetings import documents, queries, rules
from shuping.meetings.models import Attendance, Meeting

SEATS_IN_A_ROW = 9


def row_of_seats(people: Sequence[Any]) -> list[Any]:
    """A row in order of precedence as it sits, seen from the hall: the first in the middle, the second at the first's
    left hand, the third at the right, and so on outwards.
    """
    row: list[Any] = []
    for place, one in enumerate(people):
        row = [*row, one] if place % 2 else [one, *row]
    return row


def seats(people: Sequence[Any], a_row: int = SEATS_IN_A_ROW) -> list[list[Any]]:
    """The rows from the first (nearest to the rostrum) on."""
    return [row_of_seats(people[first : first + a_row]) for first in range(0, len(people), a_row)]


def centred(row: Sequence[Any], wide: int) -> list[Any]:
    """A row with its first in the middle of `wide` chairs, like the rows before it; None is an empty chair."""
    left = (wide - 1) // 2 - (len(row) - 1) // 2
    return [*[None] * left, *row, *[None] * (wide - left - len(row))]


def seat_plan(subject: documents.Subject, *, language: Language) -> Paper:
    """Who sits where, drawn from the list; of a year in every meeting."""
    with override(documents.DJANGO_CODES[language]):
        blocks: list[Block] = []
        for meeting in documents.held_in(subject):
            blocks += [*([PageBreak()] if blocks else []), *_plan(meeting)]
        title = _("Seat plan")
        return Paper(title=title, blocks=tuple(blocks or [documents.not_yet()]), layout="landscape", language=language)


def _plan(meeting: Meeting) -> list[Block]:
    people = queries.attendance(meeting)
    blocks: list[Block] = [Heading(meeting.title, 1), Paragraph(_("Rostrum"), align="center", bold=True, indent=False)]
    rows = seats(people)
    for number, row in enumerate(rows, 1):
        chairs = centred(row, len(rows[0]))
        heads = tuple(str(one.precedence) if one else "" for one in chairs)
        names = tuple(_name(one) if one else "" for one in chairs)
        blocks += [Heading(_("Row %(number)d") % {"number": number}, 3), Table(heads, (names,))]
    return blocks


def _name(one: Attendance) -> str:
    return f"{one.substitute} ({one.name})" if one.substitute else str(one.name)


def name_cards(subject: documents.Subject, *, language: Language) -> Paper:
    """A card for every place, in order of precedence: name, office, and the code that is scanned at the door."""
    with override(documents.DJANGO_CODES[language]):
        cards = tuple(
            _card(one, meeting) for meeting in documents.held_in(subject) for one in queries.attendance(meeting)
        )
        blocks = (Slips(cards),) if cards else (documents.not_yet(),)
        return Paper(title=_("Name cards"), blocks=blocks, layout="form", language=language)


def _card(one: Attendance, meeting: Meeting) -> tuple[str, tuple[str, ...], str]:
    category = _("Category %(category)s") % {"category": one.category} if one.category else ""
    code = _("Door code %(code)s") % {"code": one.code}
    address = settings.ADDRESS.rstrip("/") + reverse("door", args=[meeting.address, one.code or "-"])
    return one.name, tuple(line for line in (one.office, category, code) if line), address


KINDS = (
    kinds.Kind(
        code="seat_plan",
        title=gettext_lazy("Seat plan"),
        formats=("docx", "pdf"),
        build=seat_plan,
        audience=rules.RUN_IT,
        by_meeting=True,
    ),
    kinds.Kind(
        code="name_cards",
        title=gettext_lazy("Name cards"),
        formats=("docx", "pdf"),
        build=name_cards,
        audience=rules.RUN_IT,
        by_meeting=True,
        bulky=True,
    ),
)
