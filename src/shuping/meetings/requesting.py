"""What a unit is asked for, and what of it the others shall hear: requests, data to provide, good practice."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from shuping.core.refusals import ensure
from shuping.cycles.models import Entry
from shuping.meetings import word_rules
from shuping.meetings.actions import note
from shuping.meetings.models import Comment, GoodPractice, Meeting, Request


@transaction.atomic
def request(
    meeting: Meeting, entry: Entry, *, kind: str, text: str, due: date | None, by: Any, now: datetime
) -> Request:
    """Write down what a unit was asked for: something to do, or data to provide; the memo lists it (R38)."""
    ensure(word_rules.may_request(by, meeting, entry, kind))
    asked = Request.objects.create(entry=entry, kind=kind, text=text, due=due)
    note("request", meeting, by=by, now=now, entry=entry.number, kind=kind, decides={"request": [asked]})
    return asked


@transaction.atomic
def withdraw_request(meeting: Meeting, asked: Request, *, by: Any, now: datetime) -> None:
    """Take a request off again: it was written down by mistake."""
    ensure(word_rules.may_request(by, meeting, asked.entry, asked.kind))
    note("withdraw_request", meeting, by=by, now=now, entry=asked.entry.number, deletes={"request": [asked]})
    asked.delete()


@transaction.atomic
def tell_practice(comment: Comment, *, text: str, by: Any, now: datetime) -> GoodPractice:
    """Take what was recognised into the circular of good practice, in words for other units (R89)."""
    ensure(word_rules.may_tell_practice(by, comment))
    practice, _made = GoodPractice.objects.update_or_create(comment=comment, defaults={"text": text})
    about = {"entry": comment.entry.number, "decides": {"practice": [practice]}}
    note("tell_practice", comment.meeting, by=by, now=now, **about)
    return practice


@transaction.atomic
def drop_practice(practice: GoodPractice, *, by: Any, now: datetime) -> None:
    """Take it out of the circular again."""
    ensure(word_rules.may_tell_practice(by, practice.comment))
    about = {"entry": practice.comment.entry.number, "deletes": {"practice": [practice]}}
    note("drop_practice", practice.comment.meeting, by=by, now=now, **about)
    practice.delete()
