"""What of the papers is made beside the pages: those that grow with the year, and all of them in one file."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shuping.core import clock
from shuping.core.jobs import Progress, Work
from shuping.core.refusals import NotYours, ensure
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.meetings import queries as meetings
from shuping.meetings.models import Meeting
from shuping.overview import queries, rules, year_file


def papers_at(person: Any, address: str) -> tuple[Cycle | Meeting, list[kinds.Kind]]:
    """The year or the one of its meetings that an address names, and the papers of it that may be read. Raises
    NotYours.
    """
    year, _dash, key = address.partition("-")
    if key:
        meeting = meetings.meeting_for(person, address)
        return meeting, queries.papers_of(person, meeting)
    cycle = cycles.cycle_for(person, int(year))
    return cycle, queries.papers_for(person, cycle, meetings.meetings_of(cycle))


def print_paper(person: Any, asked: dict[str, Any]) -> kinds.RenderedFile:
    """One paper, as `asked` for by address, kind, language and format. Raises NotYours."""
    subject = _subject(person, asked)
    part = subject.group if isinstance(subject, Meeting) else ""
    return kinds.render(asked["kind"], subject, language=asked["language"], format=asked["format"], part=part)


def check_paper(person: Any, asked: dict[str, Any]) -> None:
    """Raise NotYours when a person may not have the paper."""
    _subject(person, asked)


def _subject(person: Any, asked: dict[str, Any]) -> Cycle | Meeting:
    subject, allowed = papers_at(person, asked["address"])
    found = next((kind for kind in allowed if kind.code == asked["kind"]), None)
    if found is None or asked["format"] not in found.formats or asked["language"] not in {"zh", "en"}:
        raise NotYours
    return subject


def _title(asked: dict[str, Any]) -> str:
    return f"{kinds.kind(asked['kind']).title} ({asked['language']}.{asked['format']})"


def _papers_page(asked: dict[str, Any]) -> str:
    return reverse("papers", args=[asked["address"].partition("-")[0]])


PAPER = Work(
    code="paper",
    check=check_paper,
    make=lambda person, asked, _progress: print_paper(person, asked),
    title=_title,
    back=_papers_page,
)


def _year(person: Any, asked: dict[str, Any]) -> Cycle:
    return cycles.cycle_for(person, int(asked["address"]))


def _make_year_file(person: Any, asked: dict[str, Any], progress: Progress) -> kinds.RenderedFile:
    year = _year(person, asked)
    return year_file.build(person, year, language=language_code(), now=clock.now(), progress=progress)


YEAR_FILE = Work(
    code="year_file",
    check=lambda person, asked: ensure(rules.may_take_all(person, _year(person, asked))),
    make=_make_year_file,
    title=lambda _asked: _("All papers and letters of the year"),
    back=_papers_page,
)
