"""The minutes, drafted from what happened: who was there, who spoke for how long, what was said (R37)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from shuping.ballots import noted
from shuping.ballots import queries as ballots
from shuping.ballots.models import Ballot
from shuping.core import acts
from shuping.core.anchors import Anchor
from shuping.meetings import queries, word_queries
from shuping.meetings.models import AgendaItem, Comment, Meeting, Undertaking


def draft(meeting: Meeting) -> str:
    """The text of the minutes, one paragraph per line, in the language of whoever closes the meeting."""
    return "\n".join([*_head(meeting), *_turns(meeting), *_ballot(meeting), *_speech(meeting), *_end(meeting)])


def instant(moment: datetime) -> str:
    """Day and time where the site stands, in the reader's language: "Dec. 29, 2022, 09:00"."""
    day = formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
    return _("%(day)s, %(time)s") % {"day": day, "time": clock_time(moment)}


def clock_time(moment: datetime) -> str:
    return formats.time_format(timezone.localtime(moment), "H:i")


def _head(meeting: Meeting) -> Iterator[str]:
    yield _("%(title)s, %(place)s, %(day)s. Presiding: %(presiding)s.") % {
        "title": meeting.title,
        "place": meeting.place,
        "day": instant(meeting.starts),
        "presiding": meeting.presiding.name,
    }
    for quorum in queries.quorums(meeting):
        words = {"form": quorum.form.name, "present": quorum.present, "members": quorum.members}
        yield _("%(form)s: %(present)d of %(members)d members present.") % words
    if meeting.opened_at:
        yield _("Opened at %(time)s.") % {"time": clock_time(meeting.opened_at)}


def _turns(meeting: Meeting) -> Iterator[str]:
    for item in queries.proceedings(meeting):
        entry: Any = item.entry
        yield _turn(item)
        yield from _questions(entry)
        for comment in entry.confirmed:
            yield from _comment(comment)
        if hasattr(entry, "undertaking"):
            yield _undertaking(entry.undertaking)
        for asked in entry.requests.all():
            yield _("%(kind)s: %(text)s") % {"kind": asked.get_kind_display(), "text": asked.text}


def _undertaking(undertaking: Undertaking) -> str:
    if undertaking.due is None:
        return _("Undertaking: %(text)s") % {"text": undertaking.text}
    return _("Undertaking, by %(due)s: %(text)s") % {"due": undertaking.due.isoformat(), "text": undertaking.text}


def _questions(entry: Any) -> Iterator[str]:
    for question in word_queries.in_threads(list(entry.questions.all())):
        words = {"asker": question.asker, "question": question.text}
        followed = question.depth  # type: ignore[attr-defined]
        yield (_("%(asker)s asked further: %(question)s") if followed else _("%(asker)s asked: %(question)s")) % words
        yield _("Answer: %(answer)s") % {"answer": question.answer} if question.answered else _("Not answered yet.")


def _turn(item: AgendaItem) -> str:
    clock = queries.clock_of(item)
    if item.state == AgendaItem.State.WITHDRAWN:
        return _("%(entry)s was withdrawn and is not counted.") % {"entry": item.entry}
    if not item.oral:
        return _("%(entry)s reported in writing.") % {"entry": item.entry}
    if clock is None or clock.ended is None or clock.started is None:
        return _("%(entry)s has not reported.") % {"entry": item.entry}
    spoken = queries.elapsed(clock, clock.ended)
    minutes, seconds = divmod(spoken, 60)
    words = {"entry": item.entry, "minutes": minutes, "seconds": seconds, "begun": clock_time(clock.started)}
    over = spoken - clock.limit
    if over > 0:
        sentence = _("%(entry)s reported from %(begun)s (%(minutes)d min %(seconds)d s, %(over)d s too long).")
        return sentence % (words | {"over": over})
    return _("%(entry)s reported from %(begun)s (%(minutes)d min %(seconds)d s).") % words


def _comment(comment: Comment) -> Iterator[str]:
    yield _("%(name)s commented: %(text)s") % {"name": comment.by.name, "text": comment.recognised}
    for place, problem in enumerate(comment.problems.all(), 1):
        yield _("(%(place)d) %(problem)s") % {"place": place, "problem": problem.statement}
    if comment.direction:
        yield comment.direction


def _speech(meeting: Meeting) -> Iterator[str]:
    speech = getattr(meeting, "speech", None)
    if speech:
        yield _("%(name)s spoke: %(text)s") % {"name": speech.by.name, "text": speech.text}


def _ballot(meeting: Meeting) -> Iterator[str]:
    """Who could vote on those whom the meeting heard and how many did, by category, and where the log of acts stood
    when they began and ended; never a result.
    """
    ballot = ballots.ballot_of(meeting.cycle)
    if ballot is None or ballot.state == Ballot.State.PREPARED:
        return
    for row in queries.turnout(ballot, queries.agenda(meeting)):
        words = {"category": row["name"], "slips": row["electorate"], "cast": row["cast"], "paper": row["paper"]}
        yield _("Ballot, %(category)s: %(slips)d slips, %(cast)d voted by phone, %(paper)d papers issued.") % words
    if opened := noted.opened(ballot):
        yield _("Log of acts when the ballot was opened: %(anchor)s.") % {"anchor": opened}
    if closed := noted.closed(ballot):
        yield _("Log of acts when the ballot was closed: %(anchor)s.") % {"anchor": closed}


def locked_at(meeting: Meeting) -> Anchor | None:
    """Where the log of acts stood when the minutes were locked; None before."""
    act = acts.last("lock_minutes", meeting)
    return acts.anchor_at(act) if act else None


def _end(meeting: Meeting) -> Iterator[str]:
    if meeting.closed_at:
        yield _("Closed at %(time)s.") % {"time": clock_time(meeting.closed_at)}
