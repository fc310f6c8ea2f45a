"""PDF papers by typst, with our own faces and nothing from the machine (R110). A warning is an error."""

import io
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import segno

from shuping.documents import fonts
from shuping.documents.blocks import Block, Paper, printable

PATIENCE = 120  # seconds
TEMPLATE = Path(__file__).with_name("paper.typ")


class PaperFaulty(Exception):
    """typst could not set the paper, or warned about it; the message is typst's."""


def render(paper: Paper) -> bytes:
    """The paper as the bytes of a pdf file. Raises PaperFaulty."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(TEMPLATE, folder / "paper.typ")
        (folder / "paper.json").write_text(json.dumps(_plain(printable(paper)), ensure_ascii=False), "utf-8")
        return _compile(folder)


def _compile(folder: Path) -> bytes:
    command = [sys.executable, "-m", "shuping.documents.typesetter", str(folder), str(fonts.directory())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise PaperFaulty(done.stderr)
    return (folder / "paper.pdf").read_bytes()


def _plain(paper: Paper) -> dict[str, Any]:
    return asdict(paper) | {"blocks": [_block(block) for block in paper.blocks]}


def _block(block: Block) -> dict[str, Any]:
    plain = {"kind": type(block).__name__, **asdict(block)}
    if "data" in plain:
        plain["svg"] = _svg(plain["data"])
    if plain["kind"] == "Slips":
        plain["slips"] = [{"headline": head, "lines": lines, "svg": _svg(data)} for head, lines, data in plain["slips"]]
    return plain


def _svg(data: str) -> str:
    out = io.BytesIO()
    segno.make(data, error="m", micro=False).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()
