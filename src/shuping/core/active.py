"""Active content in office packages: what would run, or fetch something, when a copy is opened. It is found by type and
by relationship, never by names alone. For child processes: nothing of the site is loaded here.

The names of what is found are the keys of the sentences in `active_words`.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shuping.core import active_fields
from shuping.core.office_xml import Active, parsed

# What a content type, in small letters, tells of its part.
TYPES = {
    "macros": ("macroenabled", "vbaproject", "vbadata", "macrosheet"),
    "embedded": ("oleobject", "activex"),
    "buttons": ("attachedtoolbars", "webextension"),
    "links": ("externallink", "spreadsheetml.connections", "spreadsheetml.querytable", "volatiledependencies"),
}
# What the last word of a relationship's type tells, wherever it leads.
RELATIONS = {
    "macros": {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"},
    "embedded": {"oleobject", "package", "control", "activexcontrolbinary"},
    "inserted": {"afchunk", "subdocument"},
    "buttons": {"extensibility", "usercustomization", "attachedtoolbars", "webextension", "webextensiontaskpanes"},
    "links": {"externallink", "externallinkpath", "connections", "querytable", "volatiledependencies"},
}
NAMES = {"macros": ("vbaproject.bin", "vbadata.xml"), "embedded": ("activex",)}
PRESSED = "hyperlink"  # nobody follows one who does not press it
CHART = ("drawingml.chart+xml", "ms-office.chartex+xml")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_CHART = 20_000_000  # bytes that the workbook behind a chart may unpack to


@dataclass(frozen=True)
class Relation:
    """A relationship: the part that has it, the last word of its type in small letters, where it leads."""

    source: str
    kind: str
    target: str
    outside: bool


@dataclass(frozen=True)
class Parts:
    """A package: its parts by their names as office programs compare them, and the content type of each."""

    package: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]
    types: dict[str, str]

    def elements(self, name: str, *local_names: str) -> Iterator[Any]:
        """The elements of a part; none when there is no such part."""
        if name in self.parts:
            with self.package.open(self.parts[name]) as stream:
                for _event, element in parsed(stream, *local_names):
                    yield element


def ensure_passive(package: zipfile.ZipFile, *, behind_chart: bool = False) -> None:
    """Raise Active with the name of what was found. The workbook behind a chart may hold no other one."""
    found = _opened(package)
    for name, told in found.types.items():
        _look_at_type(name, told)
    for relation in _relations(found):
        _look_at_relation(found, relation, behind_chart=behind_chart)
    for name, told in found.types.items():
        _look_inside(found, name, told)


def _opened(package: zipfile.ZipFile) -> Parts:
    parts: dict[str, zipfile.ZipInfo] = {}
    for part in package.infolist():
        name = _plain(part.filename)
        if name in parts:  # two parts of one name: what we read need not be what is opened later
            raise Active("doubtful")
        parts[name] = part
    return Parts(package, parts, _types(Parts(package, parts, {})))


def _plain(name: str) -> str:
    steps: list[str] = []
    for step in name.lower().replace("\\", "/").split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _types(found: Parts) -> dict[str, str]:
    """The content type of every part, in small letters; empty where none is declared."""
    by_name, by_ending = {}, {}
    for element in found.elements("[content_types].xml", "Default", "Override"):
        told = element.get("ContentType", "").lower()
        if element.get("PartName"):
            by_name[_plain(element.get("PartName"))] = told
        else:
            by_ending[element.get("Extension", "").lower()] = told
    return {name: by_name.get(name, by_ending.get(name.rpartition(".")[2], "")) for name in found.parts}


def _look_at_type(name: str, told: str) -> None:
    for fault, words in TYPES.items():
        if any(word in told for word in words):
            raise Active(fault)
    for fault, names in NAMES.items():
        if name.rpartition("/")[2].startswith(names):
            raise Active(fault)


def _relations(found: Parts) -> Iterator[Relation]:
    for name in found.parts:
        folder, _, file = name.rpartition("/")
        if name.endswith(".rels"):
            home = folder.removesuffix("_rels").rstrip("/")
            source = f"{home}/{file.removesuffix('.rels')}".lstrip("/")
            for element in found.elements(name, "Relationship"):
                yield _relation(source, home, element)


def _relation(source: str, home: str, element: Any) -> Relation:
    target = element.get("Target", "")
    inside = target if target.startswith("/") else f"{home}/{target}"
    return Relation(
        source=source,
        kind=element.get("Type", "").rstrip("/").rpartition("/")[2].lower(),
        target=_plain(inside),
        outside=element.get("TargetMode", "").strip().lower() == "external",
    )


def _look_at_relation(found: Parts, relation: Relation, *, behind_chart: bool) -> None:
    if relation.kind == "package" and not relation.outside and not behind_chart and _is_chart(found, relation):
        _look_behind_chart(found, relation.target)
        return
    for fault, kinds in RELATIONS.items():
        if relation.kind in kinds:
            raise Active(fault)
    if relation.outside and relation.kind != PRESSED:
        raise Active("template" if relation.kind == "attachedtemplate" else "fetched")


def _is_chart(found: Parts, relation: Relation) -> bool:
    """A chart keeps its figures in a workbook of its own, which opens when somebody edits them."""
    source = found.types.get(relation.source, "")
    return any(word in source for word in CHART) and found.types.get(relation.target) == WORKBOOK


def _look_behind_chart(found: Parts, target: str) -> None:
    part = found.parts[target]
    if part.file_size > LARGEST_CHART:
        raise Active("embedded")
    try:
        with zipfile.ZipFile(io.BytesIO(found.package.read(part))) as workbook:
            if sum(one.file_size for one in workbook.infolist()) > LARGEST_CHART:
                raise Active("embedded")
            ensure_passive(workbook, behind_chart=True)
    except zipfile.BadZipFile:
        raise Active("embedded") from None


def _look_inside(found: Parts, name: str, told: str) -> None:
    if not told.endswith("+xml"):
        return
    with found.package.open(found.parts[name]) as stream:
        if "wordprocessingml" in told:
            active_fields.look_at_document(stream)
        elif "spreadsheetml" in told:
            active_fields.look_at_sheet(stream)
