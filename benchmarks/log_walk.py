"""The log of acts at 100,000 acts, most with digests: seconds of a processor to walk it, and megabytes held.

The last line is JSON. Exit status 1 when a promise does not hold. `--quick` takes 10,000 acts and a tenth of the time.
"""

import os
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from report import memory, promise, tell

NOW = datetime(2022, 12, 29, 1, 0, tzinfo=UTC)


def _set_up(folder: Path) -> None:
    for name in ("files", "keys", "logs"):
        (folder / name).mkdir()
    os.environ |= {"SHUPING_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "shuping.settings"}
    import django  # noqa: PLC0415 - it reads the folder from the environment
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def fill(number: int) -> None:
    """So many acts, of every two of which one decided two things."""
    from shuping.core import acts  # noqa: PLC0415
    from shuping.core.models import Act  # noqa: PLC0415

    parent, rows = acts.START, []
    for place in range(number):
        said = [
            [name, 1, f"comment:{place}", secrets.token_hex(32)] for name in ("comment", "problems")[: place % 2 * 2]
        ]
        act = Act(verb="write_comment", subject="meeting:1", at=NOW, cycle=1, details={"entry": "03"}, digests=said)
        act.parent = parent
        act.digest = parent = acts.digest_of(act)
        rows.append(act)
    Act.objects.bulk_create(rows, batch_size=80)


def walk() -> float:
    """Seconds of a processor for a walk that finds nothing wrong."""
    from shuping.core import log_walk  # noqa: PLC0415

    begun = time.process_time()
    log = log_walk.walk([])
    if log.faults:
        raise SystemExit(log.faults[0].sentence)
    return round(time.process_time() - begun, 2)


def main(arguments: list[str]) -> int:
    number = 10_000 if "--quick" in arguments else 100_000
    with tempfile.TemporaryDirectory(prefix="log-walk-") as folder:
        _set_up(Path(folder))
        fill(number)
        before = memory(os.getpid())
        seconds = walk()
        grown = max(0.0, memory(os.getpid()) - before)
        figures = {"acts": number, "processor_seconds": seconds, "memory_mb": round(grown, 1)}
    limits = {"processor_seconds": 5 * number / 100_000, "memory_mb": 100}
    return tell("log_walk", figures, {name: promise(figures[name], limit) for name, limit in limits.items()})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
