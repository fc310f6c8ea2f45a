"""Papers for whoever calls and holds the meeting: the notice with its attachments, the presiding officer's script."""

import hashlib
from collections.abc import Callable
from itertools import zip_longest

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from scoring import Scheme
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline, Entry, Role
from shuping.documents import kinds
from shuping.documents.blocks import Block, Heading, Items, KeyValues, Language, PageBreak, Paper, Paragraph, Table
from shuping.meetings import documents, minutes, queries
from shuping.meetings.models import AgendaItem, Comment, Meeting, PrintedScript

BEFORE_THE_MEETING = (Deadline.Kind.REPORT, Deadline.Kind.REVIEW)
BLANK = "________"


def notice(subject: documents.Subject, *, language: Language) -> Paper:
    """The notice of the meeting: when, where, what for, who comes, what to bring, by when; with its attachments. That
    of a year has time, place, chair, agenda and reporters of each of its groups.
    """
    with override(documents.DJANGO_CODES[language]):
        held = documents.held_in(subject)
        if not held:
            return Paper(title=_("Notice of the meeting"), blocks=(documents.not_yet(),), language=language)
        cycle = held[0].cycle
        blocks = (*_call(cycle, held), *_before(cycle), *_issued(cycle), *_attachments(held))
        issuer = cycle.organiser.name
        return Paper(title=_called_for(cycle, held), blocks=blocks, layout="letter", language=language, issuer=issuer)


def _called_for(cycle: Cycle, held: list[Meeting]) -> str:
    if len(held) == 1:
        return _("Notice of the meeting “%(title)s”") % {"title": held[0].title}
    return _("Notice of the meetings of “%(title)s”") % {"title": cycle.title}


def _each(held: list[Meeting], part: Callable[[Meeting], Block]) -> list[Block]:
    """A block of the only meeting, or one of each under its title."""
    if len(held) == 1:
        return [part(held[0])]
    return [block for meeting in held for block in (Heading(meeting.title, 2), part(meeting))]


def _call(cycle: Cycle, held: list[Meeting]) -> list[Block]:
    words = {"organiser": cycle.organiser.name, "review": cycle.title}
    return [
        Paragraph(_("To all units that report:"), indent=False),
        Paragraph(_("%(organiser)s has decided to hold the meeting of “%(review)s”. Please note:") % words),
        Heading(_("Time and place"), 1),
        *_each(held, lambda meeting: KeyValues(documents.facts(meeting))),
        Heading(_("What is done"), 1),
        Items((_("Reports are heard one by one."), *documents.after()), numbered=True),
        Heading(_("Who attends"), 1),
        Items(_attending(cycle, held)),
    ]


def _attending(cycle: Cycle, held: list[Meeting]) -> tuple[str, ...]:
    modes = [item.entry.mode for meeting in held for item in queries.agenda(meeting)]
    words = {"oral": modes.count(Entry.Mode.ORAL), "written": modes.count(Entry.Mode.WRITTEN)}
    forms = dict.fromkeys(form.name for meeting in held for form in meeting.forms.order_by("id"))
    bodies = [_("Members of: %(form)s.") % {"form": form} for form in forms]
    reporters = _("Those who report: %(oral)d orally, %(written)d in writing (attachment 2).") % words
    return (*bodies, reporters, _("Those invited to evaluate, as told to each of them."), *observers(cycle))


def observers(cycle: Cycle) -> tuple[str, ...]:
    """Who comes to observe and guide, as one sentence; nothing where nobody does."""
    names = [person.name for person in cycles.people_with(cycle, Role.Kind.OBSERVER)]
    return (_("%(names)s come to observe and guide.") % {"names": _(", ").join(names)},) if names else ()


def _before(cycle: Cycle) -> list[Block]:
    speech = cycles.scheme_of(cycle).speech
    bring = (
        _("The written report as it was handed in, signed."),
        _("The spoken version: at most %(minutes)d minutes by the clock.") % {"minutes": speech.limit // 60},
        _("A charged phone with a camera: it opens the ballot. Whoever has none votes on paper."),
    )
    due = [one for one in cycles.deadlines(cycle) if one.kind in BEFORE_THE_MEETING]
    rows = tuple((one.get_kind_display(), minutes.instant(one.due)) for one in due)
    return [
        Heading(_("What to bring"), 1),
        Items(bring, numbered=True),
        Heading(_("By when"), 1),
        Table((_("What"), _("By when")), rows, widths=(1, 1)),
        Paragraph(_("Whoever cannot come asks for leave before the meeting and says who comes instead.")),
    ]


def contacts(cycle: Cycle) -> str:
    """Whom to ask: the secretariat and the clerk, by name."""
    return _(", ").join(person.name for person in cycles.people_with(cycle, Role.Kind.SECRETARIAT, Role.Kind.CLERK))


def _issued(cycle: Cycle) -> list[Block]:
    return [
        Paragraph(_("Questions go to: %(names)s.") % {"names": contacts(cycle)}),
        Paragraph(_("Attachments: 1. Agenda; 2. List of reporters")),
        Paragraph(cycle.organiser.name, align="right"),
        Paragraph(_("Day of issue: %(blank)s") % {"blank": BLANK}, align="right"),
    ]


def _attachments(held: list[Meeting]) -> list[Block]:
    return [
        PageBreak(),
        Heading(_("Attachment 1: agenda"), 1),
        *_each(held, lambda meeting: Items(agenda_steps(meeting), numbered=True)),
        PageBreak(),
        Heading(_("Attachment 2: list of reporters"), 1),
        *_each(held, documents.reporters),
    ]


def agenda_steps(meeting: Meeting) -> tuple[str, ...]:
    """What is done in the meeting, one sentence for each step."""
    limit = cycles.scheme_of(meeting.cycle).speech.limit // 60
    return (
        _("%(presiding)s opens the meeting and says who is present.") % {"presiding": meeting.presiding.name},
        _("Oral reports in the order of the list, at most %(minutes)d minutes each.") % {"minutes": limit},
        *documents.after(),
        _("The presiding officer closes the meeting."),
    )


def host_script(subject: documents.Subject, *, language: Language) -> Paper:
    """What the presiding officer says from opening to closing, with what is on record at this moment; what is done
    and not said stands in brackets (R26, R29-R34).
    """
    with override(documents.DJANGO_CODES[language]):
        return documents.of_each(subject, _("Presiding officer's script"), lambda one: _script(one, language), language)


def _script(meeting: Meeting, language: Language) -> list[Block]:
    return [block for _key, part in parts(meeting, language) for block in part]


def parts(meeting: Meeting, language: Language) -> list[tuple[str, tuple[Block, ...]]]:
    """The script in pieces that are printed for themselves: opening, every turn, ballot, closing; each with its key."""
    opening = ("opening", (KeyValues(documents.facts(meeting)), *_opening(meeting), *_before_the_turns(meeting)))
    rest = (("ballot", _ballot(meeting, language)), ("closing", _closing(meeting.cycle)))
    pieces = [opening, *_turns(meeting), *rest]
    return [(key, (PageBreak(), *blocks) if place else tuple(blocks)) for place, (key, blocks) in enumerate(pieces)]


def digests(meeting: Meeting, language: Language) -> dict[str, str]:
    """What each piece of the script says now, as SHA-256: two that differ are printed differently."""
    with override(documents.DJANGO_CODES[language]):
        pieces = parts(meeting, language)
    return {key: hashlib.sha256(repr(blocks).encode()).hexdigest() for key, blocks in pieces}


def changed_pages(subject: documents.Subject, *, language: Language) -> Paper:
    """The pages of the script that say something else than those noted as printed; all before any were printed."""
    with override(documents.DJANGO_CODES[language]):
        return documents.of_each(subject, _("Script: changed pages"), lambda one: _changed(one, language), language)


def _changed(meeting: Meeting, language: Language) -> list[Block]:
    printed = PrintedScript.objects.filter(meeting=meeting, language=language).first()
    known, now = printed.digests if printed else {}, digests(meeting, language)
    pieces = [part for key, part in parts(meeting, language) if known.get(key) != now[key]]
    blocks = [block for part in pieces for block in part][bool(pieces and pieces[0][0] == PageBreak()) :]
    return blocks or [Paragraph(_("No page has changed since the script was printed."))]


def moment(meeting: Meeting, item: AgendaItem | None) -> list[tuple[str, str]]:
    """What the presiding officer says now: (kind, text) with the kinds "done" for what is done and "said"; nothing once
    the meeting is closed.
    """
    if meeting.state == Meeting.State.CLOSED:
        return []
    key = "opening" if meeting.state == Meeting.State.PLANNED else item.entry.number if item else "ballot"
    pieces = dict(parts(meeting, language_code()))
    if key == "ballot" and meeting.explained_at:
        key = "closing"
    return [line for block in pieces.get(key, ()) for line in _lines(block)]


def _lines(block: Block) -> list[tuple[str, str]]:
    if isinstance(block, Items):
        return [("said", text) for text in block.items]
    if isinstance(block, Paragraph):
        return [("done" if block.bold else "said", block.text)]
    return []


def _said(*sentences: str) -> list[Block]:
    return [Paragraph(sentence) for sentence in sentences]


def _done(sentence: str) -> Paragraph:
    """What is done and not said."""
    return Paragraph(_("[%(sentence)s]") % {"sentence": sentence}, bold=True)


def _opening(meeting: Meeting) -> list[Block]:
    forms = _(" and ").join(form.name for form in meeting.forms.order_by("id"))
    words = {"forms": forms, "review": meeting.cycle.title}
    steps = (
        _("hear the reports and comment on each;"),
        _("evaluate by secret ballot;"),
        _("hear what follows from it."),
    )
    return [
        Heading(_("Opening"), 1),
        _done(_("Everybody is checked in; scrutineers and tellers are in their places; phones are silent.")),
        *_said(_("Comrades, the meeting begins."), _("We are here for “%(review)s”: %(forms)s.") % words),
        *_said(*_present(meeting), *observers(meeting.cycle)),
        Paragraph(_("The meeting has three items:")),
        Items(steps, numbered=True),
    ]


def _present(meeting: Meeting) -> list[str]:
    """Who is there and whether it is enough, as checked in so far; blanks until somebody is."""
    people = queries.attendance(meeting)
    here = sum(one.present for one in people)
    found = [_quorum(one, known=bool(here)) for one in queries.quorums(meeting)]
    words = {"listed": len(people), "present": here or BLANK}
    return [*found, _("Of %(listed)s people on the list %(present)s are present.") % words]


def _quorum(quorum: queries.Quorum, *, known: bool) -> str:
    words = {
        "form": capfirst(quorum.form.name),
        "members": quorum.members,
        "present": quorum.present if known else BLANK,
    }
    if known and not quorum.reached:
        return _("%(form)s has %(members)s members, %(present)s are present: no quorum yet, it is not opened.") % words
    return _("%(form)s has %(members)s members, %(present)s are present: the meeting has its quorum.") % words


def _before_the_turns(meeting: Meeting) -> list[Block]:
    speech = cycles.scheme_of(meeting.cycle).speech
    words = {"minutes": speech.limit // 60, "seconds": speech.warning}
    text = _("Each oral report has at most %(minutes)d minutes; %(seconds)d seconds before the end the clock warns.")
    return [Heading(_("Reports and comments"), 1), Paragraph(text % words)]


def _turns(meeting: Meeting) -> list[tuple[str, list[Block]]]:
    drafts = _drafts(meeting)
    items = [item for item in queries.agenda(meeting) if item.state != AgendaItem.State.WITHDRAWN]
    return [
        (item.entry.number, _turn(item, follower, drafts.get(item.entry_id, []), meeting))
        for item, follower in zip_longest(items, items[1:])
    ]


def _drafts(meeting: Meeting) -> dict[int, list[Comment]]:
    """Everybody's comment as it stands, by entry, the presiding officer's first."""
    found: dict[int, list[Comment]] = {}
    said = Comment.objects.filter(meeting=meeting).select_related("by").prefetch_related("problems")
    for comment in said.order_by("-presiding", "id"):
        found.setdefault(comment.entry_id, []).append(comment)
    return found


def _turn(item: AgendaItem, following: AgendaItem | None, said: list[Comment], meeting: Meeting) -> list[Block]:
    entry = item.entry
    mine = next((comment for comment in said if comment.by_id == meeting.presiding_id), None)
    others = [comment.by.name for comment in said if comment.by_id != meeting.presiding_id]
    oral = item.oral
    heading = Heading(_("%(place)d. %(unit)s") % {"place": item.position, "unit": entry.unit_name}, 2)
    blocks: list[Block] = [heading, *(_called(item, following) if oral else _in_writing(entry)), *_comment(mine)]
    if others:
        blocks.append(_done(_("Also commenting: %(names)s.") % {"names": _(", ").join(others)}))
    if oral:
        blocks.append(_done(_("The reporter says briefly what is undertaken and goes back to the seat.")))
    return blocks


def _called(item: AgendaItem, following: AgendaItem | None) -> list[Block]:
    entry = item.entry
    words = {"unit": entry.unit_name, "post": documents.reporter(entry)}
    blocks = _said(_("I ask %(unit)s to report: %(post)s.") % words)
    if item.deputy:
        stands_in = {"deputy": item.deputy, "capacity": item.deputy_capacity}
        blocks += _said(_("%(deputy)s (%(capacity)s) speaks for the reporter.") % stands_in)
    if following and following.oral:
        blocks += _said(_("%(unit)s make ready, please.") % {"unit": following.entry.unit_name})
    return [*blocks, _done(_("The report; then questions, if there are any, are answered at once."))]


def _in_writing(entry: Entry) -> list[Block]:
    words = {"unit": entry.unit_name}
    return _said(_("%(unit)s has reported in writing; the report lies before you. I comment on it.") % words)


def _comment(comment: Comment | None) -> list[Block]:
    """The three parts of the comment, with what is drafted."""
    problems = sorted(comment.problems.all(), key=lambda one: one.position) if comment else []
    named = [f"({place}) {one.statement}" for place, one in enumerate(problems, 1)]
    parts = (
        (_("What is recognised"), [comment.recognised] if comment and comment.recognised else []),
        (_("Problems"), named),
        (_("Direction"), [comment.direction] if comment and comment.direction else []),
    )
    blocks: list[Block] = []
    for label, texts in parts:
        blocks.append(Paragraph(_("%(part)s:") % {"part": label}, bold=True))
        blocks += _said(*(texts or [BLANK * 3]))
    return blocks


def how_to_vote(scheme: Scheme, language: Language) -> tuple[str, ...]:
    """How the ballot is cast and why nobody learns a choice, one sentence or two for each step."""
    marks = _(", ").join(getattr(grade, language) for grade in scheme.grade)
    words = {"marks": marks, "none": getattr(scheme.ballot.no_opinion, language)}
    again = _("Until the ballot is closed you may vote again with the same slip; the last ballot counts.")
    return (
        _("Draw a slip from the box of your category, unseen. It bears no name and no number."),
        _("Phone: scan the code on the slip, mark every row, look it over, send it."),
        _("Paper: mark one field in every row, do not sign, fold the sheet, put it into the urn."),
        _("Every row takes one mark: %(marks)s; or “%(none)s”.") % words,
        _("Whoever reports marks “%(none)s” in the own row.") % words,
        _rows(scheme) % words,
        *((again,) if scheme.ballot.revote else ()),
    )


def _rows(scheme: Scheme) -> str:
    if scheme.ballot.rows == "strict":
        return _("Paper: a row without a mark or with more than one voids the whole sheet.")
    return _("Paper: a row with more than one mark is invalid; a row without one counts as “%(none)s”.")


def why_secret() -> tuple[str, ...]:
    """Why the ballot is secret, in words for the hall."""
    return (
        _("The phone seals the ballot before it leaves the hand; the server holds sealed ballots only."),
        _("Sealed ballots are added up while they are sealed; the trustees open the sum together, never one ballot."),
        _("Nobody notes who drew which slip. Photograph neither slip nor sheet; let nobody look on."),
    )


def _ballot(meeting: Meeting, language: Language) -> list[Block]:
    scheme = cycles.scheme_of(meeting.cycle)
    counters = cycles.people_with(meeting.cycle, Role.Kind.SCRUTINEER, Role.Kind.TELLER)
    words = {"number": queries.rated(meeting), "names": _(", ").join(person.name for person in counters)}
    return [
        Heading(_("Ballot"), 1),
        *_said(
            _("All have reported. We now evaluate %(number)d units by secret ballot, oral and written alike.") % words,
            _("Scrutineers and tellers are: %(names)s.") % words,
            _("This is how it is done:"),
        ),
        Items(how_to_vote(scheme, language), numbered=True),
        *_said(*why_secret(), _("Please vote now.")),
        _done(_("The scrutineer opens the ballot. Wait until the hall screen shows that everybody has voted.")),
        *_said(_("Is there anybody who has not voted yet? If not, I declare the voting closed.")),
        _done(_("The scrutineer closes the ballot; scrutineers and tellers count.")),
    ]


def _closing(cycle: Cycle) -> list[Block]:
    plans = cycles.deadline(cycle, Deadline.Kind.PLANS)
    when = minutes.instant(plans) if plans else BLANK
    return [
        Heading(_("Closing"), 1),
        _done(_("The closing speech; its text lies apart.")),
        *_said(
            _("The ballot is one part of the evaluation; the committee decides. Each unit hears of it in writing."),
            _("What was named today has to be put right; the plans for it are due by %(when)s.") % {"when": when},
            _("I declare the meeting closed."),
        ),
    ]


SCRIPT_READERS = ("secretariat", "chair", "clerk")
KINDS = (
    kinds.Kind(
        code="notice",
        title=gettext_lazy("Notice of the meeting"),
        formats=("docx", "pdf"),
        build=notice,
        audience=documents.EVERYBODY,
        by_meeting=True,
        shared=True,
    ),
    kinds.Kind(
        code="host_script",
        title=gettext_lazy("Presiding officer's script"),
        formats=("docx", "pdf"),
        build=host_script,
        audience=SCRIPT_READERS,
        by_meeting=True,
    ),
    kinds.Kind(
        code="host_script_changes",
        title=gettext_lazy("Script: changed pages"),
        formats=("docx", "pdf"),
        build=changed_pages,
        audience=SCRIPT_READERS,
        by_meeting=True,
    ),
)
