"""Files that people handed in, on their way to others: byte for byte, always to be saved and never shown in place."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shuping.core import files, handed_on, ways
from shuping.core.models import StoredFile


def handed_on_file(request: HttpRequest, stored: StoredFile, stem: str) -> HttpResponse:
    """The file under a name of ours, its ending told by what is in it. One that an older release took in although it is
    active is handed on after a warning only.
    """
    kind, warning = handed_on.look(stored, stored.name)
    if warning and "anyway" not in request.GET:
        return render(request, "core/active.html", {"warning": warning, "back": ways.came_from(request)})
    name = f"{stem}.{kind}" if kind else stem
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(files.read(stored), content_type="application/octet-stream", headers=headers)
