"""The debrief reports of the example: six written by hand, twelve composed from a stock of paragraphs."""

import io
import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import docx as word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

Sections = list[tuple[str, list[str]]]

HEADINGS = {
    "last_year": "一、上年度问题整改情况",
    "duties": "二、履行职责和主要成效",
    "problems": "三、存在的主要问题",
    "causes": "四、问题产生的原因",
    "plan": "五、下一步工作打算",
}
NUMBERS = tuple(f"{number:02}" for number in range(1, 19))
# By the kind of place the organisation gives each number: the file tells of the same one.
WRITTEN = {"01": 3, "04": 5, "07": 4, "10": 2, "13": 1, "14": 6}
COMPOSED = tuple(number for number in NUMBERS if number not in WRITTEN)
COPYIST, ORIGINAL = "06", "05"
COPIED = 13

BODY_FACE, HEADING_FACE, TITLE_FACE = "仿宋", "黑体", "宋体"
BODY_SIZE, TITLE_SIZE, LINE = Pt(16), Pt(22), Pt(28)
INDENT = BODY_SIZE * 2


@dataclass(frozen=True)
class Slot:
    """A place in a composed report: its section, the wordings to choose from, the figures' ranges."""

    section: str
    texts: tuple[str, ...]
    ranges: dict[str, tuple[int, int]]


def report(number: str, unit: str, *, seed: int) -> Sections:
    """The sections of a unit's report, each a heading with its paragraphs (R14, R15).

    Reports 05 and 06 share most paragraphs, as copied reports do; any two others share at most two.
    Raises ValueError for a number that is not one of the example's.
    """
    if number in WRITTEN:
        return _written(WRITTEN[number], unit)
    if number not in COMPOSED:
        raise ValueError(number)
    return _composed(number, unit, seed)


def shortened(sections: Sections) -> Sections:
    """The report without its causes, to be returned because a section is missing (R15)."""
    return [section for section in sections if section[0] != HEADINGS["causes"]]


def docx(sections: Sections, *, title: str) -> bytes:
    """The report as the Word file a secretary's office would hand in (R14)."""
    document = word.Document()
    _styles(document)
    document.add_paragraph(title, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for heading, paragraphs in sections:
        document.add_heading(heading, level=1)
        for text in paragraphs:
            document.add_paragraph(text).paragraph_format.first_line_indent = INDENT
    with io.BytesIO() as body:
        document.save(body)
        return body.getvalue()


def _written(file: int, unit: str) -> Sections:
    sections: Sections = []
    for line in _text(f"written-{file}.txt").splitlines():
        if line.startswith("# "):
            sections.append((line.removeprefix("# "), []))
        elif line:
            sections[-1][1].append(line.replace("{unit}", unit))
    return sections


def _composed(number: str, unit: str, seed: int) -> Sections:
    paragraphs: dict[str, list[str]] = {section: [] for section in HEADINGS}
    for slot, text in zip(_stock(), _paragraphs(number, seed), strict=True):
        paragraphs[slot.section].append(text.replace("{unit}", unit))
    return [(heading, paragraphs[section]) for section, heading in HEADINGS.items()]


def _paragraphs(number: str, seed: int) -> list[str]:
    rng = random.Random(f"{seed}-{number}")
    own = [_filled(slot, choice, rng) for slot, choice in zip(_stock(), _choices(seed)[number], strict=True)]
    if number == COPYIST:
        theirs = _paragraphs(ORIGINAL, seed)
        for place in rng.sample(range(len(own)), COPIED):
            own[place] = theirs[place]
    return own


def _filled(slot: Slot, choice: int, rng: random.Random) -> str:
    figures = {name: str(rng.randint(*bounds)) for name, bounds in slot.ranges.items()}
    return slot.texts[choice].format(unit="{unit}", **figures)


@cache
def _choices(seed: int) -> dict[str, list[int]]:
    """Which wording each composed report takes in each slot.

    In a slot two reports share a wording; the pairs change as in a tournament, so that they meet again only
    after every other pair has met.
    """
    rng = random.Random(seed)
    rounds = list(_rounds(COMPOSED))
    rng.shuffle(rounds)
    chosen: dict[str, list[int]] = {number: [] for number in COMPOSED}
    for place, slot in enumerate(_stock()):
        wordings = rng.sample(range(len(slot.texts)), len(slot.texts))
        for wording, pair in zip(wordings, rounds[place % len(rounds)], strict=True):
            for number in pair:
                chosen[number].append(wording)
    return chosen


def _rounds(players: tuple[str, ...]) -> Iterator[list[tuple[str, str]]]:
    """Every way round the circle of pairing an even number of players so that no pair meets twice."""
    fixed, *circle = players
    for turn in range(len(circle)):
        row = [fixed, *circle[turn:], *circle[:turn]]
        yield [(row[place], row[-1 - place]) for place in range(len(row) // 2)]


@cache
def _stock() -> tuple[Slot, ...]:
    table = tomllib.loads(_text("stock.toml"))
    ranges = {section: _bounds(values) for section, values in table["ranges"].items()}
    return tuple(Slot(slot["section"], tuple(slot["texts"]), ranges[slot["section"]]) for slot in table["slot"])


def _bounds(values: dict[str, Iterable[int]]) -> dict[str, tuple[int, int]]:
    return {name: (low, high) for name, (low, high) in values.items()}


def _text(name: str) -> str:
    return (files(__package__) / "reports" / name).read_text(encoding="utf-8")


def _styles(document: Any) -> None:
    _style(document.styles["Normal"], BODY_FACE, BODY_SIZE)
    _style(document.styles["Heading 1"], HEADING_FACE, BODY_SIZE)
    _style(document.styles["Title"], TITLE_FACE, TITLE_SIZE)
    document.styles["Heading 1"].paragraph_format.first_line_indent = INDENT
    for rule in document.styles["Title"].element.findall(f"{qn('w:pPr')}/{qn('w:pBdr')}"):
        rule.getparent().remove(rule)


def _style(style: Any, face: str, size: Pt) -> None:
    style.font.name, style.font.size, style.font.bold = "Times New Roman", size, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    faces = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in [name for name in faces.attrib if name.endswith("Theme")]:
        del faces.attrib[theme]
    faces.set(qn("w:eastAsia"), face)
    style.paragraph_format.line_spacing = LINE
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
