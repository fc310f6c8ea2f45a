"""What is said in a meeting: comments, questions, undertakings, the speech. Confirmed problems and priorities go to
the ledger without retyping (R33-R36, M6, M12).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, live
from shuping.core.refusals import Refusal, ensure, refuse
from shuping.cycles import followups
from shuping.cycles.models import Entry, Theme
from shuping.meetings import priorities, rules, word_rules
from shuping.meetings.actions import locked, note
from shuping.meetings.models import Comment, Meeting, Passage, Problem, Question, Reply, Speech, Undertaking, Wording


@dataclass(frozen=True)
class Named:
    """A problem as it was named, with its theme."""

    statement: str
    theme: Theme | None = None


def _for(by: Any, other: Any) -> Any:
    return None if by == other else other


@transaction.atomic
def write_comment(
    meeting: Meeting,
    entry: Entry,
    speaker: Any,
    *,
    recognised: str,
    problems: list[Named],
    direction: str,
    by: Any,
    now: datetime,
) -> Comment:
    """Keep a comment in its three parts, a draft until it is confirmed; the clerk may write for the speaker."""
    meeting = locked(meeting)
    ensure(rules.may_comment(by, meeting, entry, speaker))
    state = Comment.State.DRAFT if meeting.state == Meeting.State.PLANNED else Comment.State.SPOKEN
    presides = speaker == meeting.presiding
    values = {"recognised": recognised, "direction": direction, "presiding": presides, "state": state}
    comment, _made = Comment.objects.update_or_create(
        entry=entry, by=speaker, defaults=values, create_defaults=values | {"meeting": meeting}
    )
    comment.problems.all().delete()
    for position, named in enumerate(problems, 1):
        Problem.objects.create(comment=comment, position=position, statement=named.statement, theme=named.theme)
    _note_wording("write_comment", comment, meeting, by=by, now=now)
    return comment


def _note_wording(verb: str, comment: Comment, meeting: Meeting, *, by: Any, now: datetime) -> None:
    """Keep how the comment stands now, and record who made it so."""
    wording = Wording.objects.create(
        comment=comment,
        state=comment.state,
        recognised=comment.recognised,
        problems=list(comment.problems.order_by("position").values_list("statement", flat=True)),
        direction=comment.direction,
        by=by,
        at=now,
    )
    decides = _said(comment) | {"wording": [wording]}
    about = {"on_behalf_of": _for(by, comment.by), "entry": comment.entry.number}
    note(verb, meeting, by=by, now=now, decides=decides, **about)


def _said(comment: Comment) -> dict[str, list[Any]]:
    """What an act on a comment decides: its words, and the problems in it."""
    return {"comment": [comment], "problems": [comment]}


def _locked_comment(comment: Comment) -> Comment:
    found = Comment.objects.select_for_update(of=("self",)).select_related("meeting__cycle", "entry__cycle", "by")
    return found.get(pk=comment.pk)


@transaction.atomic
def clear_comment(comment: Comment, *, by: Any, now: datetime) -> Comment:
    """Release a draft for the outline; by somebody else than who wrote it. Changed afterwards it is a draft again."""
    return _move(comment, Comment.State.CLEARED, word_rules.may_clear, "clear_comment", by=by, now=now)


@transaction.atomic
def say_comment(comment: Comment, *, by: Any, now: datetime) -> Comment:
    """Keep that it was said as it was prepared; what was said otherwise is written down with `write_comment`."""
    return _move(comment, Comment.State.SPOKEN, word_rules.may_say, "say_comment", by=by, now=now)


def _move(
    comment: Comment, state: str, rule: Callable[[Any, Comment], Refusal | None], verb: str, *, by: Any, now: datetime
) -> Comment:
    comment = _locked_comment(comment)
    ensure(rule(by, comment))
    comment.state = state
    comment.save(update_fields=["state"])
    _note_wording(verb, comment, comment.meeting, by=by, now=now)
    return comment


@transaction.atomic
def confirm_comment(comment: Comment, *, by: Any, now: datetime) -> Comment:
    """Confirm what was said: each problem becomes a ledger item, word for word (R35)."""
    comment = _locked_comment(comment)
    ensure(word_rules.may_confirm(by, comment))
    if not (comment.recognised or comment.direction or comment.problems.exists()):
        raise refuse("comment_empty", _("The comment is empty: write down what was said, then confirm it."))
    comment.state = Comment.State.CONFIRMED
    comment.save(update_fields=["state"])
    stands_for = _for(by, comment.by)
    for problem in comment.problems.select_related("theme"):
        followup = followups.FollowUp(
            kind="problem",
            entry=comment.entry,
            source=acts.subject_of(problem),
            source_text=comment.by.both,
            statement=problem.statement,
            theme=problem.theme,
        )
        followups.raise_followup(followup, by=by, now=now, on_behalf_of=stands_for)
    about = {"on_behalf_of": stands_for, "entry": comment.entry.number}
    note("confirm_comment", comment.meeting, by=by, now=now, decides=_said(comment), **about)
    live.announce(f"ledger-{comment.meeting.cycle_id}")
    return comment


@transaction.atomic
def ask(
    meeting: Meeting,
    entry: Entry,
    *,
    asker: str,
    text: str,
    answer: str = "",
    parent: Question | None = None,
    announced: bool = False,
    by: Any,
    now: datetime,
) -> Question:
    """Write down a question, with its answer if there was one; before the entry reports it is one asked beforehand.
    `parent` is the question it follows up; `announced` lets the unit read it before it reports (R32).
    """
    beforehand = rules.not_reported_yet(meeting, entry) is not None
    ensure(word_rules.may_ask(by, meeting, entry, parent))
    question = Question.objects.create(
        entry=entry,
        asker=asker,
        text=text,
        answer=answer,
        answered=bool(answer),
        parent=parent,
        beforehand=beforehand,
        announced=announced,
    )
    note("ask", meeting, by=by, now=now, entry=entry.number, decides={"question": [question]})
    return question


@transaction.atomic
def undertake(
    meeting: Meeting, entry: Entry, *, text: str, due: date | None = None, by: Any, now: datetime
) -> Undertaking:
    """Keep what the reporter undertook after the comment, with its date and by when it is to be done (R36)."""
    ensure(rules.may_undertake(by, meeting, entry))
    values = {"text": text, "made_at": now, "due": due}
    undertaking, _made = Undertaking.objects.update_or_create(entry=entry, defaults=values)
    about = {"on_behalf_of": _for(by, entry.holder), "entry": entry.number}
    note("undertake", meeting, by=by, now=now, decides={"undertaking": [undertaking]}, **about)
    return undertaking


@transaction.atomic
def reply(meeting: Meeting, entry: Entry, *, text: str, by: Any, now: datetime) -> Reply:
    """Keep what the reporter answers in writing to the confirmed comments; it changes nothing in them."""
    ensure(word_rules.may_reply(by, meeting, entry))
    answer, _made = Reply.objects.update_or_create(entry=entry, defaults={"text": text, "at": now})
    about = {"on_behalf_of": _for(by, entry.holder), "entry": entry.number}
    note("reply", meeting, by=by, now=now, decides={"reply": [answer]}, **about)
    return answer


@transaction.atomic
def write_speech(meeting: Meeting, *, text: str, by: Any, now: datetime) -> Speech:
    """Keep the presiding officer's closing speech; marked passages have to stay in it."""
    meeting = locked(meeting)
    ensure(rules.may_speak(by, meeting))
    known = Speech.objects.filter(meeting=meeting).first()
    lost = [passage for passage in (known.passages.all() if known else []) if passage.text not in text]
    if lost:
        raise refuse(
            "passage_lost",
            _("A marked passage would be lost: “%(passage)s”. Keep it in the text.") % {"passage": lost[0].text[:40]},
        )
    speech, _made = Speech.objects.update_or_create(meeting=meeting, defaults={"text": text, "by": meeting.presiding})
    stands_for = _for(by, meeting.presiding)
    note("write_speech", meeting, by=by, now=now, on_behalf_of=stands_for, decides={"speech": [speech]})
    return speech


@transaction.atomic
def mark_passage(
    speech: Speech,
    *,
    kind: str,
    text: str,
    theme: Theme | None,
    addressees: list[Entry],
    due: date | None,
    by: Any,
    now: datetime,
) -> Passage:
    """Mark a passage of the speech. A priority becomes a task of every addressee when the meeting is
    closed (M12).
    """
    meeting = locked(speech.meeting)
    ensure(rules.may_speak(by, meeting))
    if text not in speech.text:
        raise refuse("passage_unknown", _("This passage does not stand in the speech: copy it from the text."))
    if kind == Passage.Kind.PRIORITY and not addressees:
        raise refuse("no_addressee", _("A priority needs somebody to carry it out: choose the units."))
    place = (speech.passages.aggregate(last=Max("position"))["last"] or 0) + 1
    passage = Passage.objects.create(speech=speech, position=place, kind=kind, text=text, theme=theme, due=due)
    passage.addressees.set(addressees)
    if meeting.state == Meeting.State.CLOSED:
        priorities.hand_out(meeting, by=by, now=now)
    about = {"on_behalf_of": _for(by, meeting.presiding), "kind": kind}
    note("mark_passage", meeting, by=by, now=now, decides=_marked(passage), **about)
    return passage


def _marked(passage: Passage) -> dict[str, list[Any]]:
    return {"passage": [passage], "addressees": [passage]}


@transaction.atomic
def unmark_passage(passage: Passage, *, by: Any, now: datetime) -> None:
    """Take a mark off, until the meeting is closed: after that a priority is a task of others."""
    meeting = locked(passage.speech.meeting)
    ensure(word_rules.may_unmark(by, meeting))
    about = {"on_behalf_of": _for(by, meeting.presiding), "kind": passage.kind}
    note("unmark_passage", meeting, by=by, now=now, deletes=_marked(passage), **about)
    passage.delete()
