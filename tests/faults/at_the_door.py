"""Run as `python -m tests.faults.at_the_door race|full` on a fresh folder: what a real database says to sign-ins."""

import json
import sys
import threading
from contextlib import suppress

import django
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.test import Client

from shuping.core import sole

NAME, PASSWORD, AT_ONCE = "lin", "bamboo-on-the-hill", 24


def main() -> None:
    """Print what was found, as JSON."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a quick one
    django.setup()
    call_command("migrate", verbosity=0)
    from shuping.organisations.models import Person  # noqa: PLC0415 - needs Django set up

    person = Person(username=NAME, name_zh="林", name_en="Lin")
    person.set_password(PASSWORD)
    person.save()
    with sole.held(settings.DATA):  # as by a server: what it holds is in nobody's way
        print(json.dumps({"race": race, "full": full}[sys.argv[1]]()))


def sign_in(password: str, place: str = "192.0.2.1"):
    """What the page answers."""
    visitor = Client(headers={"accept-language": "en"}, REMOTE_ADDR=place, raise_request_exception=False)
    return visitor.post("/sign-in/", {"login": NAME, "password": password}, headers={"host": "127.0.0.1"})


def race() -> dict[str, int]:
    """Wrong passwords at the same moment, each on a connection of its own."""
    said, ready = [], threading.Barrier(AT_ONCE)

    def guess() -> None:
        ready.wait()
        said.append(sign_in("wrong").content.decode())
        connections.close_all()

    threads = [threading.Thread(target=guess) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "evaluated": sum("are not correct" in page for page in said),
        "refused": sum("Too many wrong passwords" in page for page in said),
    }


def full() -> dict[str, int]:
    """A right password while the database can take nothing more, then once there is room."""
    from shuping.core.models import Knock  # noqa: PLC0415 - needs Django set up

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
    with suppress(OperationalError):
        while True:
            Knock.objects.create(at="2022-01-01T00:00Z", kind="x" * 20, place="x" * 32)
    during = sign_in(PASSWORD).status_code
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count=1000000")
    return {"during": during, "after": sign_in(PASSWORD).status_code}


if __name__ == "__main__":
    main()
