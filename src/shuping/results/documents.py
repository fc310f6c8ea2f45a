"""Papers of the result: summary, evaluation letter, news release."""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.documents import kinds
from shuping.documents.blocks import Heading, Language, Paper, Paragraph, Sheet, Workbook
from shuping.meetings import queries as meetings
from shuping.meetings.documents import not_yet
from shuping.meetings.models import Meeting, Passage
from shuping.results import queries
from shuping.results.models import Letter

DJANGO_CODES = {"zh": "zh-hans", "en": "en"}


def summary(cycle: Cycle, *, language: Language) -> Workbook:
    """The results summary for the committee's circle: scores, proposals, decisions, and the counts of each category."""
    with override(DJANGO_CODES[language]):
        return Workbook(sheets=(_scores(cycle, language), *_counts(cycle, language)))


def _scores(cycle: Cycle, language: Language) -> Sheet:
    scheme = cycles.scheme_of(cycle)
    rows = []
    for entry in cycles.entries(cycle).select_related("score", "grade"):
        score, grade = getattr(entry, "score", None), getattr(entry, "grade", None)
        rows.append(
            (
                entry.number,
                entry.unit_name,
                entry.get_mode_display(),
                score.value if score else None,
                queries.grade_name(scheme, grade.proposed, language) if grade else "",
                queries.grade_name(scheme, grade.decided, language) if grade and grade.decided else "",
                grade.reason if grade else "",
            )
        )
    header = (_("No."), _("Unit"), _("Mode"), _("Score"), _("Proposed"), _("Decided"), _("Reason"))
    return Sheet(title=_("Results"), header=header, rows=tuple(rows), widths=(6, 30, 14, 10, 12, 12, 50))


def _counts(cycle: Cycle, language: Language) -> list[Sheet]:
    scheme = cycles.scheme_of(cycle)
    codes = [level.code for level in scheme.grade] + ["no_opinion", "invalid"]
    names = [getattr(level, language) for level in scheme.grade] + [_("No opinion"), _("Invalid")]
    sheets = []
    for category, rows in queries.counts_json(cycle)["categories"].items():
        table = [
            (entry.number, entry.unit_name, *_figures(rows or {}, entry.number, codes))
            for entry in cycles.entries(cycle)
        ]
        title = _("Category %(code)s") % {"code": category}
        widths = (6, 30, *[12] * len(codes))
        sheets.append(
            Sheet(title=title, header=(_("No."), _("Unit"), *names), rows=tuple(table if rows else ()), widths=widths)
        )
    return sheets


def _figures(rows: dict[str, Any], number: str, codes: list[str]) -> list[Any]:
    """The figures of an entry; empty where its group is withheld."""
    row = rows.get(number, {})
    return [""] * len(codes) if row is None else [row.get(code, 0) for code in codes]


def letter(subject: Letter, *, language: Language) -> Paper:
    """The evaluation letter: recognised, problems, direction, grade; word for word what was said (R86)."""
    with override(DJANGO_CODES[language]):
        entry, content = subject.entry, subject.content
        blocks: list[Any] = [Paragraph(_("%(post)s of %(unit)s:") % _addressee(entry), indent=False)]
        blocks.append(Paragraph(_opening(entry)))
        blocks += _block(_("What is recognised"), content["recognised"])
        blocks += _block(_("Problems"), _numbered(content["problems"]))
        blocks += _block(_("Direction"), content["direction"])
        if content["grade"]:
            blocks.append(Heading(_("Grade"), 1))
            blocks.append(Paragraph(_grade_sentence(entry, content["grade"], language)))
        blocks.append(Paragraph(_("Please put right what is named, and account for it in next year's report.")))
        blocks.append(Paragraph(entry.cycle.organiser.name, align="right"))
        blocks.append(Paragraph(_day(subject.issued_at or timezone.now()), align="right"))
        issuer = entry.cycle.organiser.name
        return Paper(
            title=_("Evaluation letter"), blocks=tuple(blocks), layout="letter", language=language, issuer=issuer
        )


def _addressee(entry: Entry) -> dict[str, str]:
    return {"unit": entry.unit_name, "post": entry.post_name}


def _opening(entry: Entry) -> str:
    words = {"title": entry.cycle.title, "mode": entry.get_mode_display(), "organiser": entry.cycle.organiser.name}
    return (
        _("In %(title)s you accounted for the year (%(mode)s). %(organiser)s gives you the following evaluation.")
        % words
    )


def _block(title: str, paragraphs: list[str]) -> list[Any]:
    return [Heading(title, 1), *[Paragraph(text) for text in paragraphs]] if paragraphs else []


def _numbered(texts: list[str]) -> list[str]:
    return [f"{number}. {text}" for number, text in enumerate(texts, 1)]


def _grade_sentence(entry: Entry, code: str, language: Language) -> str:
    name = queries.grade_name(cycles.scheme_of(entry.cycle), code, language)
    return _("The committee has decided the grade: %(grade)s.") % {"grade": name}


def _day(instant: Any) -> str:
    return formats.date_format(timezone.localtime(instant), "DATE_FORMAT")


def news_release(cycle: Cycle, *, language: Language) -> Paper:
    """The news release: who, when, in which forms, what was stressed; no scores, no grades (R89)."""
    with override(DJANGO_CODES[language]):
        title = _("%(organiser)s holds its review meeting of %(year)s") % _names(cycle)
        held = meetings.meetings_of(cycle)
        if not held:
            return Paper(title=title, blocks=(not_yet(),), language=language)
        paragraphs = [_held(cycle, held), _reported(cycle), *_observed(cycle), *_said(held)]
        return Paper(title=title, blocks=tuple(Paragraph(text) for text in paragraphs), language=language)


def _names(cycle: Cycle) -> dict[str, Any]:
    return {"organiser": cycle.organiser.name, "year": cycle.year}


def _held(cycle: Cycle, held: list[Meeting]) -> str:
    """When, by whom and under whom; what several groups share is said once."""
    words = {
        "day": _(", ").join(dict.fromkeys(_day(meeting.starts) for meeting in held)),
        "organiser": cycle.organiser.name,
        "forms": _(" and ").join(dict.fromkeys(form.name for meeting in held for form in meeting.forms.all())),
        "presiding": _(", ").join(dict.fromkeys(meeting.presiding.name for meeting in held)),
        "number": len(held),
    }
    if len(held) > 1:
        grouped = _(
            "On %(day)s %(organiser)s held %(forms)s in %(number)d meetings to hear how its units had discharged "
            "their duties. %(presiding)s presided, each over one of them, and spoke."
        )
        return grouped % words
    return (
        _(
            "On %(day)s %(organiser)s held %(forms)s to hear how its units had discharged their duties. "
            "%(presiding)s presided and spoke."
        )
        % words
    )


def _reported(cycle: Cycle) -> str:
    entries = list(cycles.entries(cycle))
    oral = [entry for entry in entries if entry.mode == Entry.Mode.ORAL]
    written = [entry.unit_name for entry in entries if entry.mode == Entry.Mode.WRITTEN]
    sentence = _spoke(oral)
    if written:
        sentence += _(" %(written)s reported in writing.") % {"written": _(", ").join(written)}
    return sentence + _(
        " The presiding officer commented on each of them; those present then evaluated them by secret ballot."
    )


def _spoke(oral: list[Entry]) -> str:
    """Who reported orally; whoever spoke for a head is named with the own post."""
    heads = _(", ").join(entry.unit_name for entry in oral if entry.capacity == Entry.Capacity.HEAD)
    others = [_("the %(post)s of %(unit)s") % _addressee(e) for e in oral if e.capacity != Entry.Capacity.HEAD]
    words = {"oral": heads, "others": _(", ").join(others)}
    if others:
        return _("The heads of %(oral)s, and %(others)s, reported one after another.") % words
    return _("The heads of %(oral)s reported one after another.") % words


OPENINGS = {
    Passage.Kind.JUDGEMENT: gettext_lazy("The meeting held: %(text)s"),
    Passage.Kind.PRIORITY: gettext_lazy("The meeting required: %(text)s"),
    Passage.Kind.STRESSED: gettext_lazy("The meeting stressed: %(text)s"),
}


def _observed(cycle: Cycle) -> list[str]:
    names = [person.name for person in cycles.people_with(cycle, Role.Kind.OBSERVER)]
    return [_("%(names)s attended to observe and guide.") % {"names": _(", ").join(names)}] if names else []


def _said(held: list[Meeting]) -> list[str]:
    """The judgement, then what was stressed, then what was required, each as it was said; of all groups in order."""
    order = [Passage.Kind.JUDGEMENT, Passage.Kind.STRESSED, Passage.Kind.PRIORITY]
    marked = [one for meeting in held for one in Passage.objects.filter(speech__meeting=meeting).order_by("position")]
    passages = sorted(marked, key=lambda passage: order.index(Passage.Kind(passage.kind)))
    return [str(OPENINGS[Passage.Kind(passage.kind)]) % {"text": passage.text} for passage in passages]


CIRCLE = tuple(sorted(queries.CIRCLE))
KINDS = (
    kinds.Kind(
        code="results_summary", title=gettext_lazy("Results summary"), formats=("xlsx",), build=summary, audience=CIRCLE
    ),
    kinds.Kind(
        code="letter", title=gettext_lazy("Evaluation letter"), formats=("docx", "pdf"), build=letter, of_cycle=False
    ),
    kinds.Kind(code="news_release", title=gettext_lazy("News release"), formats=("docx", "pdf"), build=news_release),
)
