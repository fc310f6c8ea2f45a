"""One block model per paper; docx and pdf both render it. Text is data, never markup."""

import re
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, Literal

Language = Literal["zh", "en"]
Layout = Literal["official", "letter", "form", "landscape"]
Align = Literal["left", "center", "right"]
Cell = str | int | Decimal | None
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `indent` is the two-character indent of the first line."""

    text: str
    indent: bool = True
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True)
class Items:
    """A list; numbered or with dots."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the header repeats on every page, a row is never split. `widths` are parts of the whole width."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    numeric: bool = False


@dataclass(frozen=True)
class KeyValues:
    """Pairs of a label and a value."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """Lines to be signed, each with its label."""

    labels: tuple[str, ...]


@dataclass(frozen=True)
class QR:
    """A QR code (SVG of `data`) with a caption below it."""

    data: str
    caption: str = ""
    size: float = 30.0  # millimetres


@dataclass(frozen=True)
class Mark:
    """A large letter in colour: the category of a ballot paper."""

    text: str
    colour: str = "#1f4e79"


@dataclass(frozen=True)
class Contents:
    """The list of level 1 headings with their pages."""

    title: str


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Slips:
    """Slips to cut apart, two beside each other: each is (headline, lines, data of the QR code)."""

    slips: tuple[tuple[str, tuple[str, ...], str], ...]
    colour: str = "#1f4e79"


Block = Heading | Paragraph | Items | Table | KeyValues | Signatures | QR | Mark | Contents | PageBreak | Slips


@dataclass(frozen=True)
class Paper:
    """A whole paper. `issuer` stands at the head of a letter, `number` beside it."""

    title: str
    blocks: tuple[Block, ...]
    layout: Layout = "official"
    language: Language = "zh"
    subtitle: str = ""
    issuer: str = ""
    number: str = ""

    def texts(self) -> str:
        """Every character of the paper, to be checked against the faces."""
        return "".join(_texts(self))


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; text stays text, Decimals are numbers with two decimals. `widths` in characters."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """A workbook of one or more sheets."""

    sheets: tuple[Sheet, ...] = field(default=())


def _texts(thing: object) -> list[str]:
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, tuple):
        return [text for part in thing for text in _texts(part)]
    return [text for part in vars(thing).values() for text in _texts(part)] if hasattr(thing, "__dict__") else []


def printable(thing: Any) -> Any:
    """A text, or every text of a paper or workbook, without the characters that XML cannot hold (pasted from
    somewhere, seen by nobody).
    """
    if isinstance(thing, str):
        return NOT_IN_XML.sub("", thing)
    if isinstance(thing, tuple):
        return tuple(printable(part) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{part.name: printable(getattr(thing, part.name)) for part in fields(thing)})
    return thing if thing is None or isinstance(thing, int | float | Decimal) else printable(str(thing))
