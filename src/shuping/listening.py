"""The web server in front of the site: what it listens on, what it takes from strangers, and how it stops."""

import asyncio
import contextlib
import socket
from functools import partial
from types import FrameType
from typing import Any

from django.conf import settings

from shuping.core import descriptors, telling

PATIENCE = 10  # seconds that requests under way have when the server is asked to stop
QUEUE = 2048  # connections that may wait in the system to be accepted
TICKS = 10  # of the server beneath, a second


def listen() -> None:
    """Answer requests until stopped."""
    descriptors.raise_limit()
    # It raises the signal that stopped it once more, when all is closed.
    with contextlib.suppress(KeyboardInterrupt):
        _server().run()


def _server() -> Any:
    import uvicorn

    from shuping.asgi import application
    from shuping.core.connections import Connection, Waiting

    waiting = Waiting()

    class Server(uvicorn.Server):
        """One that does not wait for those who watch when it is asked to stop, nor for ever for those who say
        nothing.
        """

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            # Few are accepted at a time, so that room can be made between; the others queue where they cost nothing.
            for listening in (one for server in self.servers for one in server.sockets):
                with listening.dup() as same:
                    same.listen(QUEUE)

        async def on_tick(self, counter: int) -> bool:
            waiting.sweep(asyncio.get_running_loop().time())
            if counter % TICKS == 0:
                waiting.count()
            if counter % (TICKS * telling.WINDOW) == 0:
                telling.tell_what_was_left_out()
            return await super().on_tick(counter)

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            application.end()
            super().handle_exit(sig, frame)

    return Server(_config(application, partial(Connection, waiting)))


def _config(application: Any, connection: Any) -> Any:
    import uvicorn

    return uvicorn.Config(
        application,
        host=settings.LISTEN_HOST,
        port=settings.LISTEN_PORT,
        http=connection,
        ws="none",
        backlog=descriptors.at_once(),
        # No access log: a line per request would hold a time beside every ballot (R57). The rest goes where the site's
        # own lines go, through the same filter.
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,  # who is believed is told by SHUPING_TRUSTED_PROXY (core/proxies.py)
        lifespan="on",
        timeout_graceful_shutdown=PATIENCE,
    )
