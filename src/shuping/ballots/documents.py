"""Papers of a ballot: the ballot paper of each category, the tally sheet."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.ballots import noted, parts, queries
from shuping.ballots.models import Ballot, Category
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle
from shuping.documents import kinds
from shuping.documents.blocks import (
    Block,
    Heading,
    KeyValues,
    Language,
    Layout,
    Mark,
    PageBreak,
    Paper,
    Paragraph,
    Signatures,
    Table,
)

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}
COLOURS = ("#1f4e79", "#1d6b3f", "#8a5a00", "#6b2f7a", "#7a2f2f")
MANY = 30  # rows from which a sheet lies on its side (R46)


def ballot_papers(cycle: Cycle, *, language: Language) -> Paper:
    """A ballot paper for each category: its letter in its colour, no number on it, what to do, one row per entry."""
    with override(DJANGO_CODES[language]):
        scheme, categories = cycles.scheme_of(cycle), parts.planned(cycle)
        blocks: list[Block] = []
        for place, category in enumerate(categories):
            blocks += [PageBreak()] if place else []
            blocks += _sheet(category, COLOURS[place % len(COLOURS)], scheme, language)
        layout: Layout = "landscape" if max(len(part.entries) for part in categories) > MANY else "form"
        return Paper(title=_title(cycle, language), blocks=tuple(blocks), layout=layout, language=language)


def _title(cycle: Cycle, language: Language) -> str:
    return _("%(title)s: evaluation ballot") % {"title": cycle.title_zh if language == "zh" else cycle.title_en}


def _sheet(category: parts.Part, colour: str, scheme: Any, language: Language) -> list[Block]:
    answers = [getattr(word, language) for word in (*scheme.grade, scheme.ballot.no_opinion)]
    header = (_("No."), _("Unit"), *answers)
    rows = tuple((entry.number, entry.unit_name, *["□"] * len(answers)) for entry in category.entries)
    return [
        Mark(category.code, colour),
        Paragraph(_("Category: %(name)s") % {"name": getattr(category, language)}, indent=False),
        Paragraph(_instructions(scheme), indent=False),
        Table(header, rows, widths=(1, 6, *[1.6] * len(answers)), numeric=True),
    ]


def _instructions(scheme: Any) -> str:
    text = _("Put one tick in each row. Do not sign and do not write anything else. In your own row tick “no opinion”.")
    if scheme.ballot.rows == "strict":
        return text + " " + _("A sheet with a row that has no tick or more than one is void.")
    return text + " " + _("A row with more than one tick is invalid; a row without one counts as “no opinion”.")


def tally_sheet(cycle: Cycle, *, language: Language) -> Paper:
    """Issued, returned, void and the totals of every row by category, to be signed (R70)."""
    with override(DJANGO_CODES[language]):
        ballot = queries.ballot_of(cycle)
        blocks: list[Block] = []
        for category in queries.categories(ballot) if ballot else []:
            blocks += _totals(ballot, category, language) if category.counts.exists() else []
        if not blocks:
            blocks.append(Paragraph(_("The ballot is not counted yet.")))
        blocks.append(
            Paragraph(
                _("Fingerprint of the figures (SHA-256): %(digest)s") % {"digest": figures_digest(cycle)}, indent=False
            )
        )
        blocks += _anchors(ballot) if ballot else []
        blocks.append(Signatures((_("Teller"), _("Teller"), _("Scrutineer"))))
        title = _("%(title)s: tally sheet") % {"title": cycle.title_zh if language == "zh" else cycle.title_en}
        return Paper(title=title, blocks=tuple(blocks), layout="form", language=language)


def _anchors(ballot: Ballot) -> list[Block]:
    """How long the log of acts was and where it ended, at closing and when the ballot was counted."""
    named = (
        (_("Log of acts when the ballot was closed"), noted.closed(ballot)),
        (_("Log of acts when the ballot was counted"), noted.counted(ballot)),
    )
    pairs = tuple((words, str(anchor)) for words, anchor in named if anchor)
    return [KeyValues(pairs)] if pairs else []


def figures_digest(cycle: Cycle) -> str:
    """The SHA-256 (hex) of the figures as canonical JSON: the same on paper and on every screen."""
    report = queries.ballot_report(cycle)
    return hashlib.sha256(json.dumps(report, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _totals(ballot: Ballot | None, category: Category, language: Language) -> list[Block]:
    assert ballot is not None
    scheme = queries.scheme_of(ballot)
    counts = {count.source: count for count in category.counts.all()}
    batch = queries.settled_batch(category)
    pairs = [
        *_slips(category, counts["electronic"].cast),
        (_("Electronic ballots counted"), str(counts["electronic"].cast)),
    ]
    if batch:
        pairs += [
            (_("Paper issued"), str(batch.issued)),
            (_("Paper returned"), str(batch.returned)),
            (_("Paper void"), str(batch.void)),
        ]
    heading = Heading(_("Category %(code)s") % {"code": category.code} + f" · {category.name}", 1)
    rows = counts["sum"].rows
    if rows is None:
        return [heading, KeyValues(tuple(pairs)), Paragraph(_("Too few ballots: this category is not opened."))]
    return [heading, KeyValues(tuple(pairs)), _table(category, rows, scheme, language)]


def _slips(category: Category, used: int) -> list[tuple[str, str]]:
    """Made = used + returned + missing, as the scrutineer counted; "not counted" until then."""
    if not category.electorate:
        return []
    account = queries.slips_of(category, used)
    names = {"made": _("Slips made"), "used": _("Slips voted with"), "returned": _("Slips returned unused")}
    names["missing"] = _("Slips missing")
    return [(name, _("not counted") if account[key] is None else str(account[key])) for key, name in names.items()]


def _table(category: Category, rows: dict[str, Any], scheme: Any, language: Language) -> Table:
    codes = queries.row_codes(scheme)
    names = [getattr(level, language) for level in scheme.grade] + [
        getattr(scheme.ballot.no_opinion, language),
        _("Invalid"),
    ]
    lines = tuple(
        (entry.number, entry.unit_name, *[str(rows[entry.number].get(code, 0)) for code in codes])
        for entry in queries.rows_of(category)
    )
    return Table((_("No."), _("Unit"), *names), lines, widths=(1, 6, *[2] * len(codes)), numeric=True)


COUNTERS = ("secretariat", "scrutineer", "teller", "committee", "auditor")
KINDS = (
    kinds.Kind(code="ballot_paper", title=gettext_lazy("Ballot papers"), formats=("pdf", "docx"), build=ballot_papers),
    kinds.Kind(
        code="tally_sheet",
        title=gettext_lazy("Tally sheet"),
        formats=("pdf", "docx"),
        build=tally_sheet,
        audience=COUNTERS,
    ),
)
