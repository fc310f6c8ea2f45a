"""The web server in front of the site: what it listens on, and how it stops."""

import contextlib
from types import FrameType

from django.conf import settings

PATIENCE = 10  # seconds that requests under way have when the server is asked to stop


def listen() -> None:
    """Answer requests until stopped."""
    import uvicorn

    from shuping.asgi import application

    class Server(uvicorn.Server):
        """One that does not wait for those who watch when it is asked to stop."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            application.end()
            super().handle_exit(sig, frame)

    # No access log: a line per request would hold a time beside every ballot (R57).
    config = uvicorn.Config(
        application,
        host=settings.LISTEN_HOST,
        port=settings.LISTEN_PORT,
        access_log=False,
        proxy_headers=False,  # who is believed is told by SHUPING_TRUSTED_PROXY (core/proxies.py)
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=PATIENCE,
    )
    # It raises the signal that stopped it once more, when all is closed.
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()
