"""A second process that follows a page as phones do: N streams on loopback, each on a connection of its own.

`viewers.py HOST PORT PATH N` answers each line of standard input with a line of JSON: `open` with how many streams are
open and how many seconds lie between the first and the last, `clear` forgets what came, `late INSTANT…` with how long
after each of these instants of the system's steady clock each viewer got something, `end` ends. A stream that breaks is
opened again after the pause that the server asked for, as browsers do.
"""

import asyncio
import contextlib
import json
import resource
import sys
import time

PAUSE = 3.0  # seconds before a browser opens a stream again when nothing was asked for


class Viewer:
    """One phone: its stream, when something came, and how long the server wants it to wait after a break."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self.host, self.port, self.path = host, port, path
        self.came: list[float] = []
        self.connected = 0.0
        self.pause = PAUSE

    async def follow(self) -> None:
        """Follow for ever; after a break again."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once()
            self.connected = 0.0
            await asyncio.sleep(self.pause)

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode())
            await writer.drain()
            async for line in reader:
                self._take(line)
        finally:
            writer.close()

    def _take(self, line: bytes) -> None:
        if line.startswith(b"retry:"):
            self.pause = int(line.split()[1]) / 1000
        elif line.startswith(b"event:"):
            self.came.append(time.monotonic())
        if not self.connected:
            self.connected = time.monotonic()


async def main(host: str, port: int, path: str, number: int) -> None:
    """Open the streams and answer what standard input asks."""
    viewers = [Viewer(host, port, path) for _ in range(number)]
    tasks = [asyncio.create_task(viewer.follow()) for viewer in viewers]
    loop = asyncio.get_running_loop()
    while True:
        asked = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not asked or asked[0] == "end":
            break
        if asked[0] == "open":
            print(json.dumps(opened(viewers)), flush=True)
        elif asked[0] == "clear":
            for viewer in viewers:
                viewer.came.clear()
            print("{}", flush=True)
        elif asked[0] == "late":
            print(json.dumps({"late": lateness(viewers, [float(mark) for mark in asked[1:]])}), flush=True)
    for task in tasks:
        task.cancel()


def opened(viewers: list[Viewer]) -> dict[str, float]:
    """How many streams are open, and the seconds from the first that was opened to the last."""
    since = [viewer.connected for viewer in viewers if viewer.connected]
    return {"open": len(since), "took": max(since, default=0) - min(since, default=0)}


def lateness(viewers: list[Viewer], marks: list[float]) -> list[float]:
    """Seconds from each change to the next thing that each viewer got; 99 where nothing came."""
    found = []
    for viewer in viewers:
        for mark in marks:
            after = [moment - mark for moment in viewer.came if moment >= mark]
            found.append(round(min(after, default=99.0), 4))
    return found


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
