"""The list of checks of a report: each looks at a revision and says what it finds. One of the house's seven lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from scoring import Scheme
from shuping.core.text import chosen, language_code
from shuping.cycles.models import Entry
from shuping.reports import copies, queries
from shuping.reports.models import Finding, Revision
from shuping.reports.text_length import count

COPIED_FROM = 30  # per cent


@dataclass(frozen=True)
class Found:
    """What a check found. `parameters` are JSON and fill the sentence of the code."""

    code: str
    section: str = ""
    blocks: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)


Check = Callable[[Revision, Scheme, Entry], Iterable[Found]]
_checks: list[Check] = []
_sentences: dict[str, Any] = {}


def register(check: Check, sentences: Mapping[str, Any] | None = None) -> None:
    """Add a check with the (lazily translated) sentences of its codes (called once, when Django is ready)."""
    if check not in _checks:
        _checks.append(check)
    _sentences.update(sentences or {})


def run(revision: Revision, scheme: Scheme, entry: Entry) -> list[Found]:
    """Everything that the registered checks find in a revision (R14, R16, R17)."""
    return [found for check in _checks for found in check(revision, scheme, entry)]


def sentence(finding: Finding, scheme: Scheme) -> str:
    """A stored finding in the reader's language."""
    titles = {section.code: getattr(section, language_code()) for section in scheme.section}
    words = {**finding.parameters, "section": titles.get(finding.section, finding.section)}
    if "unit_zh" in words:
        words["unit"] = chosen(words["unit_zh"], words["unit_en"])
    return str(_sentences[finding.check_code]) % words


def missing(revision: Revision, scheme: Scheme, _entry: Entry) -> Iterator[Found]:
    """A section that is not there or says nothing (R14)."""
    texts = queries.section_texts(revision)
    for section in scheme.section:
        if not count(texts.get(section.code, "")):
            yield Found("missing", section.code, blocks=True)


def section_length(revision: Revision, scheme: Scheme, _entry: Entry) -> Iterator[Found]:
    """A section shorter or longer than the scheme asks (R14, R15)."""
    texts = queries.section_texts(revision)
    for section in scheme.section:
        size = count(texts.get(section.code, ""))
        if 0 < size < section.min:
            yield Found("section_short", section.code, parameters={"count": size, "min": section.min})
        if size > section.max:
            yield Found("section_long", section.code, parameters={"count": size, "max": section.max})


def whole_length(revision: Revision, scheme: Scheme, _entry: Entry) -> Iterator[Found]:
    """A report that is too short or too long; by more than half or twice it blocks (R15)."""
    size, asked = revision.characters, scheme.report
    if size < asked.min:
        yield Found("whole_short", blocks=2 * size < asked.min, parameters={"count": size, "min": asked.min})
    if size > asked.max:
        yield Found("whole_long", blocks=size > 2 * asked.max, parameters={"count": size, "max": asked.max})


def share(revision: Revision, scheme: Scheme, _entry: Entry) -> Iterator[Found]:
    """Problems and causes take up less of the report than the scheme asks (R16)."""
    texts = queries.section_texts(revision)
    problems = sum(count(texts.get(part.code, "")) for part in scheme.section if part.counts_as == "problems")
    if revision.characters and (has := Fraction(problems, revision.characters)) < scheme.report.share:
        words = {"percent": int(has * 100), "asked": _as_asked(scheme.report.share)}
        yield Found("share", blocks=True, parameters=words)


def _as_asked(asked: Fraction) -> str:
    """Whole per cent or the fraction itself: a rounded third would read like a share that is just too small."""
    return str(asked) if (asked * 100).denominator > 1 else f"{asked * 100} %"


def locked_codes(scheme: Scheme) -> set[str]:
    """The codes of the sections that answer last year's problems."""
    return {section.code for section in scheme.section if section.locked}


def unanswered(revision: Revision, scheme: Scheme, entry: Entry) -> Iterator[Found]:
    """A problem of last year that the report leaves out (R17)."""
    codes = locked_codes(scheme)
    for item in queries.unanswered(entry, queries.locked_text(revision, codes)):
        words = {"number": item.number, "statement": item.statement}
        yield Found("unanswered", next(iter(codes), ""), blocks=True, parameters=words)


def copied(revision: Revision, _scheme: Scheme, entry: Entry) -> Iterator[Found]:
    """Text that stands in another unit's report or in last year's of the same post."""
    mine = copies.grams(queries.whole_text(revision))
    for other in queries.others(entry):
        percent = copies.overlap(mine, copies.grams(queries.whole_text(other)))
        if percent >= COPIED_FROM:
            yield _copied_from(other.report.entry, percent, entry)


def _copied_from(other: Entry, percent: int, entry: Entry) -> Found:
    words = {"entry": other.number, "unit_zh": other.unit_zh, "unit_en": other.unit_en, "year": other.cycle.year}
    words["percent"] = percent
    return Found("copied" if other.cycle_id == entry.cycle_id else "copied_last_year", parameters=words)


BUILT_IN: tuple[tuple[Check, dict[str, Any]], ...] = (
    (missing, {"missing": _("The section “%(section)s” is missing.")}),
    (
        section_length,
        {
            "section_short": _("“%(section)s” has %(count)d characters; at least %(min)d are asked for."),
            "section_long": _("“%(section)s” has %(count)d characters; at most %(max)d are asked for."),
        },
    ),
    (
        whole_length,
        {
            "whole_short": _("The report has %(count)d characters; at least %(min)d are asked for."),
            "whole_long": _("The report has %(count)d characters; at most %(max)d are asked for."),
        },
    ),
    (
        share,
        {
            "share": _(
                "Problems and causes take up %(percent)d %% of the report; the scheme asks for at least %(asked)s."
            )
        },
    ),
    (unanswered, {"unanswered": _("%(number)s of last year is not answered: %(statement)s")}),
    (
        copied,
        {
            "copied": _("%(percent)d %% of the text also stands in the report of %(unit)s."),
            "copied_last_year": _("%(percent)d %% of the text also stands in the report of %(unit)s of %(year)d."),
        },
    ),
)
