"""The page of units, posts and bodies: as they are, and taken in from a workbook."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shuping.core import jobs
from shuping.core.models import Job
from shuping.core.refusals import NotYours
from shuping.organisations import documents, forms, queries, taking


@login_required
def tree(request: HttpRequest) -> HttpResponse:
    """Shows the trees of a secretariat; a workbook that is sent in is tried or taken in beside the pages."""
    organisers = list(queries.organisers_of(request.user))
    if not organisers:
        raise NotYours
    form = forms.TreeForm(request.POST or None, request.FILES or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect("job", _ask(request, form).pk)
    trees = [(one, queries.posts_in(one), queries.seats_in(one)) for one in organisers]
    return render(request, "organisations/tree.html", {"form": form, "trees": trees})


def _ask(request: HttpRequest, form: forms.TreeForm) -> Job:
    given = form.cleaned_data
    upload = given["workbook"]
    asked = {"organiser": given["organiser"].pk, "name": upload.name, "dry_run": given["dry_run"]}
    return jobs.ask(taking.IMPORT.code, asked | {"file": jobs.keep(upload.read())}, by=request.user)


@login_required
def tree_file(request: HttpRequest, organiser: int) -> HttpResponse:
    """The tree as the workbook that the page takes back."""
    root = queries.organisers_of(request.user).filter(pk=organiser).first()
    if root is None:
        raise NotYours
    file = documents.tree_file(root)
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})
