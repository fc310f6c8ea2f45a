"""A small real site with one ballot that is prepared and nothing more: two units, one category, a floor of five,
opinions asked for.

Run as a program it fills the folder that is set in the environment: the tests' own process has another database.
"""

import json
import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from shuping.rehearsal import folder, site
from tests.ballotbox_js.node import ROOT

PEOPLE = ("scrutineer", "ada", "second_trustee", "third_trustee", "wei")
MEETING = datetime(2022, 12, 29, 1, tzinfo=UTC)


def fill(group):
    """A year in its meeting with a prepared ballot; prints {"cycle", "ballot", "tokens"}."""
    import django  # noqa: PLC0415 - only once the folder is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from shuping.ballots import actions  # noqa: PLC0415
    from tests.ballots.halls import scheme  # noqa: PLC0415
    from tests.builders import NOW, make_cycle  # noqa: PLC0415

    text = scheme({"A": 100}, floor="5", group=f'"{group}"').replace(
        b"revote = true", b"revote = true\nopinions = true", 1
    )
    world = make_cycle("meeting", 2, scheme=text)
    ballot = actions.prepare_ballot(world.cycle, by=world.wei, now=NOW)
    tokens = {name: secrets.token_hex(8) for name in PEOPLE}
    links = [
        {"token": token, "username": world.people[name].username, "zh": name, "en": name, "bar": False}
        for name, token in tokens.items()
    ]
    Path(os.environ["SHUPING_DATA"], "demo", "links.json").write_text(json.dumps(links))
    sys.stdout.write(json.dumps({"cycle": world.cycle.pk, "ballot": ballot.identifier, "tokens": tokens}))


@contextmanager
def running(data, group="Ed25519"):
    """The site on a free port: {"address", "cycle", "ballot", "tokens"}."""
    before = dict(os.environ)
    address = f"http://127.0.0.1:{site.free_port()}"
    folder.prepare(data, address=address, start=MEETING)
    try:
        command = [sys.executable, "-m", "tests.journeys.small_hall", group]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with site.running(data / "server.log"):
            yield {"address": address} | json.loads(done.stdout.splitlines()[-1])
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    fill(sys.argv[1])
