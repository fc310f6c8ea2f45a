"""What the room of meetings hands to the rooms below it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping.ballots import merging, opening
from shuping.core import clock, digests, jobs, live, pushed, todo
from shuping.cycles import endings, finished
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Deadline
from shuping.documents import kinds
from shuping.meetings import (
    canonical,
    documents,
    notes,
    packs,
    queries,
    rules,
    scripts,
    seating,
    word_documents,
    word_queries,
)
from shuping.meetings.models import Comment, Meeting


def register() -> None:
    for kind in (*documents.KINDS, *scripts.KINDS, *seating.KINDS, *word_documents.KINDS):
        kinds.register(kind)
    digests.register(*canonical.KINDS)
    jobs.register(packs.PACK)
    opening.register(rules.ballot_needs_quorum)
    merging.register(queries.voters_present)
    endings.register(notes.forget_notes)
    finished.takes("minutes", "write_minutes")
    finished.takes("lock-minutes", "lock_minutes")
    finished.takes("note-printed", "note_printed")
    finished.takes("pack", "print_pack")
    todo.register(organisers_steps)
    todo.register(speakers_steps)
    todo.register(drafts_to_clear)
    live.register("meeting", lambda pk: queries.is_over(pk, clock.now()))
    pushed.register("/now/", lambda pk: queries.now_page(pk, clock.now()))


def organisers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """Secretariat and clerk set the meeting up, open it, lead the desk, lock the minutes."""
    stages = (Cycle.Stage.REPORTING, Cycle.Stage.MEETING, Cycle.Stage.DECISION)
    mine = Cycle.objects.filter(roles__person=person, roles__kind__in=rules.RUN_IT, stage__in=stages).distinct()
    for cycle in mine[:5]:
        due, held = cycles.deadline(cycle, Deadline.Kind.MEETING), queries.meetings_of(cycle)
        for title, group in _to_set_up(cycle, held):
            if rules.may_create(person, cycle, group or "") is None:
                asked = "" if group is None else f"?{urlencode({'group': group})}"
                yield todo.Step(title, reverse("meeting", args=[cycle.pk]) + asked, due)
        for meeting in held:
            title, address = _next(person, meeting)
            if title:
                yield todo.Step(
                    _of(meeting, title, named=len(held) > 1),
                    reverse(address, args=[meeting.address]),
                    meeting.starts if len(held) > 1 else due,
                )


def _to_set_up(cycle: Cycle, held: list[Meeting]) -> Iterator[tuple[str, str | None]]:
    """The meetings that a year still lacks: what to do, and the group; None where the plan names none."""
    groups = queries.groups_without_meeting(cycle, held)
    if not held and not groups:
        yield _("Set the meeting up"), None
    for group in groups:
        yield _("Set up the meeting of %(group)s") % {"group": group}, group
    if (held or groups) and queries.rest_without_meeting(cycle, held):
        yield _("Set up the meeting of those without a group"), ""


def _of(meeting: Meeting, title: str, *, named: bool) -> str:
    """A step with the group that it is about, where there are several."""
    return _("%(group)s: %(what)s") % {"group": meeting.label, "what": title} if named else title


def _next(person: Any, meeting: Meeting) -> tuple[str, str]:
    if meeting.state == Meeting.State.PLANNED:
        title = (
            _("Check in and open the meeting")
            if meeting.attendance.exists()
            else _("Send in the list of those who attend")
        )
        return title, "attendance" if meeting.attendance.exists() else "meeting"
    if meeting.state == Meeting.State.OPEN:
        return _("Lead the meeting at the desk"), "desk"
    if rules.may_write_minutes(person, meeting) is None:
        return _("Check and lock the minutes"), "minutes"
    return "", ""


def speakers_steps(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """What somebody said on a report and has not confirmed yet; on whom the presiding officer has still to comment."""
    for comment in queries.to_confirm(person)[:20]:
        title = _("Confirm the comment on %(entry)s") % {"entry": comment.entry}
        yield todo.Step(title, reverse("dossier", args=[comment.meeting.cycle_id, comment.entry.number]))
    meetings = Meeting.objects.filter(presiding=person).exclude(state=Meeting.State.CLOSED).select_related("cycle")
    for meeting in meetings[:3]:
        yield from _presiding(meeting)


def _presiding(meeting: Meeting) -> Iterator[todo.Step]:
    commented = Comment.objects.filter(meeting=meeting, presiding=True).values("entry")
    left = meeting.agenda.exclude(entry__in=commented).count()
    if left:
        title = ngettext("Prepare the comment on %(number)d report", "Prepare the comments on %(number)d reports", left)
        due = cycles.deadline(meeting.cycle, Deadline.Kind.MEETING)
        told = _of(meeting, title % {"number": left}, named=bool(meeting.group))
        yield todo.Step(told, reverse("meeting", args=[meeting.address]), due)
    if not hasattr(meeting, "speech"):
        told = _of(meeting, _("Write the closing speech"), named=bool(meeting.group))
        yield todo.Step(told, reverse("speech", args=[meeting.address]))


def drafts_to_clear(person: Any, _now: datetime) -> Iterator[todo.Step]:
    """Drafts of comments that wait for this person's release: one step a meeting."""
    waiting: dict[Meeting, list[Comment]] = {}
    for comment in word_queries.to_clear(person):
        waiting.setdefault(comment.meeting, []).append(comment)
    for meeting, drafts in waiting.items():
        number = len(drafts)
        title = ngettext("Release %(number)d draft of a comment", "Release %(number)d drafts of comments", number)
        told = _of(meeting, title % {"number": number}, named=bool(meeting.group) or len(waiting) > 1)
        yield todo.Step(told, reverse("words", args=[meeting.address]))
