"""What a booth loads and asks, past the threads of all other pages: whoever fills those keeps nobody from voting.

The booth's page in each language and its few files are the same for everybody and do not change while the site runs:
each is made once, by Django with all its headers, and then handed out from memory.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from shuping.core import pushed
from shuping.core.wire import App, Message, Receive, Scope, Send

PAGE = re.compile(r"/v/[0-9A-Za-z-]+")
FILE = re.compile(r"/static/(?:built/(?:booth[0-9a-z-]*|opinions)\.js|booth/(?:booth|opinions)\.css)")
ASKED = re.compile(r"/v/[0-9A-Za-z-]+/which")
ONLY_DJANGO = (b"range", b"if-none-match", b"if-modified-since", b"if-range")
MOST = 64  # answers that are kept

Key = tuple[str, str]


@dataclass
class Answer:
    """An answer as it is being sent, and what it was."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    whole: bool = False

    def take(self, message: Message) -> None:
        """Note a piece of it."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.body += message.get("body", b"")
            self.whole = not message.get("more_body")

    def for_everybody(self) -> bool:
        """Whether the next one who asks may be told the same."""
        return self.whole and self.status == 200 and not any(name == b"set-cookie" for name, _ in self.headers)


class BoothFront:
    """Answers what a booth needs in threads of its `own`, and passes every other request to `inner`."""

    def __init__(self, inner: App, own: App) -> None:
        self.inner, self.own = inner, own
        self.kept: OrderedDict[Key, Answer] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_of_the_booth(scope):
            await self.inner(scope, receive, send)
        elif (key := _key(scope)) is None:
            await self.own(scope, receive, send)
        elif key in self.kept:
            await _send(send, self.kept[key])
        else:
            await self._make(key, scope, receive, send)

    async def _make(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Answer()

        async def note(message: Message) -> None:
            answer.take(message)
            await send(message)

        await self.own(scope, receive, note)
        if answer.for_everybody():
            self.kept[key] = answer
            if len(self.kept) > MOST:
                self.kept.popitem(last=False)


def _is_of_the_booth(scope: Scope) -> bool:
    path = scope["path"]
    if scope["method"] == "POST":
        return bool(ASKED.fullmatch(path))
    return scope["method"] in ("GET", "HEAD") and bool(PAGE.fullmatch(path) or FILE.fullmatch(path))


def _key(scope: Scope) -> Key | None:
    """Under what an answer is kept; None when it is not the same for everybody who asks so."""
    headers: dict[bytes, bytes] = dict(scope.get("headers", []))
    if scope["method"] != "GET" or scope.get("query_string") or any(name in headers for name in ONLY_DJANGO):
        return None
    if FILE.fullmatch(scope["path"]):
        return scope["path"], "gzip" if b"gzip" in headers.get(b"accept-encoding", b"") else ""
    return scope["path"], pushed.language_of(headers)


async def _send(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": bytes(answer.body)})
