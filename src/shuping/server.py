"""`shuping serve`: one web server and one worker on one data folder."""

import ctypes
import os
import signal
import sys

from django.conf import settings

from shuping import fitness, listening
from shuping.box import waking
from shuping.core import datafolder, vitals
from shuping.worker import Worker

ARENAS, TRIM = (-8, 1), (-1, 128 * 1024)  # mallopt(3): M_ARENA_MAX; M_TRIM_THRESHOLD, bytes


def serve() -> int:
    """Serve until stopped. Returns 0, or 1 with a sentence when the folder is in use or the database is not safe."""
    # Whoever stops the server, by Ctrl+C or by a signal, stops its worker with it; what it keeps is nobody else's.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(0o077)
    try:
        held = datafolder.hold(settings.DATA)
    except datafolder.FolderInUse as error:
        print(error, file=sys.stderr)
        return 1
    _give_memory_back()
    with held:
        try:
            fitness.prepare()
        except fitness.UNFIT as error:
            print(error, file=sys.stderr)
            return 1
        with Worker() as worker:
            vitals.register("worker", worker.ailment)
            vitals.register("box", worker.waits)
            waking.answer(worker.ring)
            waking.ring(waking.AGAIN)
            listening.listen()
    return 0


def _give_memory_back() -> None:
    # After a large paper glibc would keep a seventh of the server's memory for each thread's next one.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option in (ARENAS, TRIM):
            mallopt(*option)
