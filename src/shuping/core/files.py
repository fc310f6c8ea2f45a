"""Files kept under their hash: written whole, synced, never overwritten."""

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shuping.core.models import StoredFile


class FileDamaged(Exception):
    """The bytes on disk no longer have the hash under which they were stored."""


def store(body: bytes, name: str, mimetype: str, *, now: datetime) -> StoredFile:
    """Keep `body` and return its row; the same bytes again give the same row."""
    digest = hashlib.sha256(body).hexdigest()
    file = _place(digest)
    if not file.exists():
        write(file, body)
    row, _made = StoredFile.objects.get_or_create(
        digest=digest,
        defaults={"size": len(body), "mimetype": mimetype, "name": name[:200], "stored_at": now},
    )
    return row


def read(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Raises FileDamaged when they are not what was stored."""
    body = _place(stored.digest).read_bytes()
    if hashlib.sha256(body).hexdigest() != stored.digest:
        raise FileDamaged(f"The stored file {stored.name} is damaged; restore it from a backup.")
    return body


def _place(digest: str) -> Path:
    return Path(settings.DATA) / "files" / digest[:2] / digest


def write(file: Path, body: bytes) -> None:
    """Write a file whole and synced, or not at all; its folder is made when it is not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    Path(name).replace(file)
