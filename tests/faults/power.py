"""The power cut: the library that remembers what a disk has not synced, and the replay that takes it away."""

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "tools" / "powercut.c"
HEAD = struct.Struct("4q")
LENGTH = struct.Struct("q")


def library(folder: Path) -> Path:
    """Compile tools/powercut.c into `folder`."""
    made = folder / "powercut.so"
    compiler = shutil.which("gcc") or shutil.which("cc")
    assert compiler, "a C compiler is needed: apt-get install --yes gcc libc6-dev"
    words = [compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True)
    return made


def lose_what_was_not_synced(folder: Path) -> int:
    """Undo every write of the folder's database since its last sync, as after a power cut; returns how many."""
    undone = 0
    for undo in folder.glob("shuping.sqlite3*.undo"):
        undone += _replay(undo, undo.with_suffix(""))
        undo.unlink()
    (folder / "shuping.sqlite3-shm").unlink(missing_ok=True)
    return undone


def _replay(undo: Path, file: Path) -> int:
    records, number = undo.read_bytes(), 0
    if not file.exists():
        return 0
    # A record that was cut off itself belongs to a write that never happened: only whole ones count.
    ends = _whole(records)
    with file.open("r+b") as out:
        for begin in reversed(ends):
            size, offset, length, _total = HEAD.unpack_from(records, begin)
            out.seek(offset)
            out.write(records[begin + HEAD.size : begin + HEAD.size + length])
            out.truncate(size)
            number += 1
    return number


def _whole(records: bytes) -> list[int]:
    begins, at = [], 0
    while at + HEAD.size <= len(records):
        total = HEAD.unpack_from(records, at)[3]
        if at + total > len(records):
            break
        begins.append(at)
        at += total
    return begins
