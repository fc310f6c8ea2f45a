"""Answers that the front gives by itself: a status and a sentence in both languages, because it knows no user."""

import asyncio
import contextlib

from shuping.core.wire import Receive, Send

LINGER = 5.0  # seconds


class Refusal(Exception):
    """The request goes no further: the status, a sentence, and after how many seconds it may be tried again."""

    def __init__(self, status: int, sentence: str, *, again_after: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.again_after = status, again_after


async def answer(send: Send, refusal: Refusal, receive: Receive | None = None) -> None:
    """Send it, and end the connection. Whoever is refused in mid-body is still sending, and would never read the
    sentence: with `receive` what comes is thrown away for a moment, and the connection ends after that.
    """
    sentence = str(refusal).encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(sentence)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if refusal.again_after:
        headers.append((b"retry-after", str(refusal.again_after).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence, "more_body": receive is not None})
    if receive is not None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while (await receive()).get("more_body"):
                    pass
        await send({"type": "http.response.body", "body": b""})
