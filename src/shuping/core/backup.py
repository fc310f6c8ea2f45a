"""Backup and restore: one sealed file, consistent while serving.

Layout of `shuping.backup`: 8 bytes of magic, salt, header, then chunks of libsodium's secretstream; inside, a tar of
database, `files/` and `keys/`, then zeros up to a power of two. So neither bytes nor size of two copies tell which
ballots came between them to anybody without the passphrase (ballot.md, "A dead machine").
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from nacl import bindings as sodium
from nacl import exceptions, pwhash

from shuping.core import datafolder

NAME = "shuping.backup"
MAGIC = b"SHUPING1"
CHUNK = 1 << 20
SMALLEST = 1 << 26  # 64 MB: a meeting of some hundred ballots never leaves it
WORDS = "23456789abcdefghjkmnpqrstuvwxyz"
TAG = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
LAST = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
DATABASE = {"sqlite": "shuping.sqlite3", "postgresql": "shuping.pgdump"}
KEPT = ("files", "keys")


class BackupError(Exception):
    """A backup that cannot be made or taken, with a sentence for whoever called."""


def passphrase(folder: Path) -> tuple[str, bool]:
    """The passphrase of this site's backups (100 bits), and whether it was made just now and has to be shown."""
    file = folder / "keys" / "backup-passphrase"
    fresh = not file.exists()
    return datafolder.secret_file(file, _new_passphrase), fresh


def _new_passphrase() -> str:
    return "-".join("".join(secrets.choice(WORDS) for _ in range(5)) for _ in range(4))


def make(folder: Path, database: dict[str, Any], target: Path, words: str) -> Path:
    """Write the sealed backup of a data folder into the folder `target`; the one there is replaced when it is whole.

    Raises BackupError when the target cannot be written.
    """
    place = target / NAME
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix="backup-") as inner:
            plain = Path(inner) / "plain.tar"
            _pack(folder, database, plain, Path(inner))
            _seal(plain, place.with_suffix(".new"), words)
        place.with_suffix(".new").replace(place)
        _sync(target)
    except OSError as error:
        place.with_suffix(".new").unlink(missing_ok=True)
        raise BackupError(f"The backup could not be written to {target}: {error.strerror}. The old one is kept.") from (
            error
        )
    return place


def _pack(folder: Path, database: dict[str, Any], plain: Path, inner: Path) -> None:
    copy = snapshot(database, inner)
    # The database first: files are never overwritten, so every one that this copy names is there.
    with tarfile.open(plain, "w") as tar:
        tar.add(copy, copy.name)
        for name in KEPT:
            tar.add(folder / name, name)
    copy.unlink()


def snapshot(database: dict[str, Any], inner: Path) -> Path:
    """A consistent copy of the database of a running site: SQLite's backup API, or pg_dump. Raises BackupError."""
    if database["ENGINE"].endswith("postgresql"):
        copy = inner / DATABASE["postgresql"]
        _postgresql("pg_dump", database, "--format=custom", "--no-owner", f"--file={copy}")
        return copy
    copy = inner / DATABASE["sqlite"]
    source_address = f"file:{database['NAME']}?mode=ro"
    with closing(sqlite3.connect(source_address, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    return copy


def _postgresql(program: str, database: dict[str, Any], *arguments: str) -> None:
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {name: str(database[key]) for name, key in given.items() if database[key]}
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not there: install PostgreSQL's client programs.") from error
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-300:]}")


def _key(words: str, salt: bytes) -> bytes:
    size = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES
    operations, memory = pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE
    return pwhash.argon2id.kdf(size, words.strip().encode(), salt, opslimit=operations, memlimit=memory)


def padded(size: int) -> int:
    """To how many bytes a backup is filled up: a power of two, and never under 64 MB."""
    return max(SMALLEST, 1 << (size - 1).bit_length())


def _seal(plain: Path, place: Path, words: str) -> None:
    salt = os.urandom(pwhash.argon2id.SALTBYTES)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, _key(words, salt))
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out, plain.open("rb") as source:
        out.write(MAGIC + salt + header)
        number = padded(plain.stat().st_size) // CHUNK
        for left in range(number - 1, -1, -1):
            chunk = source.read(CHUNK).ljust(CHUNK, b"\0")
            tag = TAG if left else LAST
            out.write(sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, None, tag))
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def restore(source: Path, folder: Path, database: dict[str, Any], words: str) -> None:
    """Put a backup into an empty data folder and an empty database. Nothing is written before all of it was checked.

    Raises BackupError: no backup there, wrong passphrase or damaged, or a folder that holds a site already.
    """
    place = source / NAME if source.is_dir() else source
    if (folder / DATABASE["sqlite"]).exists():
        raise BackupError(f"{folder} holds a site already. Restore into an empty folder: set SHUPING_DATA to another.")
    with tempfile.TemporaryDirectory(dir=folder, prefix="restore-") as inner, _opened(place) as sealed:
        plain = Path(inner) / "plain.tar"
        _unseal(sealed, plain, words)
        with tarfile.open(plain) as tar:
            tar.extractall(inner, filter="data")
        _put(Path(inner), folder, database)


@contextmanager
def _opened(place: Path) -> Iterator[IO[bytes]]:
    try:
        sealed = place.open("rb")
    except OSError as error:
        raise BackupError(f"There is no backup at {place}.") from error
    with sealed:
        yield sealed


def _unseal(sealed: IO[bytes], plain: Path, words: str) -> None:
    if sealed.read(len(MAGIC)) != MAGIC:
        raise BackupError("This is not a backup of Shuping.")
    salt = sealed.read(pwhash.argon2id.SALTBYTES)
    header = sealed.read(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES)
    state, tag = sodium.crypto_secretstream_xchacha20poly1305_state(), TAG
    try:
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, _key(words, salt))
        with plain.open("wb") as out:
            while tag != LAST:
                chunk, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed.read(CHUNK + OVERHEAD))
                out.write(chunk)
    except (exceptions.CryptoError, ValueError) as error:
        raise BackupError("The passphrase is wrong, or the backup is damaged. Nothing was changed.") from error


def _put(inner: Path, folder: Path, database: dict[str, Any]) -> None:
    dump = inner / DATABASE["postgresql"]
    wanted = "postgresql" if dump.exists() else "sqlite"
    if not database["ENGINE"].endswith(wanted + ("3" if wanted == "sqlite" else "")):
        raise BackupError(f"This backup is of a site on {wanted}; set SHUPING_DATABASE_URL accordingly.")
    if wanted == "postgresql":
        _postgresql("pg_restore", database, "--no-owner", "--exit-on-error", f"--dbname={database['NAME']}", str(dump))
    for name in KEPT:
        # What starting the command made there, such as a site secret of its own, gives way.
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.move(inner / name, folder / name)
    if wanted == "sqlite":
        copy = folder / DATABASE["sqlite"]
        shutil.move(inner / copy.name, copy)
        copy.chmod(0o600)
