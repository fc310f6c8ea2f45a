"""What is said in a meeting: comments, questions, undertakings, the speech. Confirmed problems and priorities go to
the ledger without retyping (R33-R36, M6, M12).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core import acts, live
from shuping.core.refusals import ensure, refuse
from shuping.cycles import followups
from shuping.cycles.models import Entry, Theme
from shuping.meetings import rules
from shuping.meetings.actions import locked, note
from shuping.meetings.models import Comment, Meeting, Passage, Problem, Question, Speech, Undertaking


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
    note("write_comment", meeting, by=by, now=now, on_behalf_of=_for(by, speaker), entry=entry.number)
    return comment


@transaction.atomic
def confirm_comment(comment: Comment, *, by: Any, now: datetime) -> Comment:
    """Confirm what was said: each problem becomes a ledger item, word for word (R35)."""
    found = Comment.objects.select_for_update(of=("self",)).select_related("meeting__cycle", "entry__cycle", "by")
    comment = found.get(pk=comment.pk)
    ensure(rules.may_confirm(by, comment))
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
    note("confirm_comment", comment.meeting, by=by, now=now, on_behalf_of=stands_for, entry=comment.entry.number)
    live.announce(f"ledger-{comment.meeting.cycle_id}")
    return comment


@transaction.atomic
def ask(meeting: Meeting, entry: Entry, *, asker: str, text: str, answer: str, by: Any, now: datetime) -> Question:
    """Write down a question from the floor, with its answer if there was one (R32)."""
    ensure(rules.may_run(by, meeting))
    question = Question.objects.create(entry=entry, asker=asker, text=text, answer=answer, answered=bool(answer))
    note("ask", meeting, by=by, now=now, entry=entry.number)
    return question


@transaction.atomic
def undertake(meeting: Meeting, entry: Entry, *, text: str, by: Any, now: datetime) -> Undertaking:
    """Keep what the reporter undertook after the comment (R36)."""
    ensure(rules.may_undertake(by, meeting, entry))
    values = {"text": text, "made_at": now}
    undertaking, _made = Undertaking.objects.update_or_create(entry=entry, defaults=values)
    note("undertake", meeting, by=by, now=now, on_behalf_of=_for(by, entry.holder), entry=entry.number)
    return undertaking


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
    note("write_speech", meeting, by=by, now=now, on_behalf_of=_for(by, meeting.presiding))
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
    """Mark a passage of the speech. A priority becomes a task of every addressee (M12)."""
    meeting = locked(speech.meeting)
    ensure(rules.may_speak(by, meeting))
    if text not in speech.text:
        raise refuse("passage_unknown", _("This passage does not stand in the speech: copy it from the text."))
    if kind == Passage.Kind.PRIORITY and not addressees:
        raise refuse("no_addressee", _("A priority needs somebody to carry it out: choose the units."))
    place = speech.passages.count() + 1
    passage = Passage.objects.create(speech=speech, position=place, kind=kind, text=text, theme=theme, due=due)
    passage.addressees.set(addressees)
    if kind == Passage.Kind.PRIORITY:
        _hand_out(passage, addressees, by=by, now=now)
    note("mark_passage", meeting, by=by, now=now, on_behalf_of=_for(by, meeting.presiding), kind=kind)
    return passage


def _hand_out(passage: Passage, addressees: list[Entry], *, by: Any, now: datetime) -> None:
    speaker = passage.speech.by
    for entry in addressees:
        followup = followups.FollowUp(
            kind="priority",
            entry=entry,
            source=acts.subject_of(passage),
            source_text=speaker.both,
            statement=passage.text,
            theme=passage.theme,
            due=passage.due,
        )
        followups.raise_followup(followup, by=by, now=now, on_behalf_of=_for(by, speaker))
