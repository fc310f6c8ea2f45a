"""Says of any file that people hand in what kind it is, and refuses what is active: run as a child process."""

import io
import zipfile
from pathlib import PurePosixPath

from shuping.core import active_pdf, packages
from shuping.core.office_xml import Active

OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
# How files begin that show or sound and can do nothing else.
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"II*\x00": "tif",
    b"MM\x00*": "tif",
    b"ID3": "mp3",
    b"\x1aE\xdf\xa3": "mkv",
    b"OggS": "ogg",
}
RIFF = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
MP4 = b"ftyp"
PICTURES = {b"heic", b"heix", b"mif1", b"avif"}
MOST_FILES = 40
TEXTS = ("utf-8-sig", "gb18030")


def read(body: bytes) -> str:
    """The kind of a file as its usual ending. Raises Unreadable with unknown_kind, with the name of what is active, or
    as `packages.look_into` does.
    """
    if not body:
        raise packages.Unreadable("empty")
    if body.startswith(b"PK"):
        return _package(body)
    if b"%PDF-" in body[:1024]:
        return _pdf(body)
    return _shown(body) or _text(body)


def _package(body: bytes) -> str:
    names = packages.look_into(body, otherwise="unknown_kind")
    found = [kind for holds, kind in OFFICE.items() if holds in names]
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        if "[Content_Types].xml" in names and len(found) == 1:
            packages.ensure_passive(package)
            return found[0]
        if found or names & {"[Content_Types].xml", "mimetype"}:
            raise packages.Unreadable("unknown_kind")
        _each(package)
    return "zip"


def _each(package: zipfile.ZipFile) -> None:
    """Everything in a zip is looked at as if it had come by itself; a zip in a zip is not taken."""
    files = [part for part in package.infolist() if not part.is_dir() and not _of_a_mac(part.filename)]
    if not 0 < len(files) <= MOST_FILES:
        raise packages.Unreadable("unknown_kind")
    for part in files:
        if package.read(part) and read(package.read(part)) == "zip":
            raise packages.Unreadable("unknown_kind")


def _of_a_mac(name: str) -> bool:
    path = PurePosixPath(name)
    return "__MACOSX" in path.parts or path.name == ".DS_Store"


def _pdf(body: bytes) -> str:
    try:
        active_pdf.ensure_passive(body)
    except Active as found:
        raise packages.Unreadable(str(found)) from None
    return "pdf"


def _shown(body: bytes) -> str:
    """The kind of a picture, a sound or a film; empty when it is none."""
    if body.startswith(b"RIFF"):
        return RIFF.get(body[8:12], "")
    if body[4:8] == MP4:
        return "heic" if body[8:12] in PICTURES else "mp4"
    return next((kind for begins, kind in BEGINNINGS.items() if body.startswith(begins)), "")


def _text(body: bytes) -> str:
    """Plain words, whatever they say: they are handed on as a text that no program runs."""
    if body.startswith(packages.OLD_OR_ENCRYPTED):
        raise packages.Unreadable("old_format")
    for encoding in TEXTS:
        try:
            told = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in told):
            return "txt"
    raise packages.Unreadable("unknown_kind")


if __name__ == "__main__":
    packages.answer(read, otherwise="unknown_kind")
