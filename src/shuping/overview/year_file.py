"""All papers of a year in one file, with an index that carries the SHA-256 of each (R112)."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shuping.core import acts
from shuping.core.refusals import Refused, ensure
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.documents.blocks import Sheet, Workbook
from shuping.meetings import queries as meetings
from shuping.overview import queries, rules
from shuping.results import queries as results

INDEX = "index.xlsx"
WIDTHS = (8, 60, 16, 12, 70)


def build(person: Any, cycle: Cycle, *, language: str, now: datetime) -> kinds.RenderedFile:
    """Every paper that the person may have, in every format, and the letters; in one language. Recorded as an act,
    because it leaves the house as a whole. Raises Refused.
    """
    ensure(rules.may_take_all(person, cycle))
    papers = list(_papers(person, cycle, language))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for place, paper in enumerate(papers, 1):
            bundle.writestr(_name(place, paper), paper.body)
        bundle.writestr(INDEX, _index(papers))
    acts.record("take_year_file", cycle, by=person, now=now, cycle=cycle.pk, details={"papers": len(papers)})
    return kinds.RenderedFile(kinds.file_name(cycle.title, "zip"), "application/zip", out.getvalue())


def _papers(person: Any, cycle: Cycle, language: str) -> Iterator[kinds.RenderedFile]:
    """What can be printed at this stage; a paper of a later stage is left out."""
    for kind in queries.papers_for(person, cycle, meetings.meetings_of(cycle)):
        for format_ in kind.formats:
            yield from _printed(kind.code, cycle, language, format_)
    for letter in results.letters_for(person, cycle):
        for format_ in kinds.kind("letter").formats:
            name = f"{letter.entry} {_('Evaluation letter')}"
            yield from _printed("letter", letter, language, format_, name)


def _printed(code: str, subject: Any, language: str, format_: str, name: str = "") -> Iterator[kinds.RenderedFile]:
    try:
        yield kinds.render(code, subject, language=language, format=format_, name=name)
    except Refused:
        return


def _name(place: int, paper: kinds.RenderedFile) -> str:
    return f"{place:03} {paper.name}"


def _index(papers: list[kinds.RenderedFile]) -> bytes:
    from shuping.documents import render_xlsx  # noqa: PLC0415 - a large library

    header = (_("No."), _("File"), _("Format"), _("Bytes"), "SHA-256")
    rows = tuple(
        (place, _name(place, paper), paper.name.rpartition(".")[2], len(paper.body), _digest(paper))
        for place, paper in enumerate(papers, 1)
    )
    return render_xlsx.render(Workbook((Sheet(_("Index"), header, rows, WIDTHS),)))


def _digest(paper: kinds.RenderedFile) -> str:
    return hashlib.sha256(paper.body).hexdigest()
