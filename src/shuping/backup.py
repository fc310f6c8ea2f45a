"""`shuping backup` and `shuping restore`: the whole site in one sealed file, taken while it serves.

The database is copied as of one moment while writers go on (`core.dumps`). What is not sealed never leaves the data
folder (ballot.md, "A dead machine").
"""

import argparse
import fcntl
import getpass
import json
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shuping import place
from shuping.core import datafolder, dumps, parcel, sealing, sole, versions

NAME = "shuping-backup.bin"
FOLDERS = ("keys", "files")
SHORTEST = 12
ABOUT, FORMAT = "backup.json", 1  # the first member: what wrote it
PASSING, RESTORING = ".backup-", ".restore-"
ALONE = "backup.lock"
UNSOUND = (sealing.NotSealed, sealing.WrongPassphrase, sealing.Damaged, parcel.BadMember, tarfile.TarError)


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
    from shuping import fitness

    folder = place.find()
    try:
        words = passphrase(options.passphrase_file, fresh=True)
        # Asked before the copy is made, which then holds every act that the anchor counts.
        holds, anchor = fitness.holds()
        file = make(folder, options.place, words, anchor=anchor)
    except BackupRefused as refused:
        return _say(refused)
    print(holds)
    print(f"{file}: sealed. Without its passphrase nobody can read it, you neither.")
    return 0


def _restore(options: argparse.Namespace) -> int:
    folder = place.empty()
    try:
        words = passphrase(options.passphrase_file, fresh=False)
        anchor = restore(options.place, folder, words)
    except BackupRefused as refused:
        return _say(refused)
    from shuping import fitness

    return fitness.check([anchor] if anchor else [])


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


def make(folder: Path, target: Path, words: str, *, anchor: str = "") -> Path:
    """Seal the data folder into `target`/NAME, which is replaced only by a whole one that could be read back. Returns
    the file. It carries the `anchor` of the log of acts, against which a restore compares.

    Raises BackupRefused when there is nothing to back up, or the target cannot be written or gives back other bytes.
    """
    if sentence := dumps.missing(folder):
        raise BackupRefused(sentence)
    file = target / NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _room(folder) as inner, _replaced(file) as fresh:
            packed = _seal(folder, dumps.take(folder, inner), fresh, words, anchor)
            _read_back(fresh, words, packed)
    except (OSError, parcel.BadMember, dumps.DumpFailed) as error:
        raise BackupRefused(f"The backup could not be written to {target} ({error}). An older one is kept.") from error
    return file


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """A passing folder for the copy of the database, for one backup at a time; what one that was killed left behind
    goes first, for two copies on one disk would tell which ballots came between them.
    """
    with (folder / ALONE).open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRefused(f"Another backup of {folder} is being made. Wait until it has ended.") from error
        _sweep(folder, PASSING)
        with tempfile.TemporaryDirectory(dir=folder, prefix=PASSING) as inner:
            yield Path(inner)


def _sweep(folder: Path, prefix: str) -> None:
    for left in folder.glob(f"{prefix}*"):
        shutil.rmtree(left)


@contextmanager
def _replaced(file: Path) -> Iterator[Path]:
    """The name of a file to write beside `file`, whose place it takes when the `with` ends well."""
    fresh = file.with_suffix(".new")
    try:
        yield fresh
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


def _seal(folder: Path, copies: list[Path], fresh: Path, words: str, anchor: str) -> dict[str, str]:
    """Write the sealed file down to the drive; returns the SHA-256 of everything that went in."""
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        sealer = sealing.Sealer(out, words)
        with parcel.packing(sealer) as packer:
            _pack(packer, folder, copies, anchor)
        sealer.finish()
        out.flush()
        os.fsync(handle)
        # Forgotten, so that what is read back comes from the drive and not from this machine's memory.
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    return packer.digests


def _pack(packer: parcel.Packer, folder: Path, copies: list[Path], anchor: str) -> None:
    seen = dumps.migrations(folder, copies[0])
    about = {"format": FORMAT, "version": versions.version(), "migrations": seen, "anchor": anchor}
    packer.text(ABOUT, json.dumps(about).encode())
    # The database came first: files are never overwritten, so every one that this copy names is there.
    for copy in copies:
        packer.file(copy.name, copy)
    for name in FOLDERS:
        _pack_tree(packer, folder, name)
    if datafolder.is_example(folder):
        packer.file(datafolder.MARKER, folder / datafolder.MARKER)


def _pack_tree(packer: parcel.Packer, folder: Path, name: str) -> None:
    packer.folder(name)
    for file in sorted((folder / name).rglob("*")):
        told = file.relative_to(folder).as_posix()
        # What is being stored at this moment has a passing name, and no row in the copy of the database.
        if file.name.startswith(tempfile.gettempprefix()):
            continue
        if file.is_dir():
            packer.folder(told)
        elif file.is_file():
            packer.file(told, file)
        else:
            raise parcel.BadMember(f"{file} is neither a file nor a folder")


def _read_back(fresh: Path, words: str, packed: dict[str, str]) -> None:
    """Open what was just written as a restore would. Raises BackupRefused unless all of it is there, as it was."""
    try:
        with _opened(fresh, words) as opener:
            there = {name: parcel.digest(body) for name, body in parcel.members(opener) if body is not None}
    except (*UNSOUND, OSError):
        there = {}
    if there != packed:
        raise BackupRefused(
            f"{fresh.parent} gives back other bytes than were written to it: take another drive. An older one is kept."
        )


@contextmanager
def _opened(file: Path, words: str) -> Iterator[sealing.Opener]:
    """What is sealed in a file, to read; when the `with` ends well it was whole up to its marked end."""
    with file.open("rb") as sealed:
        opener = sealing.Opener(sealed, words)
        yield opener
        opener.drain()


def restore(source: Path, folder: Path, words: str) -> str:
    """Put a backup (the file, or the folder that holds it) into an empty data folder; nothing stays there unless all
    of it was sound. Returns the anchor that it carries, empty where it has none.

    Raises BackupRefused, or CannotWork when a server works on the folder or the database.
    """
    file = source / NAME if source.is_dir() else source
    with sole.held(folder):
        _sweep(folder, RESTORING)
        _refuse_data(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix=RESTORING) as inner:
            anchor = _unpack(file, Path(inner), words)
            _put(Path(inner), folder)
    return anchor


def _refuse_data(folder: Path) -> None:
    if any(file.name != "lock" for file in folder.rglob("*") if not file.is_dir()):
        raise BackupRefused(f"{folder} holds data already. Restore into an empty folder: set SHUPING_DATA to another.")


def _unpack(file: Path, inner: Path, words: str) -> str:
    """Unpack a backup; returns the anchor that it carries, empty where it has none."""
    try:
        with _opened(file, words) as opener:
            return _take_out(file, opener, inner)
    except sealing.NotSealed as error:
        raise BackupRefused(f"{file} is not a backup of Shuping.") from error
    except sealing.WrongPassphrase as error:
        raise BackupRefused("This passphrase does not open the backup. Nothing was restored.") from error
    except parcel.BadMember as error:
        raise BackupRefused(f"{file} is not a sound backup: {error}. Nothing was restored.") from error
    except (sealing.Damaged, tarfile.TarError) as error:
        raise BackupRefused(f"{file} is damaged or cut short; take another copy. Nothing was restored.") from error
    except OSError as error:
        raise BackupRefused(f"The backup could not be restored from {file} ({error}).") from error


def _take_out(file: Path, opener: sealing.Opener, inner: Path) -> str:
    anchor = ""
    for number, (name, body) in enumerate(parcel.members(opener)):
        if body is not None and (number, name) == (0, ABOUT):
            about = _about(body.read())
            _refuse_newer(file, about)
            anchor = about["anchor"]
        else:
            parcel.unpack(name, body, inner)
    if lacking := [name for name in FOLDERS if not (inner / name).is_dir()] or dumps.lacking(inner):
        raise parcel.BadMember(f"it has no {lacking[0]}")
    return anchor


def _about(body: bytes) -> dict[str, Any]:
    try:
        about = json.loads(body)
        names = [str(name) for name in about.get("migrations", ())]
        told = {"version": about.get("version"), "anchor": str(about.get("anchor", ""))}
        return {"format": int(about["format"]), "migrations": names, **told}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise parcel.BadMember(f"its {ABOUT} cannot be read") from error


def _refuse_newer(file: Path, about: dict[str, Any]) -> None:
    """Backups made before there was a word about them have none, and are of an older version."""
    newer = f"{file} was made by a newer version of Shuping ({about['version']})"
    way = "Restore it with that version or a later one. Nothing was restored."
    if about["format"] > FORMAT:
        raise BackupRefused(f"{newer}: its format {about['format']} is not known here. {way}")
    if unknown := versions.ask_for_unknown_migrations(about["migrations"]):
        raise BackupRefused(f"{newer}: its change {unknown[0]} of the database is not known here. {way}")


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
