"""Sets papers as docx, pdf or xlsx: run as a child process, so that libraries, faces and caches (over 60 MB) go with it
when it ends.

Called with a folder of its own and the folder of the faces. Standard input is a row of lines "FORMAT SIZE", each with
that many bytes behind it: a paper or workbook, pickled by the site. The answer to each is a line "file SIZE" and the
bytes, or "fault SIZE" and what is wrong with it.
"""

import pickle
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def main(folder: str, faces: str) -> None:
    setters: dict[str, Callable[[Any], bytes]] = {}
    while head := sys.stdin.buffer.readline():
        form, size = head.decode().split()
        what, body = _set(setters, form, sys.stdin.buffer.read(int(size)), (Path(folder), Path(faces)))
        sys.stdout.buffer.write(f"{what} {len(body)}\n".encode() + body)
        sys.stdout.buffer.flush()


def _set(setters: dict[str, Callable[[Any], bytes]], form: str, body: bytes, places: tuple[Path, Path]) -> Any:
    try:
        if form not in setters:
            setters[form] = _setter(form, *places)
        return "file", setters[form](pickle.loads(body))  # noqa: S301 - the site itself wrote it
    except Exception as error:  # noqa: BLE001 - one paper that cannot be set, whatever the reason
        return "fault", f"{type(error).__name__}: {error}".encode()


def _setter(form: str, folder: Path, faces: Path) -> Callable[[Any], bytes]:
    """The renderer of a format; each loads libraries of its own, large ones."""
    renderer: Any = import_module(f"shuping.documents.render_{form}")
    return renderer.Setter(folder, faces).render if form == "pdf" else renderer.render  # type: ignore[no-any-return]


if __name__ == "__main__":
    main(*sys.argv[1:])
