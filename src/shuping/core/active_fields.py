"""Fields of a document and formulas of a workbook that start a program or fetch something by themselves. For child
processes: nothing of the site is loaded here.
"""

import re
from dataclasses import dataclass, field
from typing import IO, Any

from shuping.core.office_xml import Active, local, parsed, value

# Fields that start something, or take in what lies elsewhere, whatever it is.
STARTING = frozenset({"dde", "ddeauto", "link", "includetext", "include", "import", "database", "rd"})
# A picture pasted from a page keeps its old address: harmless as long as that is a file of the writer's own machine.
PICTURE = "includepicture"
ELSEWHERE = re.compile(r"""^\s*\w+\s+["“]?(?!file:/*[a-z]:[\\/])(?:[a-z][a-z0-9+.-]+:|\\\\|//)""", re.IGNORECASE)
# Functions that fetch or start, and the form of a DDE link: program|topic!item.
FETCHING = re.compile(r"(?<![\w.])(?:_xlfn\.)*(?:webservice|image|rtd|call|register(?:\.id)?|exec)\s*\(", re.IGNORECASE)
DDE = re.compile(r"[\w.]\s*\|\s*['\w]")
STRINGS, SHEETS = re.compile(r'"[^"]*"'), re.compile(r"'[^']*'")


@dataclass
class _Field:
    """A field that is being read: its own words, and whether another field stands for its name or for one of them."""

    words: list[str] = field(default_factory=list)
    hidden_name: bool = False
    holds_another: bool = False
    done: bool = False

    @property
    def text(self) -> str:
        return "".join(self.words)


def look_at_document(stream: IO[bytes]) -> None:
    """Raise Active with fields when a part of a document has such a field, however it is cut into pieces."""
    within: list[_Field] = []
    for event, element in parsed(stream, "fldChar", "instrText", "delInstrText", "fldSimple", "p", begin=True):
        name = local(element)
        if event == "start" and name == "fldSimple":
            _judge(value(element, "instr"))
        elif event == "start" and name == "fldChar":
            _mark(within, value(element, "fldCharType"))
        elif event == "end" and name in {"instrText", "delInstrText"} and within and not within[-1].done:
            within[-1].words.append(element.text or "")
        elif event == "end" and name == "p":
            element.clear(keep_tail=True)
    for left in within:
        _judge_field(left)


def _mark(within: list[_Field], kind: str) -> None:
    if kind == "begin":
        if within and not within[-1].done:
            within[-1].holds_another = True
            within[-1].hidden_name |= not within[-1].text.strip()
        within.append(_Field())
    elif within and kind == "separate":
        _judge_field(within[-1])
        within[-1].done = True
    elif within and kind == "end":
        _judge_field(within.pop())


def _judge_field(found: _Field) -> None:
    if found.hidden_name:
        raise Active("fields")
    _judge(found.text, unknown=found.holds_another)


def _judge(text: str, *, unknown: bool = False) -> None:
    """`unknown`: a part of the field comes from another one, so that nobody can say what a picture's address is."""
    words = text.split(maxsplit=1)
    name = words[0].lower() if words else ""
    if name in STARTING or (name == PICTURE and (unknown or ELSEWHERE.match(text))):
        raise Active("fields")


def look_at_sheet(stream: IO[bytes]) -> None:
    """Raise Active with formulas when a sheet, or the names of a workbook, fetch or start something."""
    names = ("f", "definedName", "oldFormula", "formula1", "formula2", "formula", "calculatedColumnFormula", "row")
    for _event, element in parsed(stream, *names):
        if local(element) == "row":
            _forget(element)
        elif _starts(element.text or ""):
            raise Active("formulas")


def _starts(formula: str) -> bool:
    plain = SHEETS.sub("''", STRINGS.sub('""', formula))
    return bool(FETCHING.search(plain) or DDE.search(plain))


def _forget(row: Any) -> None:
    """A row that was read: a sheet may have more of them than there is memory for."""
    row.clear()
    while row.getprevious() is not None:
        del row.getparent()[0]
