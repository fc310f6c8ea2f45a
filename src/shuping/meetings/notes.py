"""Private notes of the panel: each reads only the own ones, nothing prints them, they end with the year."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shuping.core.refusals import ensure
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import word_rules
from shuping.meetings.actions import note
from shuping.meetings.models import Meeting, PrivateNote


@transaction.atomic
def keep_note(meeting: Meeting, entry: Entry, *, text: str, by: Any, now: datetime) -> None:
    """Keep somebody's own note on an entry; an empty one deletes it. The log tells that it happened, never what."""
    ensure(word_rules.may_note(by, meeting))
    mine = PrivateNote.objects.filter(entry=entry, by=by)
    if text:
        PrivateNote.objects.update_or_create(entry=entry, by=by, defaults={"text": text})
    else:
        mine.delete()
    note("keep_note", meeting, by=by, now=now)


def forget_notes(cycle: Cycle) -> None:
    """Delete every private note of a year; called when the year is finished."""
    PrivateNote.objects.filter(entry__cycle=cycle).delete()
