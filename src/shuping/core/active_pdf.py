"""Active content in a pdf, as far as it can be told without a reader of pdf: what runs, starts a program, sends, or
brings another file. For child processes: nothing of the site is loaded here.

Objects may lie packed in streams; those are unpacked. A pdf that keeps them under a key cannot be looked into.
"""

import re
import zlib
from collections.abc import Iterator

from shuping.core.office_xml import Active

END = rb"(?=[\s/\[\](<>{}%]|$)"
WORDS = {
    "pdf_locked": re.compile(rb"/Encrypt" + END),
    "pdf_script": re.compile(rb"/JavaScript" + END),
    "pdf_starts": re.compile(rb"/(?:Launch|SubmitForm|ImportData|Rendition|RichMedia)" + END),
    "pdf_files": re.compile(rb"/EmbeddedFiles?" + END),
    "pdf_address": re.compile(rb"/OpenAction\s*<<(?:[^<>]|<<[^<>]*>>)*?/S\s*/URI" + END),
}
OPENS_WITH = re.compile(rb"/OpenAction\s+(\d{1,8})\s+(\d{1,5})\s+R")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb">>\s*stream\r?\n")
PLAINLY_PACKED = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b\s*(?!\s*/\w+Decode)")
HEAD = 1000  # bytes before a stream in which its own words stand
LARGEST = 60_000_000  # bytes to which all object streams together may unpack


def ensure_passive(body: bytes) -> None:
    """Raise Active with pdf_locked, pdf_script, pdf_starts, pdf_files, pdf_address or doubtful."""
    texts = [_plain(body), *map(_plain, _packed(body))]
    for text in texts:
        for fault, pattern in WORDS.items():
            if pattern.search(text):
                raise Active(fault)
    for reference in (found for text in texts for found in OPENS_WITH.finditer(text)):
        _look_at_opening(texts[0], reference)


def _plain(text: bytes) -> bytes:
    """Names with their escaped letters put back: /J#61vaScript is /JavaScript."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text)


def _look_at_opening(text: bytes, reference: re.Match[bytes]) -> None:
    """What is done at opening may stand in an object of its own."""
    number = re.escape(reference[1]) + rb"\s+" + re.escape(reference[2])
    for found in re.finditer(rb"(?<!\d)" + number + rb"\s+obj(.{0,2000}?)endobj", text, re.DOTALL):
        if re.search(rb"/S\s*/URI" + END, found[1]):
            raise Active("pdf_address")


def _packed(body: bytes) -> Iterator[bytes]:
    """The unpacked streams in which objects lie."""
    left = LARGEST
    for found in STREAM.finditer(body):
        head = _plain(body[max(found.start() - HEAD, 0) : found.end()].rpartition(b" obj")[2])
        if b"/ObjStm" in head:
            end = body.find(b"endstream", found.end())
            unpacked = _unpacked(head, body[found.end() : end], left)
            left -= len(unpacked)
            yield unpacked


def _unpacked(head: bytes, packed: bytes, largest: int) -> bytes:
    if b"/Filter" not in head:
        return packed
    if not PLAINLY_PACKED.search(head):
        raise Active("doubtful")
    try:
        unpacked = zlib.decompressobj().decompress(packed, largest + 1)
    except zlib.error:
        raise Active("doubtful") from None
    if len(unpacked) > largest:
        raise Active("doubtful")
    return unpacked
