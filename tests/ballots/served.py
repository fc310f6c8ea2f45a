"""A hall on the real server: a database file with a ballot in it, `shuping serve` as a process of its own."""

import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from shuping.box import making
from shuping.core import datafolder
from shuping.rehearsal import site
from tests.ballots.halls import Hall


@dataclass
class Served:
    """The hall, where it is served, and the folder in which everything lies that it keeps."""

    hall: Hall
    address: str
    folder: Path
    log: Path

    def post(self, name: str, body: bytes, **more) -> httpx.Response:
        return httpx.post(
            f"{self.address}/v/{self.hall.ballot.identifier}/{name}", content=body, trust_env=False, **more
        )

    def raw(self, head: str, body: bytes, *, finish: bool = True) -> bytes:
        """Send a request byte for byte and return the answer's first bytes; without `finish` break off after it."""
        host, port = self.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=20) as line:
            path = f"/v/{self.hall.ballot.identifier}/cast"
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n\r\n".encode() + body)
            return line.recv(65_536) if finish else b""

    def rows(self, sql: str) -> list[tuple]:
        """What is in the box and in the database file now; both are one for whoever asks."""
        with closing(sqlite3.connect(self.folder / datafolder.BOX)) as file:
            file.execute("ATTACH ? AS site", [str(self.folder / datafolder.SITE)])
            return file.execute(sql).fetchall()


@contextmanager
def served(hall: Hall, folder: Path, monkeypatch) -> Iterator[Served]:
    """Put what the tests' database holds into a folder and serve it there."""
    data = folder / "site" / "data"
    shutil.copytree(settings.DATA, data, ignore=shutil.ignore_patterns("*.sqlite3*", "lock"))
    # The tests' box was made at once, not by the migrations that the server looks for.
    for file in (Path(making.__file__).parent / "migrations").glob("0*.py"):
        MigrationRecorder(connections["box"]).record_applied("box", file.stem)
    for alias, name in zip(("default", "box"), datafolder.FILES, strict=True):
        connections[alias].ensure_connection()
        with closing(sqlite3.connect(data / name)) as file:
            connections[alias].connection.backup(file)
    address = f"http://127.0.0.1:{site.free_port()}"
    monkeypatch.setenv("SHUPING_DATA", str(data))
    monkeypatch.setenv("SHUPING_ADDRESS", address)
    monkeypatch.setenv("SHUPING_LISTEN", address.removeprefix("http://"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shuping.settings")
    log = folder / "site" / "server.log"
    with site.running(log):
        yield Served(hall, address, data, log)


def everything_kept(place: Served) -> dict[str, bytes]:
    """Every file that the site left behind, database, write-ahead log and its own words included."""
    files = [file for file in place.folder.rglob("*") if file.is_file()] + [place.log]
    return {str(file.relative_to(place.folder.parent)): file.read_bytes() for file in files}
