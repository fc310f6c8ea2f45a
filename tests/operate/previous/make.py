"""How `hall.json.gz` was made, by the code of commit 7f0ba78, before there was a box: an open ballot in mid-vote.

Run there, with SHUPING_DATA on an empty folder; prints the file. Six ballots are in the box, one is set aside, four are
received and not yet checked, three of them of one slip, whose last one has to count.
"""

import base64
import gzip
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    django.setup()
    call_command("migrate", verbosity=0)
    from shuping.ballots import casting  # noqa: PLC0415 - needs Django set up
    from tests.ballots import halls, test_casting  # noqa: PLC0415

    hall = halls.open_hall({"A": 14}, text=halls.scheme({"A": 100}))
    trackers = [hall.vote([slip % 5, 0], slip=slip) for slip in range(6)]
    false = test_casting._with_a_false_proof(hall)
    assert hall.post("cast", false).status_code == 201
    casting.check_pending.func()
    trackers.append(hall.vote([1, 1], slip=6))
    trackers += [hall.vote([choice, choice], slip=7) for choice in (0, 1, 2)]
    folder = Path(os.environ["SHUPING_DATA"])
    with closing(sqlite3.connect(folder / "shuping.sqlite3")) as site:
        dump = "\n".join(site.iterdump())
    told = {
        "sql": dump,
        "server_key": (folder / "keys" / f"{hall.ballot.identifier}.json").read_text("utf-8"),
        "identifier": hall.ballot.identifier,
        "slips": hall.slips["A"],
        "trackers": trackers,
        "again": base64.b64encode(hall.seal([3, 3], slip=8)).decode(),
        "keys": [str(file["decryption_key"]) for file in halls.ceremony().key_files],
    }
    sys.stdout.buffer.write(gzip.compress(json.dumps(told).encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
