"""Questions go on: they are answered later, and some become ledger items (R32)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shuping.core import acts, live
from shuping.core.refusals import ensure
from shuping.cycles import followups
from shuping.meetings import word_rules
from shuping.meetings.actions import note
from shuping.meetings.models import Meeting, Question


@transaction.atomic
def answer_question(meeting: Meeting, question: Question, *, answer: str, by: Any, now: datetime) -> Question:
    """Keep the answer; a later one takes its place."""
    ensure(word_rules.may_answer(by, meeting, question.entry))
    question.answer, question.answered = answer, True
    question.save(update_fields=["answer", "answered"])
    stands_for = None if by == question.entry.holder else question.entry.holder
    about = {"on_behalf_of": stands_for, "entry": question.entry.number}
    note("answer_question", meeting, by=by, now=now, decides={"question": [question]}, **about)
    return question


@transaction.atomic
def follow_question(meeting: Meeting, question: Question, *, by: Any, now: datetime) -> Question:
    """Make a ledger item of a question, word for word; its source names who asked, by role."""
    question = Question.objects.select_for_update(of=("self",)).select_related("entry__cycle").get(pk=question.pk)
    ensure(word_rules.may_follow_question(by, meeting, question))
    question.in_ledger = True
    question.save(update_fields=["in_ledger"])
    followup = followups.FollowUp(
        kind="problem",
        entry=question.entry,
        source=acts.subject_of(question),
        source_text=question.asker,
        statement=question.text,
    )
    followups.raise_followup(followup, by=by, now=now)
    note("follow_question", meeting, by=by, now=now, entry=question.entry.number, decides={"question": [question]})
    live.announce(f"ledger-{meeting.cycle_id}")
    return question
