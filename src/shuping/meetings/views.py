"""Pages of a meeting for those who hold it: set-up, list, desk, files of the reporters, speech, minutes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.refusals import FaultyRows, ensure
from shuping.core.text import around_changes, language_code, line_differences
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import actions, commenting, forms, queries, rules, word_pages, word_queries, word_rules
from shuping.meetings import minutes as drafting
from shuping.meetings.models import Comment, Meeting


@login_required
def meeting(request: HttpRequest, cycle: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, int(cycle.partition("-")[0]))
    if "group" in request.GET or queries.meeting_of(year) is None:
        return _create(request, year, request.GET.get("group", ""))
    found = queries.meeting_for(request.user, cycle)
    return render(request, "meetings/meeting.html", _meeting(request, year, found))


def _create(request: HttpRequest, year: Cycle, group: str) -> HttpResponse:
    refusal = rules.may_create(request.user, year, group)
    context = {
        "cycle": year,
        "refusal": refusal,
        "form": None if refusal else forms.MeetingForm(cycle=year, initial={"group": group}),
        "group": group,
        "others": [one for one in queries.groups_without_meeting(year, queries.meetings_of(year)) if one != group],
    }
    return render(request, "meetings/create.html", context)


def _meeting(request: HttpRequest, year: Cycle, found: Meeting) -> dict[str, Any]:
    people, held = queries.attendance(found), queries.meetings_of(year)
    return {
        "groups": held,
        "free_groups": queries.groups_without_meeting(year, held),
        "rest": queries.rest_without_meeting(year, held),
        "cycle": year,
        "meeting": found,
        "agenda": queries.agenda(found),
        "quorums": queries.quorums(found),
        "categories": queries.present_by_category(people),
        "people": len(people),
        "present": sum(one.present for one in people),
        "roster_form": forms.RosterForm(),
        "speech": getattr(found, "speech", None),
        "runs": rules.may_run(request.user, found) is None,
        "files": queries.files_of(request.user, year),
        "prepares": word_rules.may_prepare(request.user, found) is None,
        "reads_speech": rules.may_read_speech(request.user, found) is None,
        "reads_minutes": rules.may_read_minutes(request.user, found) is None,
        "refusals": {
            "roster": rules.may_set_roster(request.user, found),
            "open": rules.may_open(request.user, found),
            "close": rules.may_close(request.user, found),
        },
    }


@login_required
@require_POST
def create_meeting(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    ensure(rules.may_create(request.user, year, request.POST.get("group", "")))
    form = forms.MeetingForm(request.POST, cycle=year)
    if not form.is_valid():
        return render(request, "meetings/create.html", {"cycle": year, "form": form}, status=400)
    found = actions.create_meeting(year, **form.given(), by=request.user, now=clock.now())
    messages.success(request, _("The meeting is set up. Next: the list of those who attend."))
    return redirect("meeting", found.address)


@login_required
@require_POST
def set_roster(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the workbook with the list, then send it."))
        return redirect("meeting", cycle)
    upload, dry_run = form.cleaned_data["roster"], form.cleaned_data["dry_run"]
    given = {"body": upload.read(), "name": upload.name, "dry_run": dry_run}
    try:
        number = actions.set_roster(found, **given, by=request.user, now=clock.now())
    except FaultyRows as error:
        context = _meeting(request, found.cycle, found) | {"faults": error.faults}
        return render(request, "meetings/meeting.html", context, status=409)
    tried = _("All %(number)d rows can be taken. Nothing was stored; send the list once more without the tick.")
    messages.success(request, (tried if dry_run else _("%(number)d people are on the list.")) % {"number": number})
    return redirect("meeting", cycle)


def _step(action: Callable[..., Any], done: Callable[[], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    @login_required
    @require_POST
    def view(request: HttpRequest, cycle: int) -> HttpResponse:
        action(queries.meeting_for(request.user, cycle), by=request.user, now=clock.now())
        messages.success(request, done())
        return redirect("meeting", cycle)

    return view


lock_minutes = _step(actions.lock_minutes, lambda: _("The minutes are locked."))


@login_required
def dossier(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """A reporter's file: this year's report beside last year's problems, and what was said."""
    found, entry = queries.hearing_for(request.user, cycle, number)
    return render(request, "meetings/dossier.html", dossier_context(request, found, entry))


def dossier_context(request: HttpRequest, found: Meeting, entry: Entry) -> dict[str, Any]:
    """All that a reporter's file shows to whoever asks."""
    person, speaker = request.user, _speaker(request, found)
    allowed = _may(person, found, entry, speaker)
    written = queries.comment_by(speaker, entry)
    return {
        "cycle": found.cycle,
        "meeting": found,
        "entry": entry,
        "item": queries.item_of(found, entry.number),
        "report": queries.newest_report(entry),
        "carried": cycles.carried(entry),
        "duties": cycles.duties(entry),
        "comments": word_pages.comments(person, entry),
        "speaker": speaker,
        "speakers": [one for one in queries.speakers(found.cycle) if _may(person, found, entry, one)],
        "comment_form": forms.CommentForm(cycle=found.cycle, comment=written) if allowed else None,
        "written": written,
        "phrases": word_queries.phrases(found.cycle) if allowed else [],
        **word_pages.beside(person, entry),
        **word_pages.said(person, found, entry),
    }


def _may(person: Any, found: Meeting, entry: Entry, speaker: Any) -> bool:
    return rules.may_comment(person, found, entry, speaker) is None


def _speaker(request: HttpRequest, found: Meeting) -> Any:
    """For whom the page's comment form is: the one asked for, oneself, or the presiding officer."""
    speakers = queries.speakers(found.cycle)
    own = request.user if request.user in speakers else found.presiding
    return named_speaker(speakers, request.GET.get("speaker") or request.POST.get("speaker")) or own


def named_speaker(speakers: list[Any], key: str | None) -> Any:
    """The one of the speakers whose key this is, or None: nobody is ever guessed."""
    return next((one for one in speakers if str(one.pk) == key), None)


@login_required
@require_POST
def write_comment(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    found, entry = queries.hearing_for(request.user, cycle, number)
    speaker = named_speaker(queries.speakers(found.cycle), request.POST.get("speaker"))
    ensure(rules.may_comment(request.user, found, entry, speaker))
    form = forms.CommentForm(request.POST, cycle=found.cycle)
    if not form.is_valid():
        context = dossier_context(request, found, entry) | {"comment_form": form}
        return render(request, "meetings/dossier.html", context, status=400)
    given = form.cleaned_data
    comment = commenting.write_comment(
        found,
        entry,
        speaker,
        recognised=given["recognised"],
        problems=form.problems(),
        direction=given["direction"],
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, _("Kept, not yet confirmed: %(name)s.") % {"name": comment.by.name})
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def confirm_comment(request: HttpRequest, cycle: int, number: str, comment: int) -> HttpResponse:
    _found, entry = queries.hearing_for(request.user, cycle, number)
    said = commenting.confirm_comment(
        get_object_or_404(Comment, pk=comment, entry=entry), by=request.user, now=clock.now()
    )
    words = {"number": said.problems.count()}
    messages.success(request, _("Confirmed. %(number)d problems stand in the ledger.") % words)
    return redirect("dossier", cycle, number)


@login_required
def minutes(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_read_minutes(request.user, found))
    kept = getattr(found, "minutes", None)
    refusal = rules.may_write_minutes(request.user, found)
    form = forms.MinutesForm(request.POST or None, initial={"text": kept.text if kept else ""})
    if request.method == "POST" and form.is_valid():
        actions.write_minutes(found, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, _("The minutes are kept."))
        return redirect("minutes", cycle)
    changes = line_differences(kept.draft.splitlines(), kept.text.splitlines()) if kept else []
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "minutes": kept,
        "form": form,
        "refusal": refusal,
        "lines": around_changes(changes),
        "anchor": drafting.locked_at(found),
        "language": language_code(),
    }
    return render(request, "meetings/minutes.html", context)
