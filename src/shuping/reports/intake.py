"""Reports that people hand in: opened in a child process, handed on as sections (R19)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from scoring import Scheme
from shuping.core.active_words import ACTIVE
from shuping.core.text import unturned
from shuping.core.uploads import Budget, Kind
from shuping.reports import sections

SENTENCES = {
    "empty": _("%(name)s is empty. Save it again in the word processor, then hand it in."),
    "encrypted": _("%(name)s is encrypted or in the old doc format. Save it as docx without a password."),
    "not_docx": _("%(name)s is not a docx document. Save it as docx in the word processor, then hand it in."),
    "bomb": _(
        "%(name)s unpacks to far more than a report needs. Copy the text into a new document, save that as docx."
    ),
    "nested": _(
        "%(name)s has paragraphs inside paragraphs, deeper than a word processor puts them. "
        "Copy the text into a new document, save that as docx."
    ),
    **ACTIVE,
    "too_long": _("%(name)s has more text than a report can have. Delete what does not belong, then hand it in."),
    "too_large": _("%(name)s is larger than 10 MB. Take out the pictures, then hand it in."),
    "too_slow": _("%(name)s could not be read in time. Copy the text into a new document, save that as docx."),
    "no_text": _("%(name)s holds no text, perhaps only scanned pages. Hand in the document in which it was written."),
    "no_headings": _("%(name)s has none of the headings that the report needs. Put %(titles)s as headings."),
}


REPORT = Kind("report", "shuping.reports.docx_reader", largest=10_000_000, sentences=SENTENCES)


def read(body: bytes, name: str, budget: Budget | None = None) -> list[dict[str, Any]]:
    """The paragraphs as {"text", "heading"}. Raises Refused with a sentence that names the file (R19)."""
    return [paragraph | {"text": unturned(paragraph["text"])} for paragraph in REPORT.read(body, name, budget)]


def read_sections(
    body: bytes, name: str, scheme: Scheme, language: str, budget: Budget | None = None
) -> list[dict[str, str]]:
    """The sections as {code, title, text}; `language` is that of the titles which a refusal names. Raises Refused
    as `read` does, and when none of the scheme's sections is there (R14, R19).
    """
    found = sections.split(read(body, name, budget), scheme)
    if not any(section["code"] for section in found):
        titles = " / ".join(getattr(part, language) for part in scheme.section)
        raise REPORT.refused("no_headings", name, titles=titles)
    return found
