"""Questions about the words of a meeting: a reporter's file, how far the comments are, what is marked in the speech."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings import queries
from shuping.meetings.models import (
    AgendaItem,
    Comment,
    GoodPractice,
    Meeting,
    Passage,
    Phrase,
    PrivateNote,
    Problem,
    Question,
    Request,
    Undertaking,
    Wording,
)

State = Comment.State
OVER = (AgendaItem.State.COMMENT, AgendaItem.State.DONE)


def questions_for(person: Any, entry: Entry, *, reported: bool) -> list[Question]:
    """The questions put to an entry, each followed by those that follow it up. The unit reads one that was asked
    beforehand when it is announced, else after its report.
    """
    found = entry.questions.order_by("id")
    if not reported and not queries.reads_drafts(person, entry):
        found = found.filter(announced=True)
    return in_threads(list(found))


def in_threads(questions: list[Question]) -> list[Question]:
    """Every question directly followed by its follow-ups; each gets its `depth`, 0 for a first question."""
    below: dict[int | None, list[Question]] = {}
    known = {question.pk for question in questions}
    for question in questions:
        below.setdefault(question.parent_id if question.parent_id in known else None, []).append(question)
    return list(_thread(below, None, 0))


def _thread(below: dict[int | None, list[Question]], parent: int | None, depth: int) -> Iterable[Question]:
    for question in below.get(parent, []):
        question.depth = depth  # type: ignore[attr-defined]
        yield question
        yield from _thread(below, question.pk, depth + 1)


def note_of(person: Any, entry: Entry) -> str:
    """Somebody's own note on an entry; nobody else's is ever read."""
    return PrivateNote.objects.filter(entry=entry, by=person).values_list("text", flat=True).first() or ""


def said_last_year(entry: Entry) -> list[Comment]:
    """The confirmed comments on the same post in the year before."""
    found = Comment.objects.filter(entry__cycle=entry.cycle.previous_id, entry__post=entry.post_id)
    return list(found.filter(state=State.CONFIRMED).select_related("by").order_by("-presiding", "id"))


def prepared(comment: Comment) -> Wording | None:
    """How a comment stood when it was last prepared, where it was said otherwise."""
    wordings = list(comment.wordings.all())
    before = [one for one in wordings if one.state in {State.DRAFT, State.CLEARED}]
    if comment.state in {State.DRAFT, State.CLEARED} or not before:
        return None
    return before[-1] if _words(before[-1]) != _words(wordings[-1]) else None


def _words(wording: Wording) -> tuple[Any, ...]:
    return wording.recognised, wording.problems, wording.direction


def phrases(cycle: Cycle) -> list[Phrase]:
    """The organiser's phrases by part and theme, each with the `theme_name` of this year (or its code)."""
    names = {theme.code: theme.name for theme in cycles.themes(cycle)}
    found = list(Phrase.objects.filter(organiser=cycle.organiser_id))
    for phrase in found:
        phrase.theme_name = names.get(phrase.theme, phrase.theme)  # type: ignore[attr-defined]
    return sorted(found, key=lambda phrase: Phrase.Part.values.index(phrase.part))


@dataclass(frozen=True)
class Row:
    """An entry in the list of what is said: its comments, what of them would become ledger items, open questions."""

    item: AgendaItem
    comments: list[Comment]
    questions: list[Question]

    @property
    def drafts(self) -> list[Problem]:
        """Items in draft: problems that are named and not confirmed. The unit does not see them (R35)."""
        unsure = [comment for comment in self.comments if comment.state != State.CONFIRMED]
        return [problem for comment in unsure for problem in comment.problems.all()]

    @property
    def unanswered(self) -> list[Question]:
        return [question for question in self.questions if not question.answered]

    @property
    def confirmed(self) -> bool:
        return any(comment.state == State.CONFIRMED for comment in self.comments)


def rows(meeting: Meeting) -> list[Row]:
    """Every entry in the order of the agenda, with what is said on it; always the same few queries."""
    named = Prefetch("problems", Problem.objects.select_related("theme").order_by("position"))
    said = Comment.objects.select_related("by").prefetch_related(named).order_by("-presiding", "id")
    turns = meeting.agenda.select_related("entry").order_by("position")
    turns = turns.prefetch_related(Prefetch("entry__comments", said), "entry__questions")
    return [Row(item, list(item.entry.comments.all()), list(item.entry.questions.all())) for item in turns]


def practices(cycle: Cycle) -> list[GoodPractice]:
    """What goes into the circular, by unit."""
    found = GoodPractice.objects.filter(comment__meeting__cycle=cycle).select_related("comment__entry")
    return list(found.order_by("comment__entry__number", "comment"))


def undertakings(meeting: Meeting) -> list[Undertaking]:
    found = Undertaking.objects.filter(entry__agenda_item__meeting=meeting).select_related("entry")
    return list(found.order_by("entry__number"))


def requests(meeting: Meeting) -> list[Request]:
    found = Request.objects.filter(entry__agenda_item__meeting=meeting).select_related("entry")
    return list(found.order_by("entry__number", "id"))


def unanswered(meeting: Meeting) -> list[Question]:
    """The questions that nobody answered in the meeting, of those who have reported."""
    found = Question.objects.filter(entry__agenda_item__meeting=meeting, answered=False)
    return list(
        found.filter(entry__agenda_item__state__in=OVER).select_related("entry").order_by("entry__number", "id")
    )


def tasks(meeting: Meeting) -> list[Passage]:
    """The priorities of the speech."""
    found = Passage.objects.filter(speech__meeting=meeting, kind=Passage.Kind.PRIORITY).select_related("theme")
    return list(found.prefetch_related("addressees"))


@dataclass(frozen=True)
class Segment:
    """A stretch of the speech that is marked throughout in the same ways, or not at all."""

    text: str
    kinds: tuple[str, ...]


def segments(text: str, passages: Iterable[Passage]) -> list[Segment]:
    """The speech cut where a mark begins or ends; put together again it is the whole text. Marks may overlap."""
    spans = [(text.find(one.text), one) for one in passages]
    found = [(start, start + len(one.text), one.kind) for start, one in spans if start >= 0]
    cuts = sorted({0, len(text), *(place for start, end, _kind in found for place in (start, end))})
    return [
        Segment(text[start:end], tuple(sorted({kind for first, last, kind in found if first <= start and end <= last})))
        for start, end in pairwise(cuts)
    ]


def missing_marks(passages: list[Passage]) -> list[str]:
    """What the marks of a speech still lack, a sentence for each; nothing when they are complete."""
    kinds = {passage.kind for passage in passages}
    wanted = (
        (Passage.Kind.JUDGEMENT, _("No passage is marked as the judgement of the year.")),
        (Passage.Kind.PRIORITY, _("No passage is marked as a priority: no task comes of the speech.")),
        (Passage.Kind.STRESSED, _("No passage is marked as stressed: the news release quotes nothing.")),
    )
    found = [sentence for kind, sentence in wanted if kind not in kinds]
    for passage in passages:
        if passage.kind == Passage.Kind.PRIORITY and not (passage.theme_id and passage.due):
            words = {"passage": passage.text[:40]}
            found.append(_("A priority has no theme or no date: “%(passage)s”.") % words)
    return found


def to_clear(person: Any) -> list[Comment]:
    """Drafts that wait for somebody's release: those of meetings that are prepared, written by somebody else."""
    mine = Q(by=person) | Q(meeting__cycle__roles__person=person, meeting__cycle__roles__kind=Role.Kind.SECRETARIAT)
    found = Comment.objects.filter(mine, state=State.DRAFT, meeting__state=Meeting.State.PLANNED).distinct()
    drafts = found.select_related("meeting__cycle", "entry", "by").prefetch_related("wordings")[:100]
    return [one for one in drafts if _last_by(one) not in {None, person.pk}]


def _last_by(comment: Comment) -> int | None:
    wordings = list(comment.wordings.all())
    return wordings[-1].by_id if wordings else None
