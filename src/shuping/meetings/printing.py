"""Note that the presiding officer's script was printed, so that later only its changed pages are."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shuping.core.refusals import ensure
from shuping.documents.blocks import Language
from shuping.meetings import rules, scripts
from shuping.meetings.actions import locked, note
from shuping.meetings.models import Meeting, PrintedScript


@transaction.atomic
def note_printed(meeting: Meeting, *, language: Language, by: Any, now: datetime) -> int:
    """Keep what every page says now. Returns how many pages there are."""
    meeting = locked(meeting)
    ensure(rules.may_run(by, meeting))
    digests = scripts.digests(meeting, language)
    values = {"digests": digests, "at": now}
    PrintedScript.objects.update_or_create(meeting=meeting, language=language, defaults=values)
    note("note_printed", meeting, by=by, now=now, language=language)
    return len(digests)
