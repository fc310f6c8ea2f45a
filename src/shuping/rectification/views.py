"""Pages of the ledger."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shuping.core import clock, handed_on
from shuping.core.downloads import handed_on_file
from shuping.core.text import language_code
from shuping.cycles import queries as cycles
from shuping.documents import kinds
from shuping.rectification import actions, forms, queries, rules
from shuping.rectification.models import Item


@login_required
def ledger(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    today = timezone.localdate(clock.now())
    chosen = {key: request.GET.get(key, "") for key in ("state", "entry", "kind")}
    items = queries.filtered(queries.items_for(request.user, year), **chosen, today=today)
    shown = request.GET.get("list", "problems")
    context = {
        "cycle": year,
        "items": items,
        "tally": queries.tally(items, today),
        "reads_all": cycles.reads_all(request.user, year),
        "chosen": chosen,
        "list": shown if shown in queries.LISTS else "problems",
        "today": today,
        "states": Item.State.choices,
        "entries": cycles.entries(year),
    }
    return render(request, "rectification/ledger.html", context)


@login_required
def ledger_file(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    if not cycles.reads_all(request.user, year):
        raise Http404
    paper = kinds.render("ledger", year, language=language_code(), format="xlsx")
    return HttpResponse(paper.body, content_type=paper.mimetype, headers={"Content-Disposition": paper.disposition})


@login_required
def item(request: HttpRequest, cycle: int, item: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.item_for(request.user, year, item)
    refusals = {step: rules.may(request.user, found, step) for step in rules.STEPS}
    context = {
        "cycle": year,
        "item": found,
        "history": queries.history(found),
        "steps": _shown_steps(found, refusals),
        "refusals": refusals,
        "late": queries.is_late(found, timezone.localdate(clock.now())),
    }
    return render(request, "rectification/item.html", context)


BUTTONS = {
    "plan": ("form-plan", gettext_lazy("Hand in the plan")),
    "approve": ("form-approve-plan", gettext_lazy("Approve the plan")),
    "start": ("form-start-work", gettext_lazy("Start work")),
    "evidence": ("form-evidence", gettext_lazy("Add the evidence")),
    "declare": ("form-declare-done", gettext_lazy("Declare it done")),
    "verify": ("form-verify", gettext_lazy("Record the verification")),
    "close": ("form-close-item", gettext_lazy("Close the item")),
    "recheck": ("form-recheck", gettext_lazy("Record the look back")),
    "reopen": ("form-reopen", gettext_lazy("Open the item again")),
    "extend": ("form-extend", gettext_lazy("Give more time")),
}
FORMS = {
    "plan": forms.PlanForm,
    "evidence": forms.EvidenceForm,
    "verify": forms.VerifyForm,
    "recheck": forms.RecheckForm,
    "reopen": forms.ReopenForm,
    "extend": forms.ExtendForm,
}


def _shown_steps(found: Item, refusals: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that are open to the reader, each with its form and button; what is refused is not shown."""
    plan = {"cause": found.cause, "measure": found.measure, "target": found.target, "due": found.due}
    return [
        {
            "code": step,
            "form_id": form_id,
            "button": button,
            "form": FORMS[step](initial=plan if step == "plan" else None) if step in FORMS else None,
        }
        for step, (form_id, button) in BUTTONS.items()
        if refusals[step] is None
    ]


def _given(request: HttpRequest, step: str) -> dict[str, Any] | None:
    if step not in FORMS:
        return {}
    form = FORMS[step](request.POST, request.FILES)
    if not form.is_valid():
        return None
    given = form.cleaned_data
    if step == "verify":
        given["put_right"] = given["put_right"] == "yes"
    if step == "evidence":
        upload = given["file"]
        given["file"] = (upload.read(handed_on.FILE.largest + 1), upload.name) if upload else None
    return given


VERBS: dict[str, Callable[..., Any]] = {
    "plan": actions.plan_item,
    "approve": actions.approve_plan,
    "start": actions.start_work,
    "evidence": actions.add_evidence,
    "declare": actions.declare_done,
    "verify": actions.verify_item,
    "close": actions.close_item,
    "reopen": actions.reopen_item,
    "extend": actions.extend_item,
    "recheck": actions.recheck_item,
}


@login_required
@require_POST
def step(request: HttpRequest, cycle: int, item: int, step: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.item_for(request.user, year, item)
    if step not in VERBS:
        raise Http404
    given = _given(request, step)
    if given is None:
        messages.error(request, _("Something is missing: fill in every field, then send it again."))
    else:
        VERBS[step](found, **given, by=request.user, now=clock.now())
        messages.success(request, _("Recorded: %(number)s.") % {"number": found.number})
    return redirect("item", year.pk, found.pk)


@login_required
def evidence_file(request: HttpRequest, cycle: int, item: int, evidence: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    found = queries.item_for(request.user, year, item).evidence.filter(pk=evidence).select_related("file").first()
    if found is None or found.file is None:
        raise Http404
    return handed_on_file(request, found.file, f"evidence-{found.pk}")
