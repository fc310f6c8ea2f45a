"""What the pages of words show: everything of a reporter's file beside the comment that is being written."""

from typing import Any

from shuping.core.refusals import Refusal
from shuping.cycles.models import Entry
from shuping.meetings import forms, queries, rules, word_queries, word_rules
from shuping.meetings.models import Comment, Meeting, Question, Request
from shuping.reports import field_rules, fieldwork
from shuping.reports import queries as reports

State = Comment.State
# What leads a comment on, in the order in which it is asked.
STEPS = {"clear": word_rules.may_clear, "say": word_rules.may_say, "confirm": word_rules.may_confirm}


def comments(person: Any, entry: Entry) -> list[dict[str, Any]]:
    """The comments that a person reads, each with what was prepared otherwise and what can be done with it now."""
    return [_comment(person, comment) for comment in queries.comments_for(person, entry)]


def _comment(person: Any, comment: Comment) -> dict[str, Any]:
    refusals = {step: rule(person, comment) for step, rule in STEPS.items()}
    prepares = queries.reads_drafts(person, comment.entry)
    return {
        "comment": comment,
        "steps": [step for step, refusal in refusals.items() if refusal is None],
        "why": None if comment.state == State.CONFIRMED else refusals["confirm"],
        "prepared": word_queries.prepared(comment) if prepares else None,
        "practice": getattr(comment, "practice", None) if prepares else None,
        "practice_form": _practice_form(person, comment),
    }


def _practice_form(person: Any, comment: Comment) -> Any:
    if word_rules.may_tell_practice(person, comment):
        return None
    known = getattr(comment, "practice", None)
    return forms.PracticeForm(
        initial={"text": known.text if known else comment.recognised}, auto_id=f"practice-{comment.pk}-%s"
    )


def beside(person: Any, entry: Entry) -> dict[str, Any]:
    """What lies beside the report: figures year on year, what was said last year, what was seen on the spot."""
    reads = field_rules.may_read(person, entry) is None
    return {
        "figures": reports.figures(entry),
        "said_last_year": word_queries.said_last_year(entry),
        "field_checks": fieldwork.checks_of(entry) if reads else [],
        "reads_field_checks": reads,
    }


def said(person: Any, meeting: Meeting, entry: Entry) -> dict[str, Any]:
    """Questions, undertaking, reply, requests and the own note, each with its form for whoever may write it."""
    return {
        **_questions(person, meeting, entry),
        **_of_the_reporter(person, meeting, entry),
        "requests": entry.requests.all(),
        "request_form": _form(word_rules.may_request(person, meeting, entry, Request.Kind.REQUEST), forms.RequestForm),
        "note_form": _form(
            word_rules.may_note(person, meeting), forms.NoteForm, initial={"text": word_queries.note_of(person, entry)}
        ),
    }


def _questions(person: Any, meeting: Meeting, entry: Entry) -> dict[str, Any]:
    early = rules.not_reported_yet(meeting, entry) is not None
    asked = word_queries.questions_for(person, entry, reported=not early)
    kind = forms.EarlyQuestionForm if early else forms.QuestionForm
    return {
        "questions": [_question(person, meeting, question) for question in asked],
        "question_form": _form(word_rules.may_ask(person, meeting, entry), kind, entry=entry),
        "early": early,
    }


def _question(person: Any, meeting: Meeting, question: Question) -> dict[str, Any]:
    may_answer = not question.answered and word_rules.may_answer(person, meeting, question.entry) is None
    return {
        "question": question,
        "answer_form": forms.AnswerForm(auto_id=f"answer-{question.pk}-%s") if may_answer else None,
        "may_follow": word_rules.may_follow_question(person, meeting, question) is None,
    }


def _of_the_reporter(person: Any, meeting: Meeting, entry: Entry) -> dict[str, Any]:
    undertaking, reply = getattr(entry, "undertaking", None), getattr(entry, "reply", None)
    promised = {"text": undertaking.text, "due": undertaking.due} if undertaking else {}
    return {
        "undertaking": undertaking,
        "undertaking_form": _form(rules.may_undertake(person, meeting, entry), forms.UndertakingForm, initial=promised),
        "reply": reply,
        "reply_form": _form(
            word_rules.may_reply(person, meeting, entry), forms.ReplyForm, initial={"text": reply.text if reply else ""}
        ),
    }


def _form(refusal: Refusal | None, kind: Any, **given: Any) -> Any:
    """An empty form for whoever may send it; its fields have ids of their own on a page with several."""
    return None if refusal else kind(auto_id=f"{kind.__name__.removesuffix('Form').lower()}-%s", **given)
