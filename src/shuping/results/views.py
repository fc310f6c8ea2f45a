"""Pages of the results: why this grade, the committee's decision, the letters."""

from typing import Any, Literal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from scoring import Scheme, words
from shuping.ballots import queries as ballots
from shuping.core import clock
from shuping.core.fields import short_text
from shuping.core.refusals import FaultyRows, NotYours
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.cycles.models import Cycle, Role
from shuping.documents import kinds
from shuping.organisations import queries as organisations
from shuping.results import actions, forms, queries, rules


def _circle(request: HttpRequest, cycle: int) -> Cycle:
    year = cycles.cycle_for(request.user, cycle)
    if not queries.in_circle(request.user, year):
        raise NotYours
    return year


@login_required
def results(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    scheme, language = cycles.scheme_of(year), language_code()
    context = {
        "cycle": year,
        "rows": [_row(entry, scheme, language) for entry in queries.entries_with_results(request.user, year)],
        "in_circle": queries.in_circle(request.user, year),
        "is_secretariat": Role.Kind.SECRETARIAT in cycles.roles_of(request.user, year),
        "marks_form": forms.MarksForm(scheme=scheme),
        "missing_marks": queries.missing_marks(year, scheme),
        "bodies": organisations.bodies_of(year.organiser),
        "refusals": {
            "marks": rules.may_import_marks(request.user, year),
            "compute": rules.may_compute(request.user, year),
            "close": rules.may_close_decision(request.user, year),
        },
        "undecided": queries.undecided(year).count(),
    }
    return render(request, "results/results.html", context)


def _row(entry: Any, scheme: Any, language: str) -> dict[str, Any]:
    grade = getattr(entry, "grade", None)
    return {
        "entry": entry,
        "score": getattr(entry, "score", None),
        "grade": grade,
        "proposed": queries.grade_name(scheme, grade.proposed, language) if grade else "",
        "decided": queries.grade_name(scheme, grade.decided, language) if grade and grade.decided else "",
    }


@login_required
@require_POST
def import_marks(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    form = forms.MarksForm(request.POST, request.FILES, scheme=cycles.scheme_of(year))
    if not form.is_valid():
        messages.error(request, _("Choose a component and a workbook, then send it."))
        return redirect("results", year.pk)
    upload = form.cleaned_data["marks"]
    try:
        number = actions.import_marks(
            year,
            component=form.cleaned_data["component"],
            body=upload.read(),
            name=upload.name,
            by=request.user,
            now=clock.now(),
        )
    except FaultyRows as error:
        return render(
            request, "results/faults.html", {"cycle": year, "faults": error.faults, "name": upload.name}, status=409
        )
    messages.success(request, _("%(number)d marks are taken in.") % {"number": number})
    return redirect("results", year.pk)


@login_required
@require_POST
def compute(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    actions.compute_scores(year, by=request.user, now=clock.now())
    messages.success(request, _("Scores are computed; grades are proposed. Deciding is the committee's."))
    return redirect("results", year.pk)


@login_required
def score(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    entry = queries.result_for(request.user, year, number)
    scheme, language = cycles.scheme_of(year), language_code()
    in_circle = queries.in_circle(request.user, year)
    refusal = rules.may_decide(request.user, entry)
    initial = {"grade": entry.grade.decided or entry.grade.proposed, "reason": entry.grade.reason}
    bodies = list(organisations.bodies_of(year.organiser))
    context = {
        "cycle": year,
        **_row(entry, scheme, language),
        "sentences": _sentences(entry, scheme, in_circle, language),
        "grades": [getattr(level, language) for level in scheme.grade],
        "columns": len(scheme.grade) + 2,
        "marks": [] if in_circle else _own_marks(entry, scheme, language),
        "refusal": refusal,
        "form": None if refusal else forms.DecisionForm(initial=initial, scheme=scheme, bodies=bodies),
        "comments": queries.comments(entry),
        "opinions": ballots.opinions_released(year),
    }
    return render(request, "results/score.html", context)


# What stands in a reporter's working in place of steps that show the means of single categories.
TOTALS = {
    "ballot_total": gettext_lazy("The ballot, its categories weighted: %(mark)s."),
    "score_total": gettext_lazy("The score, rounded once, half up: %(score)s."),
}


def _sentences(entry: Any, scheme: Scheme, in_circle: bool, language: Literal["zh", "en"]) -> list[str]:
    """The working in words. A reporter sees no counts and no exact means of categories (ballot.md, disclosure)."""
    steps = entry.score.working if in_circle else queries.own_working(entry, scheme)
    return [
        str(TOTALS[step["code"]]) % step["parameters"] if step["code"] in TOTALS else words.sentence(step, language)
        for step in steps
    ]


def _own_marks(entry: Any, scheme: Scheme, language: str) -> list[dict[str, Any]]:
    """The own marks by category, as rows of a table: the distribution, the rounded mean, or neither."""
    shown = queries.own_marks(entry, scheme)
    codes = [*scheme.grade_codes, "no_opinion", "invalid"]
    return [
        {
            "code": category.code,
            "name": getattr(category, language),
            "numbers": [row.get(code, 0) for code in codes] if (row := shown[category.code].row) else None,
            "mean": shown[category.code].mean,
        }
        for category in scheme.category
        if category.code in shown
    ]


@login_required
@require_POST
def decide(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year = _circle(request, cycle)
    entry = queries.result_for(request.user, year, number)
    body = organisations.bodies_of(year.organiser).filter(code=request.POST.get("body", "")).first()
    actions.decide_grade(
        entry,
        grade=request.POST.get("grade", ""),
        reason=short_text(request, "reason"),
        body=body,
        by=request.user,
        now=clock.now(),
    )
    messages.success(request, _("Decided: %(entry)s.") % {"entry": entry})
    return redirect("results", year.pk)


@login_required
@require_POST
def decide_all(request: HttpRequest, cycle: int) -> HttpResponse:
    year = _circle(request, cycle)
    body = organisations.bodies_of(year.organiser).filter(code=request.POST.get("body", "")).first()
    number = actions.decide_all(year, body=body, by=request.user, now=clock.now())
    messages.success(request, _("%(number)d grades are decided as proposed.") % {"number": number})
    return redirect("results", year.pk)


@login_required
@require_POST
def close_decision(request: HttpRequest, cycle: int) -> HttpResponse:
    year = _circle(request, cycle)
    actions.close_decision(year, by=request.user, now=clock.now())
    messages.success(request, _("The decision is closed; the letters are drafted."))
    return redirect("letters", year.pk)


@login_required
def letters(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    context = {
        "cycle": year,
        "letters": queries.letters_for(request.user, year),
        "in_circle": queries.in_circle(request.user, year),
        "refusal": rules.may_issue_letters(request.user, year),
    }
    return render(request, "results/letters.html", context)


@login_required
@require_POST
def issue_letters(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    number = actions.issue_letters(year, by=request.user, now=clock.now())
    messages.success(request, _("%(number)d letters are issued.") % {"number": number})
    return redirect("letters", year.pk)


@login_required
def letter(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.letter_for(request.user, year, number)
    grade = queries.grade_name(cycles.scheme_of(year), found.content.get("grade", ""), language_code())
    context = {"cycle": year, "letter": found, "grade": grade, "mine": found.entry.holder == request.user}
    return render(request, "results/letter.html", context)


@login_required
@require_POST
def mark_read(request: HttpRequest, cycle: int, number: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.letter_for(request.user, year, number)
    actions.mark_read(found, by=request.user, now=clock.now())
    messages.success(request, _("Received. The problems named in it stand in the ledger."))
    return redirect("letter", year.pk, number)


def _paper(kind: str, subject: Any, language: str, file_format: str) -> HttpResponse:
    if file_format not in kinds.kind(kind).formats or language not in {"zh", "en"}:
        raise Http404
    paper = kinds.render(kind, subject, language=language, format=file_format)
    return HttpResponse(paper.body, content_type=paper.mimetype, headers={"Content-Disposition": paper.disposition})


@login_required
def letter_file(request: HttpRequest, cycle: int, number: str, language: str, format: str) -> HttpResponse:  # noqa: A002
    year = cycles.cycle_for(request.user, cycle)
    return _paper("letter", queries.letter_for(request.user, year, number), language, format)


@login_required
def summary_file(request: HttpRequest, cycle: int) -> HttpResponse:
    return _paper("results_summary", _circle(request, cycle), language_code(), "xlsx")


@login_required
def news_release_file(request: HttpRequest, cycle: int, format: str) -> HttpResponse:  # noqa: A002
    return _paper("news_release", _circle(request, cycle), language_code(), format)


@login_required
def results_file(request: HttpRequest, cycle: int) -> HttpResponse:
    return JsonResponse(
        queries.results_json(_circle(request, cycle)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@login_required
def counts_file(request: HttpRequest, cycle: int) -> HttpResponse:
    return JsonResponse(
        queries.counts_json(_circle(request, cycle)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
