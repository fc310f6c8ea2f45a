"""PDF papers by typst, with our own faces and nothing from the machine (R110). A warning is an error."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from shuping.documents import qr
from shuping.documents.blocks import Block, Paper, printable
from shuping.documents.press import PaperFaulty

TEMPLATE = Path(__file__).with_name("paper.typ")


class Setter:
    """One compiler, kept from one paper to the next: the second takes a tenth of the time of the first."""

    def __init__(self, folder: Path, faces: Path) -> None:
        self.folder = folder
        shutil.copy(TEMPLATE, folder / "paper.typ")
        self.compiler = typst.Compiler(root=str(folder), font_paths=[str(faces)], ignore_system_fonts=True)

    def render(self, paper: Paper) -> bytes:
        """The paper as the bytes of a pdf file. Raises PaperFaulty."""
        plain = json.dumps(_plain(printable(paper)), ensure_ascii=False)
        (self.folder / "paper.json").write_text(plain, "utf-8")
        try:
            pdf, warnings = self.compiler.compile_with_warnings(input=str(self.folder / "paper.typ"), format="pdf")
        except typst.TypstError as error:
            raise PaperFaulty(str(error)) from None
        if warnings:
            raise PaperFaulty("; ".join(str(warning) for warning in warnings))
        assert isinstance(pdf, bytes)
        return pdf


def _plain(paper: Paper) -> dict[str, Any]:
    return asdict(paper) | {"blocks": [_block(block) for block in paper.blocks]}


def _block(block: Block) -> dict[str, Any]:
    plain = {"kind": type(block).__name__, **asdict(block)}
    if "data" in plain:
        plain["svg"] = qr.svg(plain["data"])
    if plain["kind"] == "Slips":
        plain["slips"] = [
            {"headline": head, "lines": lines, "svg": qr.svg(data)} for head, lines, data in plain["slips"]
        ]
    return plain
