"""The phrase bank: an organisation's own phrases by part of the comment and theme, kept from one year to the next."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import ensure, refuse
from shuping.meetings import word_rules
from shuping.meetings.actions import note
from shuping.meetings.models import Meeting, Phrase

LONGEST, MOST = 600, 300


@transaction.atomic
def keep_phrase(meeting: Meeting, *, part: str, theme: str = "", text: str, by: Any, now: datetime) -> Phrase:
    """Add a phrase to the organiser's bank; the same one twice is one."""
    ensure(word_rules.may_keep_phrases(by, meeting))
    text = " ".join(text.split())
    if not text:
        raise refuse("phrase_empty", _("There is nothing to keep: write the text first."))
    if len(text) > LONGEST:
        raise refuse("phrase_long", _("A phrase has at most %(number)d characters.") % {"number": LONGEST})
    organiser = meeting.cycle.organiser
    if organiser.phrases.count() >= MOST:
        raise refuse("phrases_full", _("The phrase bank is full: take out what nobody uses."))
    phrase, _made = Phrase.objects.get_or_create(organiser=organiser, part=part, theme=theme, text=text)
    note("keep_phrase", meeting, by=by, now=now)
    return phrase


@transaction.atomic
def drop_phrase(meeting: Meeting, phrase: Phrase, *, by: Any, now: datetime) -> None:
    """Take a phrase out of the bank; comments that used it keep their words."""
    ensure(word_rules.may_keep_phrases(by, meeting))
    phrase.delete()
    note("drop_phrase", meeting, by=by, now=now)


def inserted(given: dict[str, Any], phrase: Phrase, places: int) -> dict[str, Any]:
    """The fields of a comment form with a phrase put in: after what stands in its part, or as the first problem that
    is free. With no problem free the fields are unchanged.
    """
    if phrase.part != Phrase.Part.PROBLEM:
        return given | {phrase.part: "\n".join(filter(None, [given.get(phrase.part), phrase.text]))}
    free = next((place for place in range(1, places + 1) if not given.get(f"problem_{place}")), None)
    return given | {f"problem_{free}": phrase.text, f"theme_{free}": phrase.theme} if free else given
