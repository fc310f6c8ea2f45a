"""Real servers on real folders, and people who speak to them over HTTP."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

import ballotbox
from shuping.rehearsal import site
from shuping.rehearsal.browser import Participant
from shuping.rehearsal.voting import Voter

ROOT = Path(__file__).parents[2]
WORDS = "a passphrase for the tests"
GROUP = "Ed25519"


def environment(folder, port=0, **more):
    """What a process needs to work on the folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHUPING_", "DJANGO_"))}
    mine = {"SHUPING_DATA": str(folder), "SHUPING_LANGUAGE": "en", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if port:
        mine |= {"SHUPING_LISTEN": f"127.0.0.1:{port}", "SHUPING_ADDRESS": f"http://127.0.0.1:{port}"}
    return clean | mine | more


def shuping(folder, *words, passphrase=WORDS, **more):
    """Run a `shuping` command; returns the exit code and everything that it said."""
    if passphrase:
        more["SHUPING_BACKUP_PASSPHRASE"] = passphrase
    command = [sys.executable, "-m", "shuping.cli", *map(str, words)]
    done = subprocess.run(
        command,
        env=environment(folder, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


NEW = "from shuping import fitness, place; place.find(new=True); fitness.prepare(new=True)"


OLDER = """
import django
from shuping import place
place.find(new=True)
django.setup()
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
call_command("migrate", "shuping", "0009_opinions", verbosity=0)
for label in MigrationLoader(None).migrated_apps - {"shuping"}:
    call_command("migrate", label, verbosity=0)
"""


def make_site(folder, program=NEW, **more):
    """A new site without anything in it, as `--new` makes one; with `program=OLDER` one of an earlier version."""
    given = environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings", **more)
    made = subprocess.run([sys.executable, "-c", program], env=given, umask=0o077, capture_output=True, check=False)
    assert made.returncode == 0, made.stderr.decode()


def make_hall(folder, **more):
    """An open ballot in the folder's database; what its people hold, as `make_hall.main` tells it."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.operate.make_hall"],
        env=environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings", **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@contextmanager
def serving(folder, said=None, **more):
    """`shuping serve` on the folder until the `with` ends; gives the process and its address. What it says may go to
    an open file.
    """
    with serving_at(folder, site.free_port(), said, **more) as found:
        yield found


@contextmanager
def serving_at(folder, port, said=None, **more):
    """The same at a port that somebody else knows already."""
    address = f"http://127.0.0.1:{port}"
    with started(environment(folder, port, **more), said) as server:
        until(lambda: answers(address), what="the server answers")
        yield server, address


@contextmanager
def started(given, said=None):
    """`shuping serve` in an environment until the `with` ends."""
    server = subprocess.Popen([sys.executable, "-m", "shuping.cli", "serve"], env=given, stdout=said, stderr=said)
    try:
        yield server
    finally:
        kill(server)


def kill(server):
    """End a server and its worker at once, as a dead machine does."""
    pids = [*site.children(server.pid), server.pid]
    server.kill()
    server.wait()
    for pid in pids[:-1]:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)


def answers(address):
    """Whether a site is there."""
    with suppress(httpx.TransportError):
        return httpx.get(f"{address}/health", trust_env=False).status_code in (200, 503)
    return False


def until(found, seconds=30, what="it"):
    """Wait for something that happens by itself."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"Not in time: {what}.")


@contextmanager
def person(hall, address, name):
    """Somebody at the site, signed in already."""
    someone = Participant(address)
    someone.http.headers["accept-language"] = "en"
    someone.http.cookies.set("sessionid", hall["sessions"][name], domain="127.0.0.1")
    try:
        yield someone
    finally:
        someone.http.close()


def vote(hall, address, slip, choices=(0, 1)):
    """A voter with a slip, by the booth's own requests; returns the tracker."""
    voter = Voter(address, hall["identifier"], hall["slips"][slip])
    election = ballotbox.Election.parse(voter.enter(GROUP)["election"].encode())
    answer = voter.cast(election, list(choices))
    voter.http.close()
    assert answer.status_code == 201, answer.text
    return answer.json()["tracker"]


def check_again(hall, address):
    """Press "Check them again" when the desk offers it."""
    page = f"/c/{hall['cycle']}/ballot/"
    with person(hall, address, "scrutineer") as scrutineer:
        if scrutineer.open(page).has("form-check-again"):
            scrutineer.submit(page, "form-check-again")


def board(hall, address, trackers):
    """The public board, once all of these stand on it."""
    text = httpx.get(f"{address}/b/{hall['identifier']}/", trust_env=False).text
    return text if all(tracker in text for tracker in trackers) else ""


def count(hall, address):
    """Close, add up, let two trustees decrypt; returns the record, which anybody can check."""
    page = f"/c/{hall['cycle']}/ballot/"
    with person(hall, address, "scrutineer") as scrutineer:
        scrutineer.submit(page, "form-close-ballot")
        until(lambda: scrutineer.open(page).has("form-tally"), what="every ballot is in the box")
        scrutineer.submit(page, "form-tally")
        for place, name in enumerate(("ada", "second_trustee")):
            with person(hall, address, name) as trustee:
                _decrypt(hall, trustee, int(hall["keys"][place]))
        return scrutineer.download(f"{page}record/A.bel")


def _decrypt(hall, trustee, private):
    trustee.open(f"/t/{hall['identifier']}/")
    tasks = trustee.ask(f"/t/{hall['identifier']}/tasks")
    for task in tasks["categories"]:
        election = ballotbox.Election.parse(task["election"].encode())
        added = ballotbox.EncryptedTally.parse(election, task["tally"].encode(), num_tallied=task["cast"])
        share = ballotbox.partial_decryption(election, added, private, cast=task["cast"], floor=tasks["floor"])
        body = {"category": task["category"], "share": share.decode()}
        assert trustee.send(f"/t/{hall['identifier']}/share", body)["received"]
