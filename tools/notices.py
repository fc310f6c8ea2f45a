"""The notices of what others wrote and this project gives away: in scripts, style and fonts, with each licence's words.

What is really in a script is what esbuild says of its output; it could keep comments, but not every library writes its
notice as one. MIT and OFL ask that notice and licence go with every copy: with the wheel and the site, beside the
scripts (not in them: a phone loads every byte of the booth), with `make dist`, and inside each page that goes alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fonts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
NAME = "THIRD-PARTY-NOTICES.txt"
PACKAGE = re.compile(r".*node_modules/((?:@[^/]+/)?[^/]+)/")
TEXTS = ("LICENSE_FONT", "LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE")  # a font's own before that of its packing
PERMISSION = "Permission is hereby granted"
HEAD = """\
Shuping is licensed under the Apache License 2.0 (LICENSE). It contains parts of the works below, each of which stays
under its own licence.
"""
RULE = "=" * 100


class NoLicence(Exception):
    """A package came without the words of its licence; the sentence names it."""


def packages(metafile: Mapping[str, Any]) -> set[str]:
    """The npm packages of which at least a byte stands in what esbuild wrote."""
    outputs = metafile["outputs"].values()
    inputs = (file for output in outputs for file, told in output["inputs"].items() if told["bytesInOutput"])
    return {found.group(1) for found in map(PACKAGE.match, inputs) if found}


def faces() -> dict[str, list[str]]:
    """Where the fonts of each package go."""
    used: dict[str, list[str]] = {}
    for face in fonts.FACES:
        folder, _slash, file = face.partition("/")
        name = Path(file)
        files = [f"fonts/{name.name}", f"fonts/{name.stem}_Common{name.suffix}"]
        used.setdefault(f"@expo-google-fonts/{folder}", []).extend(files)
    return used


def notices(used: Mapping[str, Iterable[str]]) -> str:
    """The whole text for these packages; of each it says in which files it stands. Raises NoLicence."""
    parts = [HEAD]
    for package in sorted(used):
        about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
        where = ", ".join(sorted(used[package]))
        parts.append(f"{RULE}\n{package} {about['version']}, in {where}\n\n{_licence(package)}\n")
    return "\n".join(parts)


def comment(used: Mapping[str, Iterable[str]]) -> str:
    """The same as a comment of html. Raises NoLicence, also for words that would end the comment."""
    text = notices(used)
    if re.search("<!--|--!?>", text):
        raise NoLicence("The words of a licence would end the comment of a page.")
    return f"<!--\n{text}-->"


def _licence(package: str) -> str:
    for name in TEXTS:
        if (file := MODULES / package / name).exists():
            return file.read_text("utf-8").strip()
    return _mit_of_its_head(package)


def _mit_of_its_head(package: str) -> str:
    """The notice at the head of a module that says "MIT" and names where to read it, with the words that it means."""
    about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
    lines = (MODULES / package / about["module"]).read_text("utf-8").splitlines()
    head = [line.lstrip("/ -") for line in lines[: lines.index("")] if line.startswith("//")]
    told = "\n".join(head).strip()
    if about.get("license") != "MIT" or "Copyright" not in told:
        raise NoLicence(f"{package} came without the words of its licence.")
    words = (MODULES / "@picocss" / "pico" / "LICENSE.md").read_text("utf-8")
    return f"{told}\n\n{words[words.index(PERMISSION) :].strip()}"
