"""`shuping backup` and `shuping restore`: the whole site in one sealed file, taken while it serves.

The database is copied as of one moment while writers go on (`core.dumps`). What is not sealed never leaves the data
folder (ballot.md, "A dead machine").
"""

import argparse
import getpass
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from shuping.core import datafolder, dumps, sealing

NAME = "shuping-backup.bin"
FOLDERS = ("keys", "files")
SHORTEST = 12


class BackupRefused(Exception):
    """Nothing was written, with the sentence that says why."""


def add_to(commands: Any) -> None:
    """Add `backup` and `restore` to the sub-commands of `shuping`."""
    helps = {
        "backup": ("DEST", "write database, files and keys into one sealed file, also while the site serves"),
        "restore": ("SRC", "put a backup into an empty data folder, and check it"),
    }
    for name, run in (("backup", _backup), ("restore", _restore)):
        metavar, told = helps[name]
        command = commands.add_parser(name, help=told)
        command.add_argument("place", type=Path, metavar=metavar)
        command.add_argument("--passphrase-file", type=Path, metavar="FILE", help="its first line is the passphrase")
        command.set_defaults(run=run)


def _backup(options: argparse.Namespace) -> int:
    os.umask(0o077)
    try:
        words = passphrase(options.passphrase_file, fresh=True)
        file = make(datafolder.path(), options.place, words)
    except BackupRefused as refused:
        return _say(refused)
    print(f"{file}: sealed. Without its passphrase nobody can read it, you neither.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    os.umask(0o077)
    try:
        words = passphrase(options.passphrase_file, fresh=False)
        restore(options.place, datafolder.path(), words)
    except (BackupRefused, datafolder.FolderInUse) as refused:
        return _say(refused)
    from shuping import fitness

    return fitness.check()


def _say(refused: Exception) -> int:
    print(refused, file=sys.stderr)
    return 1


def passphrase(file: Path | None, *, fresh: bool) -> str:
    """From `file`, from SHUPING_BACKUP_PASSPHRASE, or asked on the terminal (twice when it is a fresh one).

    Raises BackupRefused when it is missing, too short or not the same twice.
    """
    words = _given(file) or _asked(fresh=fresh)
    if fresh and len(words) < SHORTEST:
        raise BackupRefused(f"The passphrase of a backup has at least {SHORTEST} characters: four words will do.")
    return words


def _given(file: Path | None) -> str:
    if file is None:
        return os.environ.get("SHUPING_BACKUP_PASSPHRASE", "").strip()
    try:
        words = file.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"The passphrase could not be read from {file}.") from error
    if not words:
        raise BackupRefused(f"The first line of {file} is empty; it should be the passphrase.")
    return words


def _asked(*, fresh: bool) -> str:
    if not sys.stdin.isatty():
        raise BackupRefused("No passphrase: set SHUPING_BACKUP_PASSPHRASE or name a file with --passphrase-file.")
    words = getpass.getpass("Passphrase of the backup: ").strip()
    if fresh and getpass.getpass("Once more: ").strip() != words:
        raise BackupRefused("The two passphrases differ. Nothing was written.")
    return words


def make(folder: Path, target: Path, words: str) -> Path:
    """Seal the data folder into `target`/NAME, which is replaced only by a whole one. Returns the file.

    Raises BackupRefused when there is nothing to back up or the target cannot be written.
    """
    if sentence := dumps.missing(folder):
        raise BackupRefused(sentence)
    file = target / NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as inner, _replaced(file) as out:
            _seal(folder, dumps.take(folder, Path(inner)), out, words)
    except (OSError, dumps.DumpFailed) as error:
        raise BackupRefused(f"The backup could not be written to {target} ({error}). An older one is kept.") from error
    return file


@contextmanager
def _replaced(file: Path) -> Iterator[IO[bytes]]:
    """A file to write beside `file`; it takes its place, synced, when the `with` ends well."""
    fresh = file.with_suffix(".new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seal(folder: Path, copies: list[Path], out: IO[bytes], words: str) -> None:
    sealer = sealing.Sealer(out, words)
    # The database came first: files are never overwritten, so every one that this copy names is there.
    with tarfile.open(fileobj=sealer, mode="w|") as tar:
        for copy in copies:
            tar.add(copy, copy.name)
        for name in FOLDERS:
            _add_tree(tar, folder, name)
        if datafolder.is_example(folder):
            tar.add(folder / datafolder.MARKER, datafolder.MARKER)
    sealer.finish()


def _add_tree(tar: tarfile.TarFile, folder: Path, name: str) -> None:
    tar.add(folder / name, name, recursive=False)
    for file in sorted((folder / name).rglob("*")):
        # What is being stored at this moment has a passing name, and no row in the copy of the database.
        if not file.name.startswith(tempfile.gettempprefix()):
            tar.add(file, file.relative_to(folder), recursive=False)


def restore(source: Path, folder: Path, words: str) -> None:
    """Put a backup (the file, or the folder that holds it) into an empty data folder; nothing stays there unless all
    of it was sound.

    Raises BackupRefused, or FolderInUse when a server works on the folder.
    """
    file = source / NAME if source.is_dir() else source
    with datafolder.hold(folder):
        _refuse_data(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as inner:
            _unpack(file, Path(inner), words)
            _put(Path(inner), folder)


def _refuse_data(folder: Path) -> None:
    if any(file.name != "lock" for file in folder.rglob("*") if not file.is_dir()):
        raise BackupRefused(f"{folder} holds data already. Restore into an empty folder: set SHUPING_DATA to another.")


def _unpack(file: Path, inner: Path, words: str) -> None:
    try:
        with file.open("rb") as sealed:
            opener = sealing.Opener(sealed, words)
            with tarfile.open(fileobj=opener, mode="r|") as tar:
                tar.extractall(inner, filter="data")
            opener.drain()
    except sealing.NotSealed as error:
        raise BackupRefused(f"{file} is not a backup of Shuping.") from error
    except sealing.WrongPassphrase as error:
        raise BackupRefused("This passphrase does not open the backup. Nothing was restored.") from error
    except (sealing.Damaged, tarfile.TarError) as error:
        raise BackupRefused(f"{file} is damaged or cut short; take another copy. Nothing was restored.") from error
    except OSError as error:
        raise BackupRefused(f"The backup could not be restored from {file} ({error}).") from error


def _put(inner: Path, folder: Path) -> None:
    """Move what was unpacked into place: the database last, for with it the folder is a site."""
    try:
        dumps.put(inner, folder)
    except dumps.DumpFailed as error:
        raise BackupRefused(f"{error} Nothing was restored.") from error
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)  # folders without a file in them
        (inner / name).rename(folder / name)
    if (inner / datafolder.MARKER).exists():
        (inner / datafolder.MARKER).rename(folder / datafolder.MARKER)
    os.sync()
    for name in reversed(datafolder.FILES):
        if (inner / name).exists():
            (inner / name).rename(folder / name)
    _sync_folder(folder)
