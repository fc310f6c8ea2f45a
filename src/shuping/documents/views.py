"""The page of a paper, or of anything else, that is being made beside the pages, and what came of it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shuping.core import jobs
from shuping.documents.kinds import RenderedFile


@login_required
def job(request: HttpRequest, job: int) -> HttpResponse:
    found = jobs.job_of(request.user, job)
    work = jobs.work_of(found)
    context = {
        "job": found,
        "title": work.title(found.asked),
        "back": work.back(found.asked),
        "topic": jobs.topic(found),
    }
    return render(request, "documents/job.html", context)


@login_required
def job_file(request: HttpRequest, job: int) -> HttpResponse:
    found = jobs.job_of(request.user, job)
    if not found.digest:
        raise Http404
    file = RenderedFile(found.name, found.mimetype, jobs.fetch(found))
    return HttpResponse(file.body, content_type=file.mimetype, headers={"Content-Disposition": file.disposition})
