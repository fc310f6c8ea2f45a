"""Data folders that earlier versions left in the middle of a vote, to be gone on with."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

VERSIONS = ("site_at_0009", "site_at_0010")


def unpack(version, folder):
    """Lay such a folder out as it was, open to others as it was; returns what its people hold, and the trackers."""
    kept = json.loads(gzip.decompress(Path(__file__).with_name(f"{version}.json.gz").read_bytes()))
    for part in ("files", "keys", "logs"):
        (folder / part).mkdir(parents=True)
    for name, text in kept["files"].items():
        (folder / name).write_text(text, "utf-8")
    with closing(sqlite3.connect(folder / "shuping.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(kept["sql"])
    return kept["hall"], kept["trackers"]
