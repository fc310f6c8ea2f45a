"""The power cut: the library that remembers what a disk has not synced, and the replay that takes it away."""

import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "tools" / "powercut.c"
HEAD = struct.Struct("4q")
COMPILER = shutil.which("gcc") or shutil.which("cc") or ""
MISSING = "" if COMPILER else "no C compiler for tools/powercut.c: apt-get install --yes gcc libc6-dev"
# In CI it is never skipped: there a missing compiler has to be an error.
needed = pytest.mark.skipif(bool(MISSING) and "CI" not in os.environ, reason=MISSING)


def library(folder: Path) -> Path:
    """Compile tools/powercut.c into `folder`."""
    assert COMPILER, MISSING
    made = folder / "powercut.so"
    words = [COMPILER, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True)
    made.chmod(0o755)
    return made


def shim(made: Path, data: Path, undo: Path) -> dict[str, str]:
    """The environment in which writes below `data` are remembered in `undo` until they are synced."""
    undo.mkdir(exist_ok=True)
    return {"LD_PRELOAD": str(made), "POWERCUT_DATA": str(data), "POWERCUT_UNDO": str(undo)}


def lose_what_was_not_synced(undo: Path) -> int:
    """Take back every write since its file's last sync, as after a power cut; returns how many, and forgets them."""
    taken_back = 0
    for kept in undo.iterdir():
        file = Path(kept.name.replace("%", "/"))
        if kept.suffix != ".turn" and file.exists():
            taken_back += _replay(kept.read_bytes(), file)
        kept.unlink()
    return taken_back


def _replay(records: bytes, file: Path) -> int:
    # A record that was cut off itself belongs to a write that never happened: only whole ones count.
    begins = _whole(records)
    with file.open("r+b") as out:
        for begin in reversed(begins):
            size, offset, length, _total = HEAD.unpack_from(records, begin)
            out.seek(offset)
            out.write(records[begin + HEAD.size : begin + HEAD.size + length])
            out.truncate(size)
    return len(begins)


def _whole(records: bytes) -> list[int]:
    begins, at = [], 0
    while at + HEAD.size <= len(records):
        total = HEAD.unpack_from(records, at)[3]
        if at + total > len(records):
            break
        begins.append(at)
        at += total
    return begins
