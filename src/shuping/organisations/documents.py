"""Access sheets, to be handed over in person, and the tree of organisations as a workbook."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.documents import kinds, press
from shuping.documents.blocks import (
    QR,
    Block,
    Cell,
    Heading,
    KeyValues,
    Language,
    PageBreak,
    Paper,
    Paragraph,
    Sheet,
    Workbook,
)
from shuping.organisations import queries, workbook
from shuping.organisations.models import Membership, Organisation, Person, Post, Term

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}
PER_PAGE = 2
WIDTHS = (14, 24, 24, 28, 20, 20, 28)  # characters


@dataclass(frozen=True)
class Access:
    """An account with its one-time password, as it goes on a sheet and nowhere else."""

    person: Person
    password: str


def access_sheet(accesses: tuple[Access, ...], *, language: Language) -> Paper:
    """A half page for each account: name, username, one-time password and the address of the sign-in as a QR code."""
    address = settings.ADDRESS + reverse("sign-in")
    with override(DJANGO_CODES[language]):
        halves = [_half(one, address) for one in accesses]
        title = _("Access to the accountability review")
    blocks = tuple(
        block
        for place, half in enumerate(halves)
        for block in ([PageBreak()] if place and place % PER_PAGE == 0 else []) + half
    )
    return Paper(title=title, blocks=blocks, layout="form", language=language)


def _half(access: Access, address: str) -> list[Block]:
    person = access.person
    pairs = (
        (_("Name"), person.name),
        (_("Username"), person.username),
        (_("One-time password"), access.password),
        (_("Address"), address),
    )
    return [
        Heading(person.name, level=2),
        KeyValues(pairs),
        QR(address, caption=_("Sign-in page")),
        Paragraph(_("At the first sign-in you choose a password of your own. After that this sheet is worth nothing.")),
        Paragraph(_("Take it from the secretariat in person. If somebody else may have read it, ask for a new one.")),
    ]


def render_access_sheet(accesses: tuple[Access, ...], *, language: Language, format: str) -> kinds.RenderedFile:  # noqa: A002
    """The sheet as a file. Not by `kinds.render`: it keeps papers in memory, and this one holds passwords."""
    paper = access_sheet(accesses, language=language)
    return kinds.RenderedFile(
        kinds.file_name(paper.title, format), kinds.MIMETYPES[format], press.render(paper, format)
    )


def tree_workbook(root: Organisation | None) -> Workbook:
    """Units, posts, people and bodies below `root` as the workbook that the import takes back unchanged; without a
    root only its headers, to be filled in.
    """
    rows = _tree_rows(root) if root else ((), (), (), ())
    sheets = zip(workbook.TITLES, workbook.COLUMNS, rows, strict=True)
    return Workbook(tuple(_tree_sheet(str(title), columns, found) for title, columns, found in sheets))


def _tree_sheet(title: str, columns: tuple[str, ...], rows: "Rows") -> Sheet:
    return Sheet(title, tuple(workbook.HEADINGS[column] for column in columns), rows, WIDTHS[: len(columns)])


def tree_file(root: Organisation | None) -> kinds.RenderedFile:
    """The workbook of a tree as a file; an empty one to be filled in without a root."""
    name = kinds.file_name(root.name if root else _("Units, posts and bodies"), "xlsx")
    return kinds.RenderedFile(name, kinds.MIMETYPES["xlsx"], press.render(tree_workbook(root), "xlsx"))


Rows = tuple[tuple[Cell, ...], ...]


def _tree_rows(root: Organisation) -> tuple[Rows, Rows, Rows, Rows]:
    posts, seats = queries.posts_in(root), list(queries.seats_in(root))
    people = {person.username: person for _post, person, _term in posts if person}
    people |= {seat.person.username: seat.person for seat in seats}
    units = queries.subtree(root).select_related("parent").order_by("path")
    return (
        tuple(
            (unit.code, unit.parent.code if unit.parent else "", unit.kind, unit.name_zh, unit.name_en)
            for unit in units
        ),
        tuple((username, person.name_zh, person.name_en) for username, person in sorted(people.items())),
        tuple(_post_row(*found) for found in posts),
        tuple(_seat_row(seat) for seat in seats),
    )


def _post_row(post: Post, holder: Person | None, term: Term | None) -> tuple[Cell, ...]:
    held = (holder.username, term.starts.isoformat()) if holder and term else ("", "")
    return post.organisation.code, post.name_zh, post.name_en, "yes" if post.head else "no", *held


def _seat_row(seat: Membership) -> tuple[Cell, ...]:
    body = seat.body
    return (
        body.organisation.code,
        body.code,
        body.name_zh,
        body.name_en,
        seat.person.username,
        seat.office_zh,
        seat.office_en,
    )


SHEET = kinds.Kind(
    code="access_sheet",
    title=gettext_lazy("Access sheet"),
    formats=("docx", "pdf"),
    build=access_sheet,
    of_cycle=False,
    audience=(),
)
