"""Priorities of the closing speech become tasks when the meeting is closed; until then a mark can be mended (M12)."""

from datetime import datetime
from typing import Any

from shuping.core import acts
from shuping.cycles import followups
from shuping.meetings.models import Meeting, Passage


def hand_out(meeting: Meeting, *, by: Any, now: datetime) -> None:
    """Raise a task for every addressee of every priority, inside the caller's transaction; twice is once."""
    found = Passage.objects.filter(speech__meeting=meeting, kind=Passage.Kind.PRIORITY)
    for passage in found.select_related("speech__by", "theme").prefetch_related("addressees__holder"):
        speaker = passage.speech.by
        for entry in passage.addressees.all():
            followup = followups.FollowUp(
                kind="priority",
                entry=entry,
                source=acts.subject_of(passage),
                source_text=speaker.both,
                statement=passage.text,
                theme=passage.theme,
                due=passage.due,
            )
            followups.raise_followup(followup, by=by, now=now, on_behalf_of=None if by == speaker else speaker)
