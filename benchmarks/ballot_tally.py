"""Adding up 20,000 ballots of one category: the curve of its cost, which has to be a straight line.

The last line is JSON. Exit status 1 when a promise does not hold. `--quick` stops at 2,000.
"""

import resource
import sys
import time

from records import Hall
from report import promise, tell

import ballotbox as bb

DIFFERENT = 40  # ballots made; they are added again and again, since a sum does not know


def curve(sizes: list[int]) -> dict[int, float]:
    """Seconds until so many ballots are read and added."""
    hall = Hall("Ed25519", DIFFERENT)
    raws = [hall.cast(voter) for voter in range(DIFFERENT)]
    builder, seconds, start = bb.TallyBuilder(hall.election), {}, time.process_time()
    for number in range(1, sizes[-1] + 1):
        builder.add(bb.check_form(hall.election, raws[number % DIFFERENT], hall.public))
        if number in sizes:
            builder.finish()
            seconds[number] = round(time.process_time() - start, 3)
    return seconds


def main(arguments: list[str]) -> int:
    last = 2_000 if "--quick" in arguments else 20_000
    seconds = curve([last // 8, last // 4, last // 2, last])
    per_ballot = [1000 * taken / ballots for ballots, taken in seconds.items()]
    megabytes = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    figures = {"seconds": seconds, "ms_per_ballot": [round(ms, 3) for ms in per_ballot], "memory_mb": megabytes}
    promises = {
        "dearest_against_cheapest_ballot": promise(round(max(per_ballot) / min(per_ballot), 2), 1.5),
        "memory_mb": promise(megabytes, 400),
    }
    return tell("ballot_tally", figures, promises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
