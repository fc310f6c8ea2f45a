"""A second process that sends ballots to loopback: own connection for each voter, arrivals spread over a time.

Reads {"host", "port", "path", "over", "ballots": [file, …]} from a JSON file; each ballot is sent at its own moment,
whether the ones before it were answered or not. Prints one line of JSON: for each ballot [status, seconds, tracker].
"""

import asyncio
import json
import sys
import time
from pathlib import Path

PATIENCE = 120.0


async def send(host: str, port: int, path: str, body: bytes) -> tuple[int, str]:
    """Post a ballot on a connection of its own; status and body of the answer (status 0 when there was none)."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return 0, ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
    except (OSError, TimeoutError):
        return 0, ""
    finally:
        writer.close()
    first, _, rest = answer.partition(b"\r\n")
    words = first.split()
    return (int(words[1]) if len(words) > 1 else 0), rest.partition(b"\r\n\r\n")[2].decode("utf-8", "replace")


async def one(asked: dict, begun: float, moment: float, body: bytes) -> list:
    """One voter: waits for the moment, sends, and says what came back and when."""
    await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
    sent = time.monotonic()
    status, text = await send(asked["host"], asked["port"], asked["path"], body)
    try:
        tracker = json.loads(text).get("tracker", "")
    except ValueError:
        tracker = ""
    return [status, round(time.monotonic() - sent, 5), tracker]


async def main(asked: dict, bodies: list[bytes]) -> list:
    """Every voter at the own moment; the answers in the order of the ballots."""
    begun, gap = time.monotonic() + 0.2, asked["over"] / max(1, len(bodies))
    return await asyncio.gather(*[one(asked, begun, place * gap, body) for place, body in enumerate(bodies)])


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(json.dumps(asyncio.run(main(told, [Path(file).read_bytes() for file in told["ballots"]]))))
