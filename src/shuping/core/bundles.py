"""Zips that people send in: opened in a child process, handed on as files by name."""

import base64

from django.utils.translation import gettext_lazy as _

from shuping.core.uploads import Budget, Kind

SENTENCES = {
    "empty": _("%(name)s is empty. Pack the files into a zip once more, then send it."),
    "encrypted": _("%(name)s has a password. Pack the files without one, then send it."),
    "not_zip": _("%(name)s is not a zip. Send the zip that was handed out, with the files filled in."),
    "bomb": _("%(name)s unpacks to far more than a unit's file needs. Pack only the files that were handed out."),
    "too_large": _("%(name)s is larger than 20 MB. Take pictures out of the report, then pack it again."),
    "too_slow": _("%(name)s could not be read in time. Pack only the files that were handed out."),
}
BUNDLE = Kind("bundle", "shuping.core.bundle_reader", largest=20_000_000, sentences=SENTENCES)


def files(body: bytes, name: str, budget: Budget | None = None) -> dict[str, bytes]:
    """The files of a zip by their bare names. Raises Refused with a sentence that names the zip."""
    found: dict[str, str] = BUNDLE.read(body, name, budget)
    return {file: base64.b64decode(text) for file, text in found.items()}
