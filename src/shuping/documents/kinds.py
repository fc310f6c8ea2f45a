"""The list of kinds of document: rooms add theirs, the press renders them. One of the house's seven lists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from shuping.documents import press
from shuping.documents.blocks import Paper, Workbook

MIMETYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KEPT = 16  # rendered papers; the largest has about a megabyte
UNSAFE = dict.fromkeys(map(ord, '\\/:*?"<>|\r\n\t'), "_")


class UnknownKind(LookupError):
    """No kind of document has this code, or it does not come in this format."""


@dataclass(frozen=True)
class Kind:
    """A kind of document. `build(subject, *, language)` gives the paper or workbook; `subject` is a cycle unless
    `of_cycle` is False; `audience` are the roles in a cycle that may have it. A kind `by_meeting` joins all meetings of
    the cycle and also takes one of them as its subject; if `shared`, whoever has one group's may have the joined paper.
    A `bulky` one grows with the year beyond a second: it is made beside the pages (`core.jobs`), the others at once.
    """

    code: str
    title: Any
    formats: tuple[str, ...]
    build: Callable[..., Paper | Workbook]
    of_cycle: bool = True
    audience: tuple[str, ...] = ("secretariat", "chair", "committee", "clerk")
    by_meeting: bool = False
    shared: bool = False
    bulky: bool = False


@dataclass(frozen=True)
class RenderedFile:
    """A rendered paper, ready to be sent or stored."""

    name: str
    mimetype: str
    body: bytes

    @property
    def disposition(self) -> str:
        """The Content-Disposition header: the name survives in every browser."""
        return f"attachment; filename*=UTF-8''{quote(self.name)}"


_kinds: dict[str, Kind] = {}


def register(new: Kind) -> None:
    """Add a kind (once, when Django is ready)."""
    _kinds[new.code] = new


def kind(code: str) -> Kind:
    """The kind with this code. Raises UnknownKind."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(code) from None


def all_kinds() -> list[Kind]:
    return list(_kinds.values())


def render(
    code: str,
    subject: Any,
    *,
    language: str,
    format: str,  # noqa: A002
    name: str = "",
    part: str = "",
) -> RenderedFile:
    """Build and render a document of a kind; `part` is added to its file's name. Raises UnknownKind."""
    found = kind(code)
    if format not in found.formats:
        raise UnknownKind(f"{code}.{format}")
    built = found.build(subject, language=language)
    full = " ".join(filter(None, [name or _title(built, found), part]))
    return RenderedFile(file_name(full, format), MIMETYPES[format], _body(built, format))


def _title(built: Paper | Workbook, found: Kind) -> str:
    return built.title if isinstance(built, Paper) else str(found.title)


def file_name(title: str, extension: str) -> str:
    """A file name that every system takes, still readable."""
    return f"{title.translate(UNSAFE).strip(' .')[:100]}.{extension}"


# Built anew at every reading, so never older than the record: only setting the same words a second time is spared.
@lru_cache(maxsize=KEPT)
def _body(built: Paper | Workbook, format: str) -> bytes:  # noqa: A002
    return press.render(built, format)
