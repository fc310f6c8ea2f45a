"""What lies in a backup before it is sealed: a tar of plain files and folders, and nothing else, packed and unpacked.

Unpacked member by member by our own rules, which are those of `tarfile.data_filter` without its leniency: not every
Python that runs the site has that filter.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
BLOCK = 1 << 20


class BadMember(Exception):
    """Something that no backup holds, with the words that say what."""


class Packer:
    """A tar to write into; `digests` says the SHA-256 of each file that went in."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.digests: dict[str, str] = {}

    def text(self, name: str, body: bytes) -> None:
        """Put these bytes in as a file."""
        self._file(name, io.BytesIO(body), len(body))

    def file(self, name: str, path: Path) -> None:
        """Put a file in, under a name of its own."""
        with path.open("rb") as source:
            self._file(name, source, os.fstat(source.fileno()).st_size)

    def folder(self, name: str) -> None:
        """Put an empty folder in."""
        member = _member(name, 0o700)
        member.type = tarfile.DIRTYPE
        self.tar.addfile(member)

    def _file(self, name: str, source: IO[bytes], size: int) -> None:
        member, read = _member(name, 0o600), _Hashed(source)
        member.size = size
        self.tar.addfile(member, read)
        self.digests[name] = read.total.hexdigest()


def _member(name: str, mode: int) -> tarfile.TarInfo:
    # Neither owner nor time: who takes it back owns it.
    member = tarfile.TarInfo(name)
    member.mode = mode
    return member


class _Hashed(io.RawIOBase):
    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.total = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        body = self.source.read(size)
        self.total.update(body)
        return body


@contextmanager
def packing(out: io.RawIOBase) -> Iterator[Packer]:
    """A Packer whose tar goes to `out` and is ended with the `with`."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield Packer(tar)


def members(source: io.RawIOBase) -> Iterator[tuple[str, IO[bytes] | None]]:
    """Every file of a parcel by name, to be read before the next one is asked for; a folder has None.

    Raises BadMember at what is neither or would lie outside, and tarfile.TarError at what is no tar.
    """
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            _refuse(member)
            yield member.name, tar.extractfile(member) if member.type in PLAIN else None


def _refuse(member: tarfile.TarInfo) -> None:
    place = PurePosixPath(member.name)
    if not member.isdir() and member.type not in PLAIN:
        raise BadMember(f"{member.name} is neither a file nor a folder")
    if place.is_absolute() or ".." in place.parts or not place.parts or "\0" in member.name:
        raise BadMember(f"{member.name} would lie outside the data folder")


def unpack(name: str, body: IO[bytes] | None, target: Path) -> None:
    """Write one member below `target`, folders with mode 0700, files with 0600. Raises BadMember when it is there."""
    place = target / name
    try:
        _folder(place if body is None else place.parent, target)
        if body is not None:
            _write(place, body)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadMember(f"{name} is in it twice") from error


def _folder(place: Path, target: Path) -> None:
    for folder in (*reversed(place.relative_to(target).parents), place.relative_to(target)):
        (target / folder).mkdir(mode=0o700, exist_ok=True)


def _write(place: Path, body: IO[bytes]) -> None:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while block := body.read(BLOCK):
            out.write(block)


def digest(body: IO[bytes]) -> str:
    """SHA-256 of what is left to read."""
    total = hashlib.sha256()
    while block := body.read(BLOCK):
        total.update(block)
    return total.hexdigest()
