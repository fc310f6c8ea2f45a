"""Where the site has its papers set: a child process (`typesetter`), one for a paper or one for a whole bundle."""

import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shuping.documents import fonts
from shuping.documents.blocks import Paper, Workbook, printable

PATIENCE = 120  # seconds for a paper


class PaperFaulty(Exception):
    """The typesetter could not set the paper; the message is its own."""


class Press:
    """One typesetter, for as many papers as are set before the `with` ends."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
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
        with suppress(BrokenPipeError):  # of one that was dead already something may be left to be written
            self.stack.close()

    def set(self, built: Paper | Workbook, form: str) -> bytes:
        """The bytes of a paper or workbook as docx, pdf or xlsx. Raises PaperFaulty."""
        clock = threading.Timer(PATIENCE, self.child.kill)
        clock.start()
        try:
            return self._set(pickle.dumps(printable(built)), form)
        except BrokenPipeError:
            raise PaperFaulty(self._last_words()) from None
        finally:
            clock.cancel()

    def _set(self, built: bytes, form: str) -> bytes:
        self.child.stdin.write(f"{form} {len(built)}\n".encode() + built)
        self.child.stdin.flush()
        what, _space, size = self.child.stdout.readline().partition(b" ")
        body: bytes = self.child.stdout.read(int(size)) if size else b""
        if what != b"file":
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


def render(built: Paper | Workbook, form: str) -> bytes:
    """The bytes of a paper or workbook as docx, pdf or xlsx. Raises PaperFaulty."""
    press = _bundle.get()
    if press is not None:
        return press.set(built, form)
    with Press() as own:
        return own.set(built, form)
