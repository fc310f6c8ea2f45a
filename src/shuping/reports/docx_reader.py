"""Reads a docx document from standard input and writes its paragraphs: run as a child process."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from shuping.core import packages

MOST_CHARACTERS = 400_000
LONGEST_HEADING = 60
DEEPEST = 10  # paragraphs inside each other: a text box in a table in a text box has three
MOST_STYLES = 30  # based on each other

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
P, R, T, TABLE = f"{W}p", f"{W}r", f"{W}t", f"{W}tbl"
BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
ASIDE = {f"{W}moveFrom", f"{W}tabs"}  # what was moved away, and the tab stops: nobody's text
COUNTED = {FALLBACK, TABLE}
WALKED = (P, R, T, *BREAKS, *ASIDE, *COUNTED)
HEADING_STYLE = re.compile(r"(heading|标题)\s*[1-9]", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"(toc|目录)\s*[1-9]", re.IGNORECASE)
NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")


def read(body: bytes) -> list[dict[str, Any]]:
    """The paragraphs as {"text", "heading"}, tables and text boxes included. Raises Unreadable with too_long, nested
    or no_text, or as `packages.check` does.
    """
    packages.check(body, holds="word/document.xml", otherwise="not_docx")
    import docx  # noqa: PLC0415 - only once the package has been looked at

    document = docx.Document(io.BytesIO(body))
    found, size = [], 0
    for paragraph in _paragraphs(document):
        size += len(paragraph["text"])
        if size > MOST_CHARACTERS:
            raise packages.Unreadable("too_long")
        found.append(paragraph)
    if not any(character.isalnum() for paragraph in found for character in paragraph["text"]):
        raise packages.Unreadable("no_text")
    return found


def _paragraphs(document: Any) -> Iterator[dict[str, Any]]:
    names = _Styles(document.styles.element)
    for one in _Walk(document.element.body).found:
        text = "".join(one.pieces).strip()
        styles = names.of(_value(one.element, "pStyle"))
        if text and not one.doubled and not any(CONTENTS_STYLE.fullmatch(name) for name in styles):
            yield {"text": text, "heading": _is_heading(one, text, styles)}


@dataclass
class _Paragraph:
    """A paragraph as the walk finds it: what it says with every tracked change taken over, and for each of its runs
    with text whether that is bold. `doubled` is what stands there once more for older programs.
    """

    element: Any
    doubled: bool
    in_table: bool
    pieces: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)


class _Walk:
    """One walk over a document, each element looked at once: however it is nested, time grows with its size alone."""

    def __init__(self, body: Any) -> None:
        self.found: list[_Paragraph] = []
        self.open: list[_Paragraph] = []
        self.around: list[_Paragraph | None] = []  # the innermost is whose text is read; None: nobody's
        self.tables = self.fallbacks = 0
        for event, element in etree.iterwalk(body, events=("start", "end"), tag=WALKED):
            (self._enter if event == "start" else self._leave)(element)

    def _enter(self, element: Any) -> None:
        tag = element.tag
        if tag == P:
            self._paragraph(element)
        elif tag in ASIDE:
            self.around.append(None)
        elif tag in COUNTED:
            self._count(tag, 1)
        elif tag == R:
            self._run(element)
        elif self.around and (owner := self.around[-1]):
            owner.pieces.append(BREAKS.get(tag, element.text or ""))

    def _leave(self, element: Any) -> None:
        tag = element.tag
        if tag == P:
            self.open.pop()
        if tag == P or tag in ASIDE:
            self.around.pop()
        elif tag in COUNTED:
            self._count(tag, -1)

    def _paragraph(self, element: Any) -> None:
        if len(self.open) == DEEPEST:
            raise packages.Unreadable("nested")
        new = _Paragraph(element, doubled=self.fallbacks > 0, in_table=self.tables > 0)
        self.found.append(new)
        self.open.append(new)
        self.around.append(new)

    def _count(self, tag: str, step: int) -> None:
        if tag == FALLBACK:
            self.fallbacks += step
        else:
            self.tables += step

    def _run(self, element: Any) -> None:
        if self.open and element.find(T) is not None:
            mark = element.find(f"{W}rPr/{W}b")
            self.open[-1].bold.append(mark is not None and mark.get(f"{W}val", "1") not in {"0", "false"})


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}pPr/{W}{name}")
    return "" if found is None else found.get(f"{W}val", "")


class _Styles:
    """The names of each style and of those that it is based on, found once for each style that is used."""

    def __init__(self, styles: Any) -> None:
        self.elements = {style.get(f"{W}styleId"): style for style in styles.iterfind(f"{W}style")}
        self.known: dict[str, list[str]] = {}

    def of(self, code: str) -> list[str]:
        if code not in self.known:
            self.known[code] = list(self._chain(code))
        return self.known[code]

    def _chain(self, code: str) -> Iterator[str]:
        for _step in range(MOST_STYLES):  # styles may be based on each other in a circle
            style = self.elements.get(code)
            if style is None:
                return
            name, above = style.find(f"{W}name"), style.find(f"{W}basedOn")
            if name is not None and name.get(f"{W}val"):
                yield name.get(f"{W}val")
            code = "" if above is None else above.get(f"{W}val", "")


def _is_heading(one: _Paragraph, text: str, styles: list[str]) -> bool:
    if len(text) > LONGEST_HEADING or one.in_table:
        return False
    if any(HEADING_STYLE.fullmatch(name) for name in styles):
        return True
    if _value(one.element, "outlineLvl") in set("012345678"):
        return True
    numbered_by_word = one.element.find(f"{W}pPr/{W}numPr") is not None
    return bool(NUMBERED.match(text)) or numbered_by_word or (bool(one.bold) and all(one.bold))


if __name__ == "__main__":
    packages.answer(read, otherwise="not_docx")
