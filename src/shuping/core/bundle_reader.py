"""Reads a zip of a few files from standard input and writes them as {name: base64}: run as a child process."""

import base64
import io
import zipfile
from pathlib import PurePosixPath

from shuping.core import packages

MOST_FILES = 40


def read(body: bytes) -> dict[str, str]:
    """The files by their bare names; folders, and what a Mac adds, are passed over. Raises Unreadable with empty,
    encrypted, bomb or not_zip.
    """
    packages.look_into(body, otherwise="not_zip")
    found = {}
    with zipfile.ZipFile(io.BytesIO(body)) as bundle:
        for part in bundle.infolist()[:MOST_FILES]:
            path = PurePosixPath(part.filename)
            if not part.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith("."):
                found[path.name] = base64.b64encode(bundle.read(part)).decode()
    return found


if __name__ == "__main__":
    packages.answer(read, otherwise="not_zip")
