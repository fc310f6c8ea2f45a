"""Any file that people hand in, and hand on: its kind is told by what is in it, and what is active is not taken.

What an older release took in is looked at before it is handed on.
"""

import mimetypes
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuping.core import files
from shuping.core.active_words import ACTIVE
from shuping.core.models import StoredFile
from shuping.core.refusals import Refused
from shuping.core.uploads import Kind

SENTENCES = {
    **ACTIVE,
    "empty": _("%(name)s is empty. Choose the file again, then send it."),
    "encrypted": _("%(name)s has a password. Save it without one, then send it."),
    "old_format": _("%(name)s is in an old office format or has a password. Save it as docx, xlsx, pptx or pdf."),
    "unknown_kind": _(
        "%(name)s is of a kind that is not taken. Send pdf, docx, xlsx, pptx, a picture, a recording, plain text, "
        "or a zip of such files."
    ),
    "bomb": _("%(name)s unpacks to far more than such a file needs. Send its parts one by one."),
    "too_large": _("%(name)s is larger than 20 MB. Send it in parts, or make its pictures smaller."),
    "too_slow": _("%(name)s could not be read in time. Save it as pdf, then send that."),
}
FILE = Kind("file", "shuping.core.file_reader", largest=20_000_000, sentences=SENTENCES)
KEPT_IN_MIND = 4000  # verdicts; one is a hash and a word


def kind_of(body: bytes, name: str) -> str:
    """What a file is, as its usual ending. Raises Refused with a sentence that names the file."""
    return str(FILE.read(body, name))


def mimetype(kind: str) -> str:
    """The media type of a kind that `kind_of` tells."""
    return mimetypes.guess_type(f"file.{kind}")[0] or "application/octet-stream"


def look(stored: StoredFile, name: str) -> tuple[str, Any]:
    """Of a stored file its kind, and the sentence of what is active in it or cannot be told; None when all is well."""
    try:
        kind, fault = _verdict(stored.digest)
    except Refused as refused:
        kind, fault = "", _fault(refused)
    return kind, SENTENCES[fault] % {"name": name} if fault else None


@lru_cache(maxsize=KEPT_IN_MIND)
def _verdict(digest: str) -> tuple[str, str]:
    """Kind and fault of what has this hash. Raises Refused where another time may tell more."""
    stored = StoredFile.objects.get(digest=digest)
    try:
        return kind_of(files.read(stored), stored.name), ""
    except Refused as refused:
        if _fault(refused) == "too_slow":
            raise
        return "", _fault(refused)


def _fault(refused: Refused) -> str:
    return refused.refusal.code.removeprefix(f"{FILE.code}_")
