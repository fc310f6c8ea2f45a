"""Everything that somebody can get from the site: every page that a link leads to, and every file."""

import io
import re
import zipfile
from collections.abc import Callable

from django.test import Client

LINK = re.compile(r'(?:href|src|action|hx-get)="(/[^"#]*)"')
NOT_FOLLOWED = ("/static/", "/accounts/", "/live/", "/sign-out")
MOST = 300


def everything(
    client: Client, *starts: str, skip: Callable[[str], bool] = lambda _address: False
) -> dict[str, tuple[int, bytes]]:
    """{address: (status, body)} of all that can be reached with GET from these addresses."""
    found: dict[str, tuple[int, bytes]] = {}
    waiting = list(starts)
    while waiting and len(found) < MOST:
        address = waiting.pop(0).replace("&amp;", "&")
        if address in found or address.startswith(NOT_FOLLOWED) or skip(address):
            continue
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = (answer.status_code, body)
        if "html" in answer.headers.get("Content-Type", ""):
            waiting += LINK.findall(body.decode())
        if answer.status_code in (301, 302):
            waiting.append(answer.headers["Location"])
    return found


def text_of(body: bytes) -> str:
    """What can be read in a page or a file; a docx, an xlsx or a zip with some of them is unpacked."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(text_of(packed.read(name)) for name in packed.namelist())
    return body.decode("utf-8", "replace")
