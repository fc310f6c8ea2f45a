"""All papers of a year in one file, with an index that carries the SHA-256 of each (R112)."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shuping.core import acts
from shuping.core.jobs import Progress
from shuping.core.refusals import Refused, ensure
from shuping.cycles.models import Cycle
from shuping.documents import kinds, press
from shuping.documents.blocks import Sheet, Workbook
from shuping.meetings import queries as meetings
from shuping.overview import queries, rules
from shuping.results import queries as results

INDEX = "index.xlsx"
WIDTHS = (8, 60, 16, 12, 70)
Row = tuple[int, str, str, int, str]
Wanted = tuple[str, Any, str, str]  # kind, subject, format, and a name that is not the kind's own


def build(
    person: Any, cycle: Cycle, *, language: str, now: datetime, progress: Progress | None = None
) -> kinds.RenderedFile:
    """Every paper that the person may have, in every format, and the letters; in one language. Recorded as an act,
    because it leaves the house as a whole. Raises Refused.
    """
    ensure(rules.may_take_all(person, cycle))
    rows: list[Row] = []
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle, press.bundle():
        for place, paper in enumerate(_papers(person, cycle, language, progress), 1):
            name = f"{place:03} {paper.name}"
            bundle.writestr(name, paper.body)
            rows.append((place, name, name.rpartition(".")[2], len(paper.body), hashlib.sha256(paper.body).hexdigest()))
        bundle.writestr(INDEX, _index(rows))
    acts.record("take_year_file", cycle, by=person, now=now, cycle=cycle.pk, details={"papers": len(rows)})
    return kinds.RenderedFile(kinds.file_name(cycle.title, "zip"), "application/zip", out.getvalue())


def _papers(person: Any, cycle: Cycle, language: str, progress: Progress | None) -> Iterator[kinds.RenderedFile]:
    """What can be printed at this stage; a paper of a later stage is left out."""
    wanted = [*_of_the_year(person, cycle), *_letters(person, cycle)]
    if progress:
        progress.of(len(wanted))
    for code, subject, format_, name in wanted:
        yield from _printed(code, subject, language, format_, name)
        if progress:
            progress.step()


def _of_the_year(person: Any, cycle: Cycle) -> Iterator[Wanted]:
    for kind in queries.papers_for(person, cycle, meetings.meetings_of(cycle)):
        for format_ in kind.formats:
            yield kind.code, cycle, format_, ""


def _letters(person: Any, cycle: Cycle) -> Iterator[Wanted]:
    for letter in results.letters_for(person, cycle):
        for format_ in kinds.kind("letter").formats:
            yield "letter", letter, format_, f"{letter.entry} {_('Evaluation letter')}"


def _printed(code: str, subject: Any, language: str, format_: str, name: str) -> Iterator[kinds.RenderedFile]:
    try:
        yield kinds.render(code, subject, language=language, format=format_, name=name)
    except Refused:
        return


def _index(rows: list[Row]) -> bytes:
    header = (_("No."), _("File"), _("Format"), _("Bytes"), "SHA-256")
    return press.render(Workbook((Sheet(_("Index"), header, tuple(rows), WIDTHS),)), "xlsx")
