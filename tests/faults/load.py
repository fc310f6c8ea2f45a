"""Voters from a second process: each with a connection of its own, each sends again until answered."""

import asyncio
import base64
import hashlib
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 30.0  # seconds for one attempt


def tracker(raw: bytes) -> str:
    return base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


@dataclass
class Told:
    """What the voters saw: acknowledged trackers, how long and until when each waited, every status that was answered.

    Moments are those of the monotonic clock.
    """

    acknowledged: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def begin(port: int, identifier: str, raw: bytes) -> Line:
    """A fresh connection on which all of a ballot but its last byte was sent. Raises OSError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v/{identifier}/cast HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Connection: close\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw[:-1])
    return reader, writer


async def finish(line: Line, raw: bytes) -> int:
    """Send the last byte; the status that is answered. Raises OSError or EOFError when no answer came."""
    reader, writer = line
    try:
        writer.write(raw[-1:])
        await writer.drain()
        answer = await reader.read()
        # An answer that breaks off is none.
        if not answer.endswith(b"}"):
            raise EOFError
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()


async def post(port: int, identifier: str, raw: bytes) -> int:
    """One attempt on a fresh connection; the status. Raises OSError or EOFError when no answer came."""
    return await finish(await begin(port, identifier, raw), raw)


async def vote(port: int, identifier: str, raw: bytes, told: Told, *, again: bool) -> None:
    begun = time.monotonic()
    while True:
        try:
            status = await asyncio.wait_for(post(port, identifier, raw), PATIENCE)
            told.statuses[str(status)] += 1
        except (OSError, EOFError, TimeoutError, IndexError, ValueError):
            status = 0
            told.statuses["none"] += 1
        if status in {200, 201}:
            told.acknowledged.append(tracker(raw))
            told.moments.append(time.monotonic())
            told.seconds.append(told.moments[-1] - begun)
            return
        if not again or 400 <= status < 500:
            return
        await asyncio.sleep(0.2 + random.random() / 2)


async def arrive(
    port: int, identifier: str, ballots: list[bytes], over: float, told: Told, *, again: bool = True, progress: str = ""
) -> None:
    """So many voters, evenly spread by chance over `over` seconds."""
    begun = time.monotonic()
    moments = sorted(random.random() * over for _ in ballots)

    async def one(raw: bytes, moment: float) -> None:
        await asyncio.sleep(max(0, begun + moment - time.monotonic()))
        await vote(port, identifier, raw, told, again=again)

    voters = asyncio.gather(*(one(raw, moment) for raw, moment in zip(ballots, moments, strict=True)))
    while progress:
        done, _ = await asyncio.wait([voters], timeout=5)
        print(f"  {progress}: {len(told.acknowledged)} of {len(ballots)} answered", file=sys.stderr, flush=True)
        if done:
            break
    await voters


def main() -> None:
    """port, folder of the hall, first and last ballot, seconds; prints what was seen as JSON."""
    from tests.faults import halls  # noqa: PLC0415 - it needs httpx, which the voters do not

    port, folder, first, last, over = sys.argv[1:6]
    made, told = halls.load(Path(folder)), Told()
    chosen = made.ballots[int(first) : int(last)]
    asyncio.run(arrive(int(port), made.identifier, chosen, float(over), told, progress=f"over {over} s"))
    print(json.dumps({"acknowledged": told.acknowledged, "seconds": told.seconds, "statuses": told.statuses}))


if __name__ == "__main__":
    main()
