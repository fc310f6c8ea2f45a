"""Attendance, one by one: by the code of a card, by number or by name; late arrivals, early leavers, substitutes (R26,
R27).

When somebody came or left is for the quorum and the minutes; it has nothing to do with the ballot.
"""

import itertools
import os
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuping.core.refusals import NotYours, ensure, refuse
from shuping.meetings import rules
from shuping.meetings.actions import locked, note
from shuping.meetings.models import Attendance, Meeting

READINGS = 32  # of one name: most characters have one or two


def keys_of(one: Attendance) -> str:
    """What somebody is found by at the keyboard: number, names, pinyin in full and its initials."""
    english = "".join(word[0] for word in one.name_en.split())
    words = (str(one.precedence), one.name_zh, *_pinyin(one.name_zh), one.name_en, english)
    return " ".join((*words, one.substitute)).lower()


@lru_cache(maxsize=5000)
def _pinyin(name: str) -> tuple[str, ...]:
    """A name in pinyin and its initials, in every reading: at the keyboard nobody knows which one is right."""
    # Its dictionary of phrases takes 50 MB and knows no names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin  # noqa: PLC0415 - it reads the environment when it is loaded

    readings = itertools.islice(itertools.product(*pinyin(name, style=Style.NORMAL, heteronym=True)), READINGS)
    return tuple(
        dict.fromkeys(
            key
            for syllables in readings
            for key in ("".join(syllables), "".join(syllable[:1] for syllable in syllables))
        )
    )


def matching(people: Iterable[Attendance], typed: str) -> list[Attendance]:
    """Those of whom some key begins with what was typed, or whose card's code it is; everybody when nothing was."""
    typed = typed.strip().lower()

    def fits(one: Attendance) -> bool:
        # Of a code nobody types a part: its beginning would only stand in the way of a number's.
        return one.code.lower() == typed or any(key.startswith(typed) for key in keys_of(one).split())

    return [one for one in people if not typed or fits(one)]


def place_by_code(meeting: Meeting, code: str) -> Attendance:
    """The place whose card was scanned. Raises NotYours."""
    found = meeting.attendance.filter(code=code.strip().upper()).exclude(code="").first()
    if found is None:
        raise NotYours
    return found


def _place(meeting: Meeting, one: Attendance, by: Any) -> tuple[Meeting, Attendance]:
    meeting = locked(meeting)
    ensure(rules.may_check_in(by, meeting))
    return meeting, meeting.attendance.get(pk=one.pk)


def _note(verb: str, meeting: Meeting, one: Attendance, *, by: Any, now: datetime, **details: Any) -> None:
    note(verb, meeting, by=by, now=now, place=one.precedence, decides={"presence": [meeting]}, **details)


@transaction.atomic
def arrive(meeting: Meeting, one: Attendance, *, by: Any, now: datetime) -> Attendance:
    """Somebody is there; with the time, so that who came late is known. Pressed twice it is once."""
    meeting, one = _place(meeting, one, by)
    if not one.present:
        one.present, one.arrived_at, one.left_at = True, now, None
        one.save(update_fields=["present", "arrived_at", "left_at"])
        _note("arrive", meeting, one, by=by, now=now)
    return one


@transaction.atomic
def leave(meeting: Meeting, one: Attendance, *, by: Any, now: datetime) -> Attendance:
    """Somebody left: no longer counted for the quorum."""
    meeting, one = _place(meeting, one, by)
    if one.present:
        one.present, one.left_at = False, now
        one.save(update_fields=["present", "left_at"])
        _note("leave", meeting, one, by=by, now=now)
    return one


@transaction.atomic
def substitute(meeting: Meeting, one: Attendance, *, name: str, office: str, by: Any, now: datetime) -> Attendance:
    """Somebody comes for the one on the list: the seat keeps its category and its right to vote, but a substitute is no
    member of a body. An empty name takes that back.
    """
    meeting, one = _place(meeting, one, by)
    if name.strip() and name.strip() in {one.name_zh, one.name_en}:
        raise refuse("same_person", _("This is the person of the list: nobody substitutes for oneself."))
    one.substitute, one.substitute_office = name.strip()[:80], office.strip()[:120]
    one.save(update_fields=["substitute", "substitute_office"])
    _note("substitute", meeting, one, by=by, now=now, substitute=one.substitute)
    return one
