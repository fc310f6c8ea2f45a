"""A second process of honest voters, each with a connection of its own for every step: the booth's page, the question
which election the slip belongs to, the ballot. Nobody tries again: what is not answered at once counts as refused.

`voters.py PORT FOLDER NUMBER SECONDS` prints how long each step took and what was answered, as JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import hall  # noqa: F401 - finds what follows
from tests.faults import halls, load

PATIENCE = 30.0


class Voter:
    """One voter of many: what each step took goes into the shared lists."""

    def __init__(self, port: int, identifier: str, raw: bytes) -> None:
        self.port, self.identifier, self.raw = port, identifier, raw
        self.credential = json.loads(raw)["credential"]

    async def vote(self, seconds: dict[str, list[float]], statuses: dict[str, Counter[str]]) -> None:
        """The three steps, one after the other."""
        asked = json.dumps({"credential": self.credential}).encode()
        steps = {
            "booth": self._ask("GET", ""),
            "which": self._ask("POST", "/which", asked),
            "cast": load.post(self.port, self.identifier, self.raw),
        }
        for name, step in steps.items():
            begun = time.monotonic()
            try:
                status = str(await asyncio.wait_for(step, PATIENCE))
            except (OSError, EOFError, TimeoutError, IndexError, ValueError) as error:
                status = type(error).__name__
            seconds[name].append(time.monotonic() - begun)
            statuses[name][status] += 1

    async def _ask(self, method: str, step: str, body: bytes = b"") -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = f"{method} /v/{self.identifier}{step} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
            answer = await reader.read()
            return int(answer.split(b" ", 2)[1])
        finally:
            writer.close()


async def arrive(port: int, made: halls.Made, number: int, over: float) -> dict[str, object]:
    """So many voters, spread by chance over the seconds."""
    seconds: dict[str, list[float]] = {"booth": [], "which": [], "cast": []}
    statuses: dict[str, Counter[str]] = {name: Counter() for name in seconds}

    async def one(raw: bytes) -> None:
        await asyncio.sleep(random.random() * over)
        await Voter(port, made.identifier, raw).vote(seconds, statuses)

    await asyncio.gather(*(one(raw) for raw in made.ballots[:number]))
    return {"seconds": seconds, "statuses": statuses}


if __name__ == "__main__":
    port, folder, number, over = sys.argv[1:5]
    print(json.dumps(asyncio.run(arrive(int(port), halls.load(Path(folder)), int(number), float(over)))))
