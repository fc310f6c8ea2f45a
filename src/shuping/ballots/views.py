"""Pages of a ballot for those who run it: the desk, the paper, the trustees, the records."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from shuping.ballots import actions, forms, held, merging, papers, queries, records, rules
from shuping.ballots import slips as account_slips
from shuping.ballots.models import Ballot, Category, OpinionBox, PaperBatch
from shuping.core import clock
from shuping.core.fields import short_text
from shuping.core.refusals import NotYours, Refused, ensure
from shuping.core.text import in_both
from shuping.cycles import queries as cycles


@login_required
def desk(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    ballot = queries.ballot_of(year)
    context: dict[str, Any] = {
        "cycle": year,
        "ballot": ballot,
        "prepare_refusal": rules.may_prepare(request.user, year),
    }
    if ballot:
        context |= _desk(request.user, ballot)
    return render(request, "ballots/desk.html", context)


def _desk(person: Any, ballot: Ballot) -> dict[str, Any]:
    parts = queries.categories(ballot)
    return {
        "proposals": merging.proposals(ballot) if rules.may_set_up(person, ballot) is None else [],
        "turnout": queries.turnout(ballot),
        "parts": [_part(person, category) for category in parts],
        "trustees": ballot.trustees.select_related("person"),
        "pending": held.pending(ballot),
        "floor": queries.scheme_of(ballot).ballot.floor,
        "trustees_form": forms.TrusteesForm(),
        "credentials_form": forms.CredentialsForm(categories=parts),
        "account": queries.slips_account(ballot),
        "account_form": forms.AccountForm(rows=queries.slips_account(ballot)),
        "ceremony": queries.latest_ceremony(ballot),
        "opinions": queries.box_of(ballot),
        "may_open_opinions": rules.may_open_opinions(person, ballot) is None,
        "is_trustee": queries.trustee_of(person, ballot) is not None,
        "refusals": {
            "set_up": rules.may_set_up(person, ballot),
            "open": rules.may_open(person, ballot),
            "open_with_reason": rules.may_open(person, ballot, "reason"),
            "close": rules.may_close(person, ballot),
            "check": rules.may_check_again(person, ballot),
            "tally": rules.may_tally(person, ballot),
            "account": rules.may_account(person, ballot),
        },
    }


def _part(person: Any, category: Category) -> dict[str, Any]:
    return {
        "category": category,
        "shares": sorted(category.shares.values_list("owner", flat=True)),
        "keyed": sorted(queries.batches(category)),
        "settled": queries.settled_batch(category) is not None,
        "may_key": rules.may_key_paper(person, category) is None,
        "may_settle": rules.may_settle_paper(person, category) is None,
        "record": rules.may_have_record(person, category) is None,
    }


def own_ballot(request: HttpRequest, cycle: int) -> Ballot:
    """The ballot of one of the reader's years. Raises NotYours."""
    ballot = queries.ballot_of(cycles.cycle_for(request.user, cycle))
    if ballot is None:
        raise NotYours
    return ballot


@login_required
@require_POST
def prepare(request: HttpRequest, cycle: int) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    actions.prepare_ballot(year, by=request.user, now=clock.now())
    messages.success(request, _("The ballot is prepared. Next: the key ceremony of the trustees."))
    return redirect("ballot", year.pk)


@login_required
@require_POST
def set_trustees(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    form = forms.TrusteesForm(request.POST, request.FILES)
    if form.is_valid():
        body = form.cleaned_data["trustees"].read(2_000_000)
        actions.set_trustees(ballot, pedersen=body, by=request.user, now=clock.now())
        messages.success(request, _("The trustees' public keys are taken in."))
    else:
        messages.error(request, _("Choose the file trustees.json of the ceremony, then send it."))
    return redirect("ballot", cycle)


@login_required
@require_POST
def set_credentials(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    form = forms.CredentialsForm(request.POST, request.FILES, categories=queries.categories(ballot))
    if form.is_valid() and "json" in request.headers.get("Accept", ""):
        return answered(lambda: {"numbers": _take_list(request, ballot, form)})
    if form.is_valid():
        numbers = _take_list(request, ballot, form)
        messages.success(request, _("%(number)d public credentials are taken in.") % {"number": sum(numbers.values())})
    else:
        messages.error(request, _("Choose the file public-credentials.json and give the numbers of paper ballots."))
    return redirect("ballot", cycle)


def _take_list(request: HttpRequest, ballot: Ballot, form: forms.CredentialsForm) -> dict[str, int]:
    body = form.cleaned_data["credentials"].read(30_000_000)
    issued = form.paper_issued()
    return actions.set_credentials(ballot, listed=body, paper_issued=issued, by=request.user, now=clock.now())


@login_required
def slips(request: HttpRequest, cycle: int) -> HttpResponse:
    """Where slips are made and printed, in the reader's own browser; it refuses when the ballot is open."""
    ballot = own_ballot(request, cycle)
    context = {
        "cycle": ballot.cycle,
        "ballot": ballot,
        "refusal": rules.may_set_up(request.user, ballot),
        "categories": json.dumps([_on_slips(part) for part in queries.categories(ballot)], ensure_ascii=False),
        "address": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "ballots/slips.html", context)


def _on_slips(part: Category) -> dict[str, Any]:
    """What the slip maker has to know of a category."""
    numbers = {"made": part.electorate, "paper": part.paper_issued}
    return {"code": part.code, "zh": part.name_zh, "en": part.name_en, **numbers}


@login_required
@require_POST
def account(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    form = forms.AccountForm(request.POST, rows=queries.slips_account(ballot))
    returned = form.returned() if form.is_valid() else {}
    account_slips.account_slips(ballot, returned=returned, by=request.user, now=clock.now())
    messages.success(request, _("The account of the slips is kept; it stands on the tally sheet."))
    return redirect("ballot", cycle)


@login_required
@require_POST
def merge(request: HttpRequest, cycle: int) -> HttpResponse:
    ballot = own_ballot(request, cycle)
    source, target = (queries.category_of(ballot, request.POST.get(name, "")) for name in ("source", "target"))
    actions.merge_categories(ballot, source, target, by=request.user, now=clock.now())
    messages.success(
        request,
        _("Category %(source)s votes with category %(target)s.") % {"source": source.code, "target": target.code},
    )
    return redirect("ballot", cycle)


def _step(action: Callable[..., Any], done: Any) -> Callable[[HttpRequest, int], HttpResponse]:
    @login_required
    @require_POST
    def view(request: HttpRequest, cycle: int) -> HttpResponse:
        action(own_ballot(request, cycle), by=request.user, now=clock.now())
        messages.success(request, done)
        return redirect("ballot", cycle)

    return view


@login_required
@require_POST
def open_ballot(request: HttpRequest, cycle: int) -> HttpResponse:
    reason = short_text(request, "reason")
    actions.open_ballot(own_ballot(request, cycle), reason=reason, by=request.user, now=clock.now())
    messages.success(request, _("The ballot is open."))
    return redirect("ballot", cycle)


close_ballot = _step(actions.close_ballot, gettext_lazy("The ballot is closed. Note height and head of the chain."))
check_again = _step(actions.check_again, gettext_lazy("The ballots are checked again; wait a moment."))
tally = _step(actions.tally, gettext_lazy("The ballots are added up; the trustees decrypt next."))


@login_required
def paper(request: HttpRequest, cycle: int, category: str) -> HttpResponse:
    year = cycles.cycle_for(request.user, cycle)
    part = queries.category_of(own_ballot(request, cycle), category)
    settling = rules.may_settle_paper(request.user, part) is None
    refusal = None if settling else rules.may_key_paper(request.user, part)
    keyed = queries.batches(part)
    form = _paper_form(part, request, keyed.get(1) if settling else None)
    status = 200
    if request.method == "POST":
        ensure(refusal)
        status = 409
        if form.is_valid() and (batch := _keyed(request, part, form, settling=settling)):
            return _kept(request, batch)
    context = {
        "cycle": year,
        "part": part,
        "form": form,
        "heads": forms.code_names(cycles.scheme_of(year)),
        "refusal": refusal,
        "settling": settling,
        "differences": queries.mismatches(keyed[1], keyed[2]) if settling else [],
    }
    return render(request, "ballots/paper.html", context, status=status)


def _paper_form(part: Category, request: HttpRequest, batch: Any) -> forms.PaperForm:
    entries = list(queries.rows_of(part))
    data = request.POST if request.method == "POST" else None
    return forms.PaperForm(data, scheme=queries.scheme_of(part.ballot), entries=entries, batch=batch)


def _keyed(request: HttpRequest, part: Category, form: forms.PaperForm, *, settling: bool) -> PaperBatch | None:
    """The batch that was kept, or None when its totals do not agree: then the form says which."""
    verb = papers.settle_paper if settling else papers.key_paper
    try:
        return verb(part, totals=form.totals(), rows=form.rows(), by=request.user, now=clock.now())
    except papers.TotalsDiffer as error:
        form.add_error(None, str(error))
        return None


def _kept(request: HttpRequest, batch: PaperBatch) -> HttpResponse:
    part = batch.category
    if part.ballot.state == Ballot.State.VOID:
        messages.error(request, _("More sheets came back than were issued: the ballot is void and has to be repeated."))
    else:
        messages.success(request, _("The totals of category %(code)s are kept.") % {"code": part.code})
    return redirect("ballot", part.ballot.cycle_id)


@login_required
def record(request: HttpRequest, cycle: int, category: str) -> HttpResponse:
    part = queries.category_of(own_ballot(request, cycle), category)
    ensure(rules.may_have_record(request.user, part))
    return as_file(part)


def as_file(part: Category) -> HttpResponse:
    """The record of a category, to be kept."""
    name = f'attachment; filename="record-{part.code}.bel"'
    headers = {"Content-Disposition": name}
    return HttpResponse(records.record(part), content_type="application/octet-stream", headers=headers)


@login_required
def trustee(request: HttpRequest, identifier: str) -> HttpResponse:
    ballot = queries.public_ballot(identifier)
    if queries.trustee_of(request.user, ballot) is None:
        raise NotYours
    return render(
        request, "ballots/trustee.html", {"ballot": ballot, "back": reverse("ballot", args=[ballot.cycle_id])}
    )


@login_required
def trustee_tasks(request: HttpRequest, identifier: str) -> JsonResponse:
    """What a trustee has to decrypt: the recorded sums, nothing else."""
    ballot = queries.public_ballot(identifier)
    mine = queries.trustee_of(request.user, ballot)
    if mine is None:
        raise NotYours
    tasks = [_task(part, mine.owner) for part in queries.categories(ballot) if part.tally_raw]
    floor = queries.scheme_of(ballot).ballot.floor
    told = {"owner": mine.owner, "floor": floor, "trustees": ballot.trustees_raw, "categories": tasks}
    held = queries.latest_ceremony(ballot)
    if held and held.state == held.State.FINISHED:
        told["ceremony"] = queries.as_file(held).json()  # from which a seed makes its key again
    if box := queries.box_of(ballot):
        told["opinions"] = _opinions_task(box, mine.owner)
    return JsonResponse(told)


def _task(part: Category, owner: int) -> dict[str, Any]:
    return {
        "category": part.code,
        "election": part.election_raw,
        "tally": part.tally_raw,
        "cast": len(queries.counted_ballots(part)),
        "done": bool(part.result_raw) or part.shares.filter(owner=owner).exists(),
    }


def _opinions_task(box: OpinionBox, owner: int) -> dict[str, Any] | None:
    """The opinions that a trustee has to open, all at once; None while there is nothing to open."""
    if box.state != OpinionBox.State.SEALED or box.received is None:
        return None
    sealed = [raw.decode() for raw in queries.sealed_opinions(box)]
    done = box.shares.filter(owner=owner).exists()
    return {"election": box.election_raw, "sealed": sealed, "cast": len(sealed), "done": done}


@login_required
@require_POST
def trustee_share(request: HttpRequest, identifier: str) -> JsonResponse:
    ballot = queries.public_ballot(identifier)
    try:
        sent = json.loads(request.body)
        code, raw = str(sent["category"]), str(sent["share"]).encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Http404 from None
    part = queries.category_of(ballot, code)
    return answered(lambda: {"decrypted": actions.add_share(part, raw=raw, by=request.user, now=clock.now())})


def answered(act: Callable[[], dict[str, Any]]) -> JsonResponse:
    """What a page's program is told: received, or a refusal in both languages."""
    try:
        return JsonResponse({"received": True} | act())
    except Refused as error:
        return JsonResponse({"error": {"code": error.refusal.code, **in_both(error.refusal.sentence)}}, status=409)
