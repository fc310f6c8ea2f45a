"""The page of units, posts and bodies: as they are, and taken in from a workbook."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shuping.core import clock
from shuping.core.refusals import FaultyRows, NotYours, Refused
from shuping.organisations import documents, forms, importing, queries


@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """Shows the trees of a secretariat; takes a workbook in, or only tries it."""
    organisers = list(queries.organisers_of(request.user))
    if not organisers:
        raise NotYours
    form = forms.TreeForm(request.POST or None, request.FILES or None, person=request.user)
    context: dict[str, Any] = {"form": form, "faults": [], "tried": None}
    if request.method == "POST" and form.is_valid():
        context |= _take(request, form)
        done = context["tried"]
        if done and done.stored:
            messages.success(request, _("The workbook is taken in."))
            return redirect("tree")
    context["trees"] = [(one, queries.posts_in(one), queries.seats_in(one)) for one in organisers]
    return render(request, "organisations/tree.html", context, status=409 if context["faults"] else 200)


def _take(request: HttpRequest, form: forms.TreeForm) -> dict[str, Any]:
    given = form.cleaned_data
    upload = given["workbook"]
    try:
        done = importing.import_tree(
            given["organiser"],
            body=upload.read(),
            name=upload.name,
            dry_run=given["dry_run"],
            by=request.user,
            now=clock.now(),
        )
    except FaultyRows as refused:
        return {"faults": refused.faults}
    except Refused as refused:
        return {"faults": [str(refused)]}
    return {"tried": done}


@login_required
def tree_file(request: HttpRequest, organiser: int) -> HttpResponse:
    """The tree as the workbook that the page takes back."""
    root = queries.organisers_of(request.user).filter(pk=organiser).first()
    if root is None:
        raise NotYours
    file = documents.tree_file(root)
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})
