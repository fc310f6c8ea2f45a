"""Pages of what is said: the list of all words, questions, notes, phrases, undertakings, the speech, the pack."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping.core import clock, jobs
from shuping.core.refusals import ensure
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Entry
from shuping.meetings import (
    commenting,
    forms,
    notes,
    packs,
    phrases,
    queries,
    questions,
    requesting,
    rules,
    views,
    word_queries,
    word_rules,
)
from shuping.meetings.models import Comment, Meeting, Passage, Phrase, Question, Request


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "now": clock.now()}


def _faulty(request: HttpRequest, form: Any) -> None:
    """Say what is wrong with a form, field by field."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, _("%(field)s: %(what)s") % {"field": label, "what": " ".join(errors)})


@login_required
def words(request: HttpRequest, cycle: str) -> HttpResponse:
    """Everything that is said or prepared, by entry: how far it is, what will become ledger items."""
    found = queries.meeting_for(request.user, cycle)
    ensure(word_rules.may_prepare(request.user, found))
    rows = word_queries.rows(found)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "rows": rows,
        "confirmed": sum(row.confirmed for row in rows),
        "practices": word_queries.practices(found.cycle),
        "runs": rules.may_run(request.user, found) is None,
        "roles": cycles.roles_of(request.user, found.cycle),
        "language": language_code(),
    }
    return render(request, "meetings/words.html", context)


STEPS: dict[str, tuple[Callable[..., Comment], Callable[[], str]]] = {
    "clear": (commenting.clear_comment, lambda: _("The draft is released: it stands in the outline.")),
    "say": (commenting.say_comment, lambda: _("On record: said as prepared. Next: confirm it.")),
}


@login_required
@require_POST
def comment_step(request: HttpRequest, cycle: int, number: str, comment: int, step: str) -> HttpResponse:
    _meeting, entry = queries.hearing_for(request.user, cycle, number)
    action, done = STEPS[step]
    action(get_object_or_404(Comment, pk=comment, entry=entry), **_who(request))
    messages.success(request, done())
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def phrase_in_comment(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    """One click in the comment form: a phrase is put in, or the text of a part is kept as one. Nothing else is kept."""
    found, entry = queries.hearing_for(request.user, cycle, number)
    speaker = views.named_speaker(queries.speakers(found.cycle), request.POST.get("speaker"))
    ensure(rules.may_comment(request.user, found, entry, speaker))
    form = forms.CommentForm(request.POST, cycle=found.cycle)
    if form.is_valid():
        form = _with_phrase(request, found, form)
    context = views.dossier_context(request, found, entry) | {"comment_form": form, "speaker": speaker}
    return render(request, "meetings/dossier.html", context)


def _with_phrase(request: HttpRequest, found: Meeting, form: forms.CommentForm) -> forms.CommentForm:
    given = form.cleaned_data
    if key := request.POST.get("insert"):
        phrase = get_object_or_404(Phrase, pk=key if key.isdigit() else 0, organiser=found.cycle.organiser)
        given = phrases.inserted(given, phrase, forms.MOST_PROBLEMS)
        messages.info(request, _("The phrase is put in. Keep the comment when it is ready."))
    elif (name := request.POST.get("keep", "")) in form.fields:
        part, _sign, place = name.partition("_")
        theme = given.get(f"theme_{place}", "")
        phrases.keep_phrase(found, part=part, theme=theme, text=given[name], **_who(request))
        messages.info(request, _("Kept in the phrase bank. The comment itself is not kept yet."))
    return forms.CommentForm(given, cycle=found.cycle)


@login_required
def phrase_bank(request: HttpRequest, cycle: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(word_rules.may_keep_phrases(request.user, found))
    form = forms.PhraseForm(request.POST or None, cycle=found.cycle)
    if request.method == "POST" and form.is_valid():
        phrases.keep_phrase(found, **form.cleaned_data, **_who(request))
        messages.success(request, _("The phrase is kept."))
        return redirect("phrases", cycle)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "phrases": word_queries.phrases(found.cycle),
        "form": form,
    }
    return render(request, "meetings/phrases.html", context)


@login_required
@require_POST
def drop_phrase(request: HttpRequest, cycle: int, phrase: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    phrases.drop_phrase(found, get_object_or_404(Phrase, pk=phrase, organiser=found.cycle.organiser), **_who(request))
    messages.success(request, _("The phrase is taken out; comments keep their words."))
    return redirect("phrases", cycle)


def _writing(
    form_of: Callable[[HttpRequest, Meeting, Entry], Any], action: Callable[..., Any], done: Callable[[], str]
) -> Callable[[HttpRequest, int, str], HttpResponse]:
    """A page that takes one form of a reporter's file and goes back to it."""

    @login_required
    @require_POST
    def view(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
        found, entry = queries.hearing_for(request.user, cycle, number)
        form = form_of(request, found, entry)
        if form.is_valid():
            action(found, entry, **form.cleaned_data, **_who(request))
            messages.success(request, done())
        else:
            _faulty(request, form)
        return redirect("dossier", cycle, number)

    return view


def _question_form(request: HttpRequest, found: Meeting, entry: Entry) -> Any:
    early = rules.not_reported_yet(found, entry)
    return (forms.EarlyQuestionForm if early else forms.QuestionForm)(request.POST, entry=entry)


ask = _writing(_question_form, commenting.ask, lambda: _("The question is kept."))
undertake = _writing(
    lambda request, _meeting, _entry: forms.UndertakingForm(request.POST),
    commenting.undertake,
    lambda: _("The undertaking is kept."),
)
reply = _writing(
    lambda request, _meeting, _entry: forms.ReplyForm(request.POST), commenting.reply, lambda: _("The reply is kept.")
)
keep_note = _writing(
    lambda request, _meeting, _entry: forms.NoteForm(request.POST),
    notes.keep_note,
    lambda: _("Your note is kept: nobody else reads it."),
)
ask_for = _writing(
    lambda request, _meeting, _entry: forms.RequestForm(request.POST),
    requesting.request,
    lambda: _("It stands in the memo."),
)


@login_required
@require_POST
def answer(request: HttpRequest, cycle: int, number: str, question: int) -> HttpResponse:
    found, entry = queries.hearing_for(request.user, cycle, number)
    form = forms.AnswerForm(request.POST)
    asked = get_object_or_404(Question.objects.select_related("entry__holder"), pk=question, entry=entry)
    if form.is_valid():
        questions.answer_question(found, asked, **form.cleaned_data, **_who(request))
        messages.success(request, _("The answer is kept."))
    else:
        _faulty(request, form)
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def follow_question(request: HttpRequest, cycle: int, number: str, question: int) -> HttpResponse:
    found, entry = queries.hearing_for(request.user, cycle, number)
    questions.follow_question(found, get_object_or_404(Question, pk=question, entry=entry), **_who(request))
    messages.success(request, _("The question stands in the ledger."))
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def withdraw_request(request: HttpRequest, cycle: int, number: str, asked: int) -> HttpResponse:
    found, entry = queries.hearing_for(request.user, cycle, number)
    requesting.withdraw_request(found, get_object_or_404(Request, pk=asked, entry=entry), **_who(request))
    messages.success(request, _("It is taken off the memo."))
    return redirect("dossier", cycle, number)


@login_required
@require_POST
def practice(request: HttpRequest, cycle: int, number: str, comment: int) -> HttpResponse:
    """Take what was recognised into the circular, or out of it again."""
    _meeting, entry = queries.hearing_for(request.user, cycle, number)
    said = get_object_or_404(Comment.objects.select_related("meeting__cycle", "entry"), pk=comment, entry=entry)
    form = forms.PracticeForm(request.POST)
    if "drop" in request.POST and hasattr(said, "practice"):
        requesting.drop_practice(said.practice, **_who(request))
        messages.success(request, _("It is taken out of the circular."))
    elif form.is_valid():
        requesting.tell_practice(said, **form.cleaned_data, **_who(request))
        messages.success(request, _("It goes into the circular of good practice."))
    else:
        _faulty(request, form)
    return redirect("dossier", cycle, number)


@login_required
def speech(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_read_speech(request.user, found))
    known = getattr(found, "speech", None)
    form = forms.SpeechForm(request.POST or None, initial={"text": known.text if known else ""})
    if request.method == "POST" and form.is_valid():
        commenting.write_speech(found, **form.cleaned_data, **_who(request))
        messages.success(request, _("The speech is kept."))
        return redirect("speech", cycle)
    return _speech(request, found, form)


def _speech(request: HttpRequest, found: Meeting, form: Any, passage_form: Any = None) -> HttpResponse:
    known, refusal = getattr(found, "speech", None), rules.may_speak(request.user, found)
    passages = list(known.passages.select_related("theme").prefetch_related("addressees")) if known else []
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "speech": known,
        "passages": passages,
        "segments": word_queries.segments(known.text, passages) if known else [],
        "missing": word_queries.missing_marks(passages) if known and not refusal else [],
        "form": None if refusal else form,
        "passage_form": None if refusal or not known else passage_form or forms.PassageForm(cycle=found.cycle),
        "may_unmark": word_rules.may_unmark(request.user, found) is None,
    }
    return render(request, "meetings/speech.html", context, status=400 if passage_form else 200)


@login_required
@require_POST
def mark_passage(request: HttpRequest, cycle: str) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    form = forms.PassageForm(request.POST, cycle=found.cycle)
    if not hasattr(found, "speech"):
        messages.error(request, _("Choose a kind and copy the passage from the speech."))
        return redirect("speech", cycle)
    if not form.is_valid():
        ensure(rules.may_speak(request.user, found))
        return _speech(request, found, forms.SpeechForm(initial={"text": found.speech.text}), form)
    given = form.cleaned_data | {"addressees": list(form.cleaned_data["addressees"])}
    commenting.mark_passage(found.speech, **given, **_who(request))
    messages.success(request, _("The passage is marked."))
    return redirect("speech", cycle)


@login_required
@require_POST
def unmark_passage(request: HttpRequest, cycle: str, passage: int) -> HttpResponse:
    found = queries.meeting_for(request.user, cycle)
    commenting.unmark_passage(get_object_or_404(Passage, pk=passage, speech__meeting=found), **_who(request))
    messages.success(request, _("The mark is taken off; the speech keeps its words."))
    return redirect("speech", cycle)


@login_required
def pack(request: HttpRequest, cycle: str) -> HttpResponse:
    """The printed pack for the day on which nothing works: what is in it, when it was printed, what changed since."""
    found = queries.meeting_for(request.user, cycle)
    ensure(rules.may_run(request.user, found))
    if request.method == "POST":
        asked = {"meeting": found.address, "changed_only": "changed" in request.POST}
        return redirect("job", jobs.ask(packs.PACK.code, asked, by=request.user).pk)
    sheets = packs.sheets(request.user, found)
    context = {
        "cycle": found.cycle,
        "meeting": found,
        "sheets": sheets,
        "changed": sum(sheet.state != "same" for sheet in sheets),
        "printed": packs.last_pack(found, language_code()),
        "language": language_code(),
    }
    return render(request, "meetings/pack.html", context)
