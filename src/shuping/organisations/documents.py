"""Access sheets: what somebody needs to sign in for the first time, to be handed over in person."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.documents import kinds
from shuping.documents.blocks import QR, Block, Heading, KeyValues, Language, PageBreak, Paper, Paragraph
from shuping.organisations.models import Person

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}
PER_PAGE = 2


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
    """The sheet as a file. Not by the press: it keeps papers in memory, and this one holds passwords."""
    from shuping.documents import render_docx, render_pdf  # noqa: PLC0415 - large libraries

    paper = access_sheet(accesses, language=language)
    body = render_docx.render(paper) if format == "docx" else render_pdf.render(paper)
    return kinds.RenderedFile(kinds.file_name(paper.title, format), kinds.MIMETYPES[format], body)


SHEET = kinds.Kind(
    code="access_sheet",
    title=gettext_lazy("Access sheet"),
    formats=("docx", "pdf"),
    build=access_sheet,
    of_cycle=False,
    audience=(),
)
