"""Pages of a meeting for those who hold it: set-up, list, desk, files of the reporters, speech, minutes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock
from shuping.core.refusals import FaultyRows, ensure
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Entry
from shuping.meetings import actions, commenting, forms, queries, rules
from shuping.meetings.models import AgendaItem, Comment, Meeting


@login_required
def meeting(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.meeting_of(year)
    if found is None:
        refusal = rules.may_create(request.user, year)
        form = None if refusal else forms.MeetingForm(cycle=year)
        return render(request, "meetings/create.html", {"cycle": year, "refusal": refusal, "form": form})
    return render(request, "meetings/meeting.html", _meeting(request, year, found))


def _meeting(request: HttpRequest, year: Cycle, found: Meeting) -> dict[str, Any]:
    people = queries.attendance(found)
    return {
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
    ensure(rules.may_create(request.user, year))
    form = forms.MeetingForm(request.POST, cycle=year)
    if not form.is_valid():
        return render(request, "meetings/create.html", {"cycle": year, "form": form}, status=400)
    actions.create_meeting(year, **form.given(), by=request.user, now=clock.now())
    messages.success(request, _("The meeting is set up. Next: the list of those who attend."))
    return redirect("meeting", year.pk)


@login_required
@require_POST
def set_roster(request: HttpRequest, cycle: int) -> HttpResponse:
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


@login_required
def attendance(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    refusal = rules.may_check_in(request.user, found)
    if request.method == "POST":
        present = {int(key) for key in request.POST.getlist("present") if key.isdigit()}
        number = actions.check_in(found, present=present, by=request.user, now=clock.now())
        messages.success(request, _("%(number)d people are present.") % {"number": number})
        return redirect("attendance", cycle)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "people": queries.attendance(found),
        "quorums": queries.quorums(found),
        "refusal": refusal,
    }
    return render(request, "meetings/attendance.html", context)


def _step(action: Callable[..., Any], done: Callable[[], str]) -> Callable[[HttpRequest, int], HttpResponse]:
    @login_required
    @require_POST
    def view(request: HttpRequest, cycle: int) -> HttpResponse:
        action(queries.meeting_for(request.user, cycle), by=request.user, now=clock.now())
        messages.success(request, done())
        return redirect("meeting", cycle)

    return view


open_meeting = _step(actions.open_meeting, lambda: _("The meeting is open."))
close_meeting = _step(actions.close_meeting, lambda: _("The meeting is closed; its minutes are drafted."))
lock_minutes = _step(actions.lock_minutes, lambda: _("The minutes are locked."))

STEPS: dict[str, Callable[..., AgendaItem]] = {
    "call": actions.call,
    "back": actions.call_back,
    "start": actions.start_speech,
    "pause": actions.pause_speech,
    "resume": actions.resume_speech,
    "end": actions.end_speech,
    "finish": actions.finish_turn,
}


@login_required
def desk(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    agenda = queries.agenda(found)
    item, following = queries.current(agenda), queries.following(agenda)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "agenda": agenda,
        "item": item,
        "next": following,
        "face": queries.face(item, clock.now()),
        "clock": queries.clock_of(item),
        "comments": queries.comments(item.entry) if item else [],
        "close_refusal": None if item or following else rules.may_close(request.user, found),
    }
    return render(request, "meetings/desk.html", context)


@login_required
@require_POST
def step(request: HttpRequest, cycle: int, number: str, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    found = queries.meeting_for(request.user, cycle)
    STEPS[step](queries.item_of(found, number), by=request.user, now=clock.now())
    return redirect("desk", cycle)


@login_required
def dossier(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """A reporter's file: this year's report beside last year's problems, and what was said."""
    found = queries.meeting_for(request.user, cycle)
    entry = cycles.entry_for(request.user, found.cycle, number)
    return render(request, "meetings/dossier.html", _dossier(request, found, entry))


def _dossier(request: HttpRequest, found: Meeting, entry: Entry) -> dict[str, Any]:
    speaker = _speaker(request, found)
    allowed = _may(request.user, found, entry, speaker)
    written = queries.comment_by(speaker, entry)
    return {
        "cycle": found.cycle,
        "meeting": found,
        "entry": entry,
        "item": queries.item_of(found, entry.number),
        "report": queries.newest_report(entry),
        "carried": cycles.carried(entry),
        "duties": cycles.duties(entry),
        "comments": _with_refusals(request.user, queries.comments_for(request.user, entry)),
        "questions": entry.questions.order_by("id"),
        "undertaking": getattr(entry, "undertaking", None),
        "speaker": speaker,
        "speakers": [one for one in queries.speakers(found.cycle) if _may(request.user, found, entry, one)],
        "comment_form": forms.CommentForm(cycle=found.cycle, comment=written) if allowed else None,
        "written": written,
        "question_form": None if rules.may_run(request.user, found) else forms.QuestionForm(),
        "undertaking_form": None
        if rules.may_undertake(request.user, found, entry)
        else forms.UndertakingForm(initial={"text": getattr(getattr(entry, "undertaking", None), "text", "")}),
    }


def _may(person: Any, found: Meeting, entry: Entry, speaker: Any) -> bool:
    return rules.may_comment(person, found, entry, speaker) is None


def _with_refusals(person: Any, comments: list[Comment]) -> list[tuple[Comment, Any]]:
    return [(comment, rules.may_confirm(person, comment)) for comment in comments]


def _speaker(request: HttpRequest, found: Meeting) -> Any:
    """For whom the page's comment form is: the one asked for, oneself, or the presiding officer."""
    speakers = queries.speakers(found.cycle)
    own = request.user if request.user in speakers else found.presiding
    return _named(speakers, request.GET.get("speaker") or request.POST.get("speaker")) or own


def _named(speakers: list[Any], key: str | None) -> Any:
    return next((one for one in speakers if str(one.pk) == key), None)


@login_required
@require_POST
def write_comment(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    entry = cycles.entry_for(request.user, found.cycle, number)
    speaker = _named(queries.speakers(found.cycle), request.POST.get("speaker"))
    ensure(rules.may_comment(request.user, found, entry, speaker))
    form = forms.CommentForm(request.POST, cycle=found.cycle)
    if not form.is_valid():
        context = _dossier(request, found, entry) | {"comment_form": form}
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
    found = queries.meeting_for(request.user, cycle)
    entry = cycles.entry_for(request.user, found.cycle, number)
    said = commenting.confirm_comment(
        get_object_or_404(Comment, pk=comment, entry=entry), by=request.user, now=clock.now()
    )
    words = {"number": said.problems.count()}
    messages.success(request, _("Confirmed. %(number)d problems stand in the ledger.") % words)
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def ask(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.QuestionForm(request.POST)
    if form.is_valid():
        entry = cycles.entry_for(request.user, found.cycle, number)
        commenting.ask(found, entry, **form.cleaned_data, by=request.user, now=clock.now())
    else:
        messages.error(request, _("Something is missing: who asked, and what."))
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def undertake(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.UndertakingForm(request.POST)
    if form.is_valid():
        entry = cycles.entry_for(request.user, found.cycle, number)
        commenting.undertake(found, entry, **form.cleaned_data, by=request.user, now=clock.now())
    else:
        messages.error(request, _("Write down what is undertaken, then send it."))
    return redirect("dossier", cycle, number)


@login_required
def speech(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_read_speech(request.user, found))
    known = getattr(found, "speech", None)
    refusal = rules.may_speak(request.user, found)
    form = forms.SpeechForm(request.POST or None, initial={"text": known.text if known else ""})
    if request.method == "POST" and form.is_valid():
        commenting.write_speech(found, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, _("The speech is kept."))
        return redirect("speech", cycle)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "speech": known,
        "passages": known.passages.prefetch_related("addressees") if known else [],
        "form": None if refusal else form,
        "passage_form": None if refusal or not known else forms.PassageForm(cycle=found.cycle),
    }
    return render(request, "meetings/speech.html", context)


@login_required
@require_POST
def mark_passage(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.PassageForm(request.POST, cycle=found.cycle)
    if not hasattr(found, "speech") or not form.is_valid():
        messages.error(request, _("Choose a kind and copy the passage from the speech."))
        return redirect("speech", cycle)
    given = form.cleaned_data | {"addressees": list(form.cleaned_data["addressees"])}
    commenting.mark_passage(found.speech, **given, by=request.user, now=clock.now())
    messages.success(request, _("The passage is marked."))
    return redirect("speech", cycle)


@login_required
def minutes(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_read_minutes(request.user, found))
    kept = getattr(found, "minutes", None)
    refusal = rules.may_write_minutes(request.user, found)
    form = forms.MinutesForm(request.POST or None, initial={"text": kept.text if kept else ""})
    if request.method == "POST" and form.is_valid():
        actions.write_minutes(found, **form.cleaned_data, by=request.user, now=clock.now())
        messages.success(request, _("The minutes are kept."))
        return redirect("minutes", cycle)
    context = {"cycle": found.cycle, "meeting": found, "minutes": kept, "form": form, "refusal": refusal}
    return render(request, "meetings/minutes.html", context)
