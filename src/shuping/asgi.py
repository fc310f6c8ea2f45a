"""The front: streams are answered and bodies awaited here without a thread each; then Django has its turn, in a few
threads for pages and two more for uploads.
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
_django: Any = get_wsgi_application()

from shuping.ballots.booth_front import BoothFront  # noqa: E402 - needs Django set up
from shuping.ballots.slot import Slot  # noqa: E402 - needs Django set up
from shuping.core.bodies import Bodies, Purse  # noqa: E402 - needs Django set up
from shuping.core.lane import TOGETHER, Lane  # noqa: E402
from shuping.core.staying import Staying  # noqa: E402
from shuping.core.streams import Streams  # noqa: E402

THREADS = 6
OF_THE_BOOTH = 2  # threads for what a booth loads and asks, which no other page can fill
OF_A_VOTER = 500_000  # bytes: more than any sealed ballot, so that nobody makes the site await ten megabytes of digits


def _pool(workers: int) -> Any:
    # An answer waits for a slow reader here, not in the thread that made it: the largest file of a page has 21 pieces.
    return WSGIMiddleware(_django, workers=workers, send_queue_size=64)


_inside = Slot(BoothFront(Lane(_pool(THREADS), _pool(TOGETHER)), _pool(OF_THE_BOOTH)))
# Voters have a purse of their own: no upload takes the room that a ballot needs.
application = Staying(Streams(Bodies(_inside, {"/v/": Purse(largest=OF_A_VOTER)})))
__all__ = ["THREADS", "application"]
