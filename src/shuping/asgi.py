"""The front: streams are answered and bodies awaited here without a thread each; then Django has its turn."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
_django: Any = get_wsgi_application()

from shuping.ballots.slot import Slot  # noqa: E402 - needs Django set up
from shuping.core.bodies import Bodies, Purse  # noqa: E402 - needs Django set up
from shuping.core.streams import Streams  # noqa: E402

THREADS = 6
OF_A_VOTER = 500_000  # bytes: more than any sealed ballot, so that nobody makes the site await ten megabytes of digits
# An answer waits for a slow reader here, not in the thread that made it: the largest file of a page has 21 pieces.
_threads: Any = WSGIMiddleware(_django, workers=THREADS, send_queue_size=64)
# Voters have a purse of their own: no upload takes the room that a ballot needs.
application = Streams(Bodies(Slot(_threads), {"/v/": Purse(largest=OF_A_VOTER)}))
__all__ = ["THREADS", "application"]
