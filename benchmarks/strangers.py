"""A process of strangers who hold a server up: idle and dripping connections, streams on pages that are not there,
wrong hosts, from the voters' address and from another. Whoever is shown the door comes back after a second.

`strangers.py PORT IDLE DRIPPING STREAMS` goes on until a line comes on standard input, then prints as JSON how often
each kind came and how it was answered.
"""

import asyncio
import contextlib
import itertools
import json
import resource
import sys
from collections import Counter

ADDRESSES = ("127.0.0.1", "127.0.0.2")
PAUSE, DRIP = 1.0, 4.0  # seconds before one comes back, between two bytes of one who drips
WRONG_HOSTS = 20  # a second from each address
HEAD = b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "
BODY = b"POST /v/%s/cast HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50000\r\n\r\n"


class Strangers:
    """All of them, and what they met with."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.came: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.addresses = itertools.cycle(ADDRESSES)

    async def again(self, kind: str, words: bytes, *, drip: bool) -> None:
        """Come, hold on for as long as it lasts, and come back."""
        address = next(self.addresses)
        while True:
            self.came[kind] += 1
            try:
                self.met[f"{kind}: {await self._hold(address, words, drip=drip)}"] += 1
            except OSError as error:
                self.met[f"{kind}: {type(error).__name__}"] += 1
            await asyncio.sleep(PAUSE)

    async def _hold(self, address: str, words: bytes, *, drip: bool) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
        dripping = asyncio.create_task(self._drip(writer)) if drip else None
        try:
            writer.write(words)
            answered = await reader.read()
            return answered[9:12].decode() or "closed"
        finally:
            if dripping:
                dripping.cancel()
            writer.close()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(DRIP)
            writer.write(b"1")

    async def wrong_hosts(self, address: str) -> None:
        """Ask for a page under names that the site does not have."""
        for number in itertools.count():
            self.came["wrong host"] += 1
            words = f"GET /sign-in/ HTTP/1.1\r\nHost: evil{number}.example\r\nConnection: close\r\n\r\n".encode()
            with contextlib.suppress(OSError):
                self.met[f"wrong host: {await self._hold(address, words, drip=False)}"] += 1
            await asyncio.sleep(1 / WRONG_HOSTS)


async def main(port: int, idle: int, dripping: int, streams: int) -> None:
    """Until a line comes."""
    strangers = Strangers(port)
    missing = (
        f"GET /live/?page=/now/{900_000 + number}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" for number in range(streams)
    )
    everybody = [strangers.again("idle", b"", drip=False) for _ in range(idle)]
    everybody += [strangers.again("dripping head", HEAD, drip=True) for _ in range(dripping // 2)]
    everybody += [strangers.again("dripping body", BODY % b"x", drip=True) for _ in range(dripping - dripping // 2)]
    everybody += [strangers.again("stream", words.encode(), drip=False) for words in missing]
    everybody += [strangers.wrong_hosts(address) for address in ADDRESSES]
    tasks = [asyncio.create_task(one) for one in everybody]
    await asyncio.to_thread(sys.stdin.readline)
    for task in tasks:
        task.cancel()
    print(json.dumps({"came": strangers.came, "met": dict(sorted(strangers.met.items()))}))


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    asyncio.run(main(*map(int, sys.argv[1:5])))
