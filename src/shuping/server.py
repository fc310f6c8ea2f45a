"""`shuping serve`: one web server, one worker for ballots and one for papers on one data folder."""

import ctypes
import signal

from django.conf import settings

from shuping import fitness, listening, place
from shuping.background import Background
from shuping.box import waking
from shuping.core import ailing, sole, tls, vitals
from shuping.worker import Worker

ARENAS, TRIM = (-8, 1), (-1, 128 * 1024)  # mallopt(3): M_ARENA_MAX; M_TRIM_THRESHOLD, bytes


def serve(*, new: bool = False) -> int:
    """Serve until stopped, with `new` in a folder that is made. Returns 0. Raises CannotWork when the folder is in use,
    is not there or the database is not safe.
    """
    # Whoever stops the server, by Ctrl+C or by a signal, stops its worker with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = place.find(new=new)
    _give_memory_back()
    with sole.held(folder) as session:
        for line in fitness.prepare(new=new, upgrade=True):
            print(line, flush=True)
        if exposed := tls.warning(settings.ADDRESS):
            print(exposed, flush=True)
        ailing.watch(folder, session)
        with Worker() as worker, Background():
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
