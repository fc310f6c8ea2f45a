"""A whole record of 2,000 ballots, checked by the command of an auditor: seconds on all cores, and megabytes held.

The last line is JSON. Exit status 1 when a promise does not hold. `--quick` takes 200 ballots and a tenth of the time.
"""

import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from records import Hall
from report import memory, promise, tell


class _Made:
    hall: Hall


def cast_all(hall: Hall, workers: int = 2) -> list[bytes]:
    """A ballot of every voter."""
    with ProcessPoolExecutor(workers, initializer=_keep, initargs=(hall,)) as pool:
        return list(pool.map(_cast, range(len(hall.slips)), chunksize=20))


def _keep(hall: Hall) -> None:
    _Made.hall = hall


def _cast(voter: int) -> bytes:
    return _Made.hall.cast(voter)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def audit(path: str) -> dict[str, float]:
    """Seconds by the clock and of processors, and the most megabytes held by all its processes together."""
    start, before, most = time.perf_counter(), _processor(), 0.0
    with subprocess.Popen([sys.executable, "-m", "ballotbox", "verify", path], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, memory(process.pid))
            time.sleep(0.05)
    if process.returncode:
        raise SystemExit("the record was not found sound")
    seconds = round(time.perf_counter() - start, 2)
    return {"seconds": seconds, "processor_seconds": round(_processor() - before, 2), "memory_mb": round(most, 1)}


def main(arguments: list[str]) -> int:
    ballots = 200 if "--quick" in arguments else 2000
    hall = Hall("Ed25519", ballots)
    path = hall.write(cast_all(hall))
    megabytes = round(path.stat().st_size / 1e6, 1)
    figures = {"ballots": ballots, "record_mb": megabytes, **audit(str(path))}
    path.unlink()
    # a tenth of the ballots still starts the same processes: two seconds are allowed for that
    limit = 15 if ballots == 2000 else 3.5
    held = {"seconds": promise(figures["seconds"], limit), "memory_mb": promise(figures["memory_mb"], 250)}
    return tell("ballot_audit", figures, held)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
