"""PDF papers by typst, with our own faces and nothing from the machine (R110). A warning is an error."""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shuping.documents import fonts, qr
from shuping.documents.blocks import Block, Paper, printable

PATIENCE = 120  # seconds for a paper
TEMPLATE = Path(__file__).with_name("paper.typ")


class PaperFaulty(Exception):
    """typst could not set the paper, or warned about it; the message is typst's."""


class Press:
    """One typesetter, for as many papers as are set before the `with` ends."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            shutil.copy(TEMPLATE, folder / "paper.typ")
            self.words = stack.enter_context((folder / "words").open("w+b"))
            command = [sys.executable, "-m", "shuping.documents.typesetter", str(folder), str(fonts.directory())]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.words)
            self.child: Any = stack.enter_context(child)
            self.stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.kill()
        self.stack.close()

    def set(self, paper: Paper) -> bytes:
        """The paper as the bytes of a pdf file. Raises PaperFaulty."""
        clock = threading.Timer(PATIENCE, self.child.kill)
        clock.start()
        try:
            return self._set(json.dumps(_plain(printable(paper)), ensure_ascii=False).encode())
        except BrokenPipeError:
            raise PaperFaulty(self._last_words()) from None
        finally:
            clock.cancel()

    def _set(self, paper: bytes) -> bytes:
        self.child.stdin.write(paper + b"\n")
        self.child.stdin.flush()
        what, _space, size = self.child.stdout.readline().partition(b" ")
        body: bytes = self.child.stdout.read(int(size)) if size else b""
        if what != b"pdf":
            raise PaperFaulty(body.decode() or self._last_words())
        return body

    def _last_words(self) -> str:
        self.words.seek(0)
        return self.words.read().decode(errors="replace") or "The typesetter ended without a word."


_bundle: ContextVar[Press | None] = ContextVar("bundle", default=None)


@contextmanager
def bundle() -> Iterator[None]:
    """Let every paper that is rendered before the `with` ends be set by one typesetter."""
    with Press() as press:
        token = _bundle.set(press)
        try:
            yield
        finally:
            _bundle.reset(token)


def render(paper: Paper) -> bytes:
    """The paper as the bytes of a pdf file. Raises PaperFaulty."""
    press = _bundle.get()
    if press is not None:
        return press.set(paper)
    with Press() as own:
        return own.set(paper)


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
