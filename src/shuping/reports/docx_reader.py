"""Reads a docx document from standard input and writes its paragraphs: run as a child process."""

import io
import re
from collections.abc import Iterator
from typing import Any

from shuping.core import packages

MOST_CHARACTERS = 400_000
LONGEST_HEADING = 60

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
HEADING_STYLE = re.compile(r"(heading|标题)\s*[1-9]", re.IGNORECASE)
CONTENTS_STYLE = re.compile(r"(toc|目录)\s*[1-9]", re.IGNORECASE)
NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、")


def read(body: bytes) -> list[dict[str, Any]]:
    """The paragraphs as {"text", "heading"}, tables and text boxes included. Raises Unreadable with too_long
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
    styles = {style.style_id: style for style in document.styles}
    for element in document.element.body.iter(f"{W}p"):
        names = _style_names(styles.get(_value(element, "pStyle")))
        text = _text(element).strip()
        in_contents = any(CONTENTS_STYLE.fullmatch(name) for name in names)
        if text and not in_contents and not any(True for _ in element.iterancestors(FALLBACK)):
            yield {"text": text, "heading": _is_heading(element, text, names)}


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}pPr/{W}{name}")
    return "" if found is None else found.get(f"{W}val", "")


def _style_names(style: Any) -> list[str]:
    """The names of a style and of those it is based on."""
    names: list[str] = []
    while style is not None and style.name not in names:
        names.append(style.name)
        style = style.base_style
    return [name for name in names if name]


def _text(paragraph: Any) -> str:
    """What the paragraph says with every tracked change taken over."""
    nodes = paragraph.iter(f"{W}t", *BREAKS)
    return "".join(BREAKS.get(node.tag, node.text or "") for node in nodes if _belongs(node, paragraph))


def _belongs(node: Any, paragraph: Any) -> bool:
    """Not part of a text box inside the paragraph, of what was moved away, or of the tab stops."""
    for above in node.iterancestors():
        if above is paragraph:
            return True
        if above.tag in {f"{W}p", f"{W}moveFrom", f"{W}tabs"}:
            return False
    return False


def _is_heading(paragraph: Any, text: str, styles: list[str]) -> bool:
    if len(text) > LONGEST_HEADING or any(True for _ in paragraph.iterancestors(f"{W}tbl")):
        return False
    if any(HEADING_STYLE.fullmatch(name) for name in styles) or _value(paragraph, "outlineLvl") in set("012345678"):
        return True
    numbered_by_word = paragraph.find(f"{W}pPr/{W}numPr") is not None
    return bool(NUMBERED.match(text)) or numbered_by_word or _is_bold(paragraph)


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(marks) and all(mark is not None and mark.get(f"{W}val", "1") not in {"0", "false"} for mark in marks)


if __name__ == "__main__":
    packages.answer(read, otherwise="not_docx")
