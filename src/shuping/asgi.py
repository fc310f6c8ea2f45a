"""The front: streams are answered and bodies awaited here without a thread each; then Django has its turn."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
_django: Any = get_wsgi_application()

from shuping.ballots.booth_front import BoothFront  # noqa: E402 - needs Django set up
from shuping.ballots.slot import Slot  # noqa: E402 - needs Django set up
from shuping.core.bodies import Bodies  # noqa: E402 - needs Django set up
from shuping.core.streams import Streams  # noqa: E402

THREADS = 6
OF_THE_BOOTH = 2  # threads for what a booth loads and asks, which no other page can fill
OF_A_VOTER = 500_000  # bytes: more than any sealed ballot, so that nobody makes the site await ten megabytes of digits
_threads: Any = WSGIMiddleware(_django, workers=THREADS)
_booths: Any = WSGIMiddleware(_django, workers=OF_THE_BOOTH)
application = Streams(Bodies(Slot(BoothFront(_threads, _booths)), {"/v/": OF_A_VOTER}))
__all__ = ["THREADS", "application"]
