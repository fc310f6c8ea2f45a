"""Run as a program with SHUPING_DATA (or SHUPING_DATABASE_URL) set: an open ballot for a real server, told as JSON."""

import json
import os
import sys

import django
from django.core.management import call_command

from shuping.core import datafolder


def main() -> None:
    """One category with twelve slips; who closes and who decrypts are signed in."""
    os.umask(0o077)  # as the command line does
    datafolder.settle(datafolder.path())
    django.setup()
    from shuping.box import making  # noqa: PLC0415 - needs Django set up

    call_command("migrate", verbosity=0)
    making.make()
    from tests.ballots import halls  # noqa: PLC0415 - needs Django set up
    from tests.builders import client_for  # noqa: PLC0415

    hall = halls.open_hall({"A": 12}, text=halls.scheme({"A": 100}))
    signed_in = {
        name: client_for(hall.world.people[name]).cookies["sessionid"].value
        for name in ("wei", "chair", "scrutineer", *halls.TRUSTEES)
    }
    told = {
        "cycle": hall.world.cycle.pk,
        "identifier": hall.ballot.identifier,
        "slips": hall.slips["A"],
        "sessions": signed_in,
        "keys": [str(file["decryption_key"]) for file in halls.ceremony().key_files],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
