"""Whether the disk below the data folder can keep a promise: what kind it is, how quick it syncs, what is left."""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from shuping.core import datafolder

NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "fuse.sshfs", "afs"})
ROUNDS = 20
BALLOT = b"\0" * 80_000
LEAST_FREE = 2 * 1024**3


class NetworkFolder(datafolder.CannotWork):
    """The data folder lies on a network file system, where SQLite's locks and syncs do not hold."""


class Unreadable(datafolder.CannotWork):
    """SQLite cannot read the database's file."""


def unreadable(file: Path, error: Exception) -> Unreadable:
    """What to raise when SQLite does not answer."""
    return Unreadable(
        f"无法读取数据库 {file}（{error}）。请检查权限和磁盘；如已损坏，请恢复备份。 / The database {file} cannot be "
        "read "
        f"({error}). Look at its rights and its disk; if it is damaged, restore a backup."
    )


def file_system(folder: Path, mounts: str | None = None) -> str:
    """The kind of file system below a folder, as Linux names it; empty where that cannot be told.

    `mounts` is the text of /proc/mounts.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text("utf-8")
        except OSError:
            return ""
    best, kind = "", ""
    for line in mounts.splitlines():
        _device, point, found, *_rest = line.split(" ")
        place = point.replace("\\040", " ")
        if folder.is_relative_to(place) and len(place) >= len(best):
            best, kind = place, found
    return kind


def refuse_network_folder(folder: Path, mounts: str | None = None) -> None:
    """Raise NetworkFolder with a sentence when SQLite would lie on a network file system."""
    kind = file_system(folder, mounts)
    if kind in NETWORK:
        raise NetworkFolder(
            f"{folder} lies on a network file system ({kind}), where SQLite may lose ballots. Set SHUPING_DATA to a "
            "disk of this machine, or use PostgreSQL (SHUPING_DATABASE_URL)."
        )


def sync_times(folder: Path) -> list[float]:
    """Milliseconds that this disk took to make a ballot's worth of bytes durable, each of twenty times, sorted."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _round in range(ROUNDS):
            begun = time.perf_counter()
            file.write(BALLOT)
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def disk(folder: Path) -> str:
    """A line on the disk: how quick it syncs and how much is free, and what that means."""
    try:
        times = sync_times(folder)
    except OSError as error:
        return f"Disk: {folder} cannot be written to ({error.strerror})."
    free = shutil.disk_usage(folder).free
    line = f"Disk: sync of one ballot {statistics.median(times):.1f} ms (slowest {times[-1]:.1f}), "
    line += f"{free / 1024**3:.1f} GB free ({file_system(folder) or 'unknown file system'})."
    if free < LEAST_FREE:
        line += " Make room before the meeting: less than 2 GB is left."
    return line
