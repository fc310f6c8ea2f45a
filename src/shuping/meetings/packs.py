"""The printed pack for the day on which nothing works: one download, and what of it is older than the record."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.core import clock
from shuping.core.jobs import Progress, Work
from shuping.core.refusals import ensure
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.documents import kinds, press
from shuping.meetings import queries, rules
from shuping.meetings.actions import note
from shuping.meetings.models import Meeting, PrintedPack

# In the order in which they are needed: what to do, then the meeting, then the ballot.
PAPERS = (
    ("fallback", "pdf"),
    ("agenda", "pdf"),
    ("host_script", "pdf"),
    ("sign_in_sheet", "xlsx"),
    ("ballot_paper", "pdf"),
    ("tally_sheet", "pdf"),
)


@dataclass(frozen=True)
class Sheet:
    """A paper of the pack. `state` is "new" (never printed in this language), "changed" since, or "same"."""

    code: str
    format: str
    title: str
    fingerprint: str
    state: str
    address: str


def last_pack(meeting: Meeting, language: str) -> PrintedPack | None:
    """The newest printing in a language; of a part of the pack, it knows the rest from the one before."""
    return meeting.packs.filter(language=language).select_related("by").order_by("-id").first()


def sheets(person: Any, meeting: Meeting) -> list[Sheet]:
    """The papers of the pack that a person may have, each with what has become of it since it was printed."""
    language = language_code()
    roles = cycles.roles_of(person, meeting.cycle)
    printed = last_pack(meeting, language)
    known = printed.papers if printed else {}
    named = [(code, form, kinds.kind(code)) for code, form in PAPERS]
    return [
        _sheet(meeting, kind, form, known.get(code), language) for code, form, kind in named if roles & {*kind.audience}
    ]


def _sheet(meeting: Meeting, kind: kinds.Kind, form: str, printed: str | None, language: str) -> Sheet:
    built = kind.build(_subject(kind, meeting), language=language)
    fingerprint = hashlib.sha256(repr(built).encode()).hexdigest()
    state = "new" if printed is None else "same" if printed == fingerprint else "changed"
    address = meeting.address if kind.by_meeting else str(meeting.cycle_id)
    return Sheet(kind.code, form, str(kind.title), fingerprint, state, address)


def _subject(kind: kinds.Kind, meeting: Meeting) -> Any:
    """A pack is one meeting's: of several, papers of the others stay out."""
    return meeting if kind.by_meeting else meeting.cycle


def print_pack(
    meeting: Meeting, *, changed_only: bool, by: Any, now: datetime, progress: Progress | None = None
) -> kinds.RenderedFile:
    """The pack as a zip in the reader's language, and on record that it was printed. `changed_only` leaves out what
    is the same as on paper.
    """
    ensure(rules.may_run(by, meeting))
    language = language_code()
    found = sheets(by, meeting)
    wanted = [sheet for sheet in found if not changed_only or sheet.state != "same"]
    # Setting the papers takes seconds: no transaction waits for it.
    body = _zip(meeting, wanted, language, progress)
    _note_pack(meeting, wanted, language, by=by, now=now)
    name = kinds.file_name(_("Printed pack %(meeting)s") % {"meeting": meeting.title}, "zip")
    return kinds.RenderedFile(name, "application/zip", body)


@transaction.atomic
def _note_pack(meeting: Meeting, wanted: list[Sheet], language: str, *, by: Any, now: datetime) -> None:
    before = last_pack(meeting, language)
    papers = (before.papers if before else {}) | {sheet.code: sheet.fingerprint for sheet in wanted}
    PrintedPack.objects.create(meeting=meeting, by=by, at=now, language=language, papers=papers)
    note("print_pack", meeting, by=by, now=now, papers=[sheet.code for sheet in wanted])


def _zip(meeting: Meeting, wanted: list[Sheet], language: str, progress: Progress | None) -> bytes:
    out = io.BytesIO()
    if progress:
        progress.of(len(wanted))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, press.bundle():
        for place, sheet in enumerate(wanted, 1):
            subject = _subject(kinds.kind(sheet.code), meeting)
            file = kinds.render(sheet.code, subject, language=language, format=sheet.format)
            archive.writestr(f"{place} {file.name}", file.body)
            if progress:
                progress.step()
    return out.getvalue()


def _meeting(person: Any, asked: dict[str, Any]) -> Meeting:
    return queries.meeting_for(person, asked["meeting"])


def _make(person: Any, asked: dict[str, Any], progress: Progress) -> kinds.RenderedFile:
    changed = asked["changed_only"]
    return print_pack(_meeting(person, asked), changed_only=changed, by=person, now=clock.now(), progress=progress)


PACK = Work(
    code="pack",
    check=lambda person, asked: ensure(rules.may_run(person, _meeting(person, asked))),
    make=_make,
    title=lambda _asked: _("Printed pack"),
    back=lambda asked: reverse("pack", args=[asked["meeting"]]),
)
