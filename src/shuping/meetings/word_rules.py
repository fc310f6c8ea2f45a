"""Who may do what with the words of a meeting: release, confirm, ask, note down, unmark, make known."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import Refusal, first
from shuping.cycles import rules as years
from shuping.cycles.models import Cycle, Entry, Role
from shuping.meetings import queries, rules
from shuping.meetings.models import Comment, Meeting, Question, Request

PANEL = (*queries.COMMENT_ON_EVERYBODY, Role.Kind.COMMITTEE)
PREPARE = (*PANEL, *rules.RUN_IT)


def may_prepare(person: Any, meeting: Meeting) -> Refusal | None:
    """Those who hold the meeting read what is prepared for it and ask beforehand; of a group its own chair."""
    return first(
        lambda: years.may_in_role(person, meeting.cycle, *PREPARE), lambda: rules.of_its_group(person, meeting, PREPARE)
    )


def may_clear(person: Any, comment: Comment) -> Refusal | None:
    """The secretariat or whoever speaks, but never who wrote the draft."""
    if comment.state != Comment.State.DRAFT:
        return Refusal("not_a_draft", _("Only a draft is released: this comment has gone on already."))
    wrote = comment.wordings.order_by("-id").first()
    if wrote and wrote.by_id == person.pk:
        return Refusal("own_draft", _("Somebody else releases a draft than the one who wrote it."))
    if is_speaker(person, comment):
        return None
    return years.may_in_role(person, comment.meeting.cycle, Role.Kind.SECRETARIAT)


def is_speaker(person: Any, comment: Comment) -> bool:
    """Whether it is the person's own comment, whoever wrote it down."""
    return bool(person == comment.by)


def may_say(person: Any, comment: Comment) -> Refusal | None:
    """Whoever spoke, or the clerk for them, after the report: it was said as it was prepared."""
    if comment.state not in {Comment.State.DRAFT, Comment.State.CLEARED}:
        return Refusal("said_already", _("It is on record already what was said."))
    return _after_the_report(person, comment)


def may_confirm(person: Any, comment: Comment) -> Refusal | None:
    """Whoever spoke, or the clerk for them, once it is on record what was really said."""
    if refusal := _after_the_report(person, comment):
        return refusal
    if comment.state == Comment.State.SPOKEN:
        return None
    return Refusal(
        "not_spoken", _("First what was really said is put on record: as prepared, or written down anew. Then confirm.")
    )


def _after_the_report(person: Any, comment: Comment) -> Refusal | None:
    return first(
        lambda: rules.not_reported_yet(comment.meeting, comment.entry),
        lambda: rules.may_comment(person, comment.meeting, comment.entry, comment.by),
    )


def may_reply(person: Any, meeting: Meeting, entry: Entry) -> Refusal | None:
    """The reporter, or the clerk for the reporter, to what is confirmed."""
    if not Comment.objects.filter(entry=entry, state=Comment.State.CONFIRMED).exists():
        return Refusal("nothing_to_reply", _("No comment is confirmed yet: there is nothing to reply to."))
    return years.may_act_for(person, entry.holder, meeting.cycle)


def may_ask(person: Any, meeting: Meeting, entry: Entry, parent: Question | None = None) -> Refusal | None:
    """Whoever leads the desk writes down what is asked; beforehand the panel asks, too."""
    if parent and parent.entry_id != entry.pk:
        return Refusal("other_question", _("The question that this one follows was put to somebody else."))
    if rules.not_reported_yet(meeting, entry):
        return may_prepare(person, meeting)
    return rules.may_run(person, meeting)


def may_answer(person: Any, meeting: Meeting, entry: Entry) -> Refusal | None:
    """Whoever leads the desk, or the reporter, once it is the reporter's turn to speak."""
    if refusal := rules.not_reported_yet(meeting, entry):
        return refusal
    return years.may_act_for(person, entry.holder, meeting.cycle)


def may_follow_question(person: Any, meeting: Meeting, question: Question) -> Refusal | None:
    """Whoever leads the desk makes a ledger item of a question, once, after the report."""
    if question.in_ledger:
        return Refusal("question_followed", _("This question stands in the ledger already."))
    return first(lambda: rules.not_reported_yet(meeting, question.entry), lambda: rules.may_run(person, meeting))


def may_note(person: Any, meeting: Meeting) -> Refusal | None:
    """Those who comment or decide, for themselves, until the year is finished."""
    if meeting.cycle.stage == Cycle.Stage.FINISHED:
        return Refusal("year_finished", _("The year is finished: private notes are deleted."))
    return years.may_in_role(person, meeting.cycle, *PANEL)


def may_keep_phrases(person: Any, meeting: Meeting) -> Refusal | None:
    """Those who write comments add phrases and take them away."""
    return years.may_in_role(person, meeting.cycle, *queries.COMMENT_ON_EVERYBODY, *rules.RUN_IT)


def may_request(person: Any, meeting: Meeting, entry: Entry, kind: str) -> Refusal | None:
    """Whoever leads the desk writes down what a unit is asked for, after its report."""
    if kind not in Request.Kind.values:
        return Refusal("kind_unknown", _("Choose what is asked for: something to do, or data to provide."))
    return first(lambda: rules.not_reported_yet(meeting, entry), lambda: rules.may_run(person, meeting))


def may_tell_practice(person: Any, comment: Comment) -> Refusal | None:
    """The secretariat takes what was recognised into the circular, once it is confirmed (R89)."""
    if comment.state != Comment.State.CONFIRMED or not comment.recognised:
        return Refusal(
            "nothing_recognised", _("Only what is recognised in a confirmed comment goes into the circular.")
        )
    return years.may_in_role(person, comment.meeting.cycle, Role.Kind.SECRETARIAT)


def may_unmark(person: Any, meeting: Meeting) -> Refusal | None:
    """Like the speech itself, until the meeting is closed."""
    if meeting.state == Meeting.State.CLOSED:
        return Refusal("speech_held", _("The meeting is closed: what was marked is handed out and stays."))
    return rules.may_speak(person, meeting)
