"""A data folder for an example: marked as such, with a clock that is set."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from shuping.core import datafolder


class NotAnExample(Exception):
    """The folder holds something else than an example; it is left alone."""


def prepare(folder: Path, *, address: str, start: datetime) -> None:
    """Make an empty example folder and let this process and its children work on it.

    An older example there is removed; anything else raises NotAnExample.
    """
    if (folder / "shuping.sqlite3").exists() and not datafolder.is_example(folder):
        sentence = f"{folder} holds real data. An example never mixes with it: name another folder."
        raise NotAnExample(sentence)
    shutil.rmtree(folder, ignore_errors=True)
    datafolder.settle(folder)
    (folder / "demo").mkdir()
    (folder / datafolder.MARKER).write_text("This folder holds an example; nothing in it is real.\n", "utf-8")
    use(folder, address=address)
    set_clock(start)


def use(folder: Path, *, address: str) -> None:
    """Point this process and its children at an example folder."""
    # An example never works on the database that a real site is set to.
    os.environ.pop("SHUPING_DATABASE_URL", None)
    os.environ["SHUPING_DATA"] = str(folder)
    os.environ["SHUPING_ADDRESS"] = address
    os.environ["SHUPING_LISTEN"] = _listening(address)
    os.environ["SHUPING_CLOCK"] = str(folder / "clock")
    os.environ["DJANGO_SETTINGS_MODULE"] = "shuping.settings"


def _listening(address: str) -> str:
    """Host and port of an address; an address without a port has its scheme's."""
    parts = urlsplit(address)
    return parts.netloc if parts.port else f"{parts.netloc}:80"


def listen_everywhere() -> None:
    """Let the next server answer the whole network, at the port that is set."""
    port = os.environ["SHUPING_LISTEN"].rpartition(":")[2]
    os.environ["SHUPING_LISTEN"] = f"0.0.0.0:{port}"


def set_clock(instant: datetime) -> None:
    """Set the example's clock; the change is seen whole or not at all."""
    file = Path(os.environ["SHUPING_CLOCK"])
    fresh = file.with_suffix(".new")
    fresh.write_text(instant.isoformat(), "utf-8")
    fresh.replace(file)


def read_clock() -> datetime:
    """What the example's clock shows."""
    return datetime.fromisoformat(Path(os.environ["SHUPING_CLOCK"]).read_text("utf-8").strip())
