"""Where things lie: the data folder, its secret, its marker and its database. Read before Django starts."""

import fcntl
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

MARKER = "EXAMPLE"
FILES = SITE, BOX = "shuping.sqlite3", "box.sqlite3"  # the databases of a folder, where it is not on PostgreSQL


class FolderInUse(Exception):
    """Another server already works on this data folder."""


def path() -> Path:
    """The data folder: `SHUPING_DATA`, else `./var` in a checkout, else the user's data folder; made when missing."""
    given = os.environ.get("SHUPING_DATA")
    folder = Path(given) if given else _checkout_folder() or Path.home() / ".local/share/shuping"
    for part in ("", "files", "keys", "logs"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "keys").chmod(0o700)
    return folder.resolve()


def _checkout_folder() -> Path | None:
    root = Path(__file__).resolve().parents[3]
    return root / "var" if (root / "pyproject.toml").exists() else None


def is_example(folder: Path) -> bool:
    """Whether the folder is marked as an example: only then are demo sign-in and the set clock there."""
    return (folder / MARKER).exists()


def site_secret(folder: Path) -> str:
    """The site's secret, made on first use with mode 0600."""
    return secret_file(folder / "keys" / "site-secret", lambda: secrets.token_urlsafe(48))


def secret_file(file: Path, make: Any) -> str:
    """The text of a secret file; `make()` gives it when the file is not there yet. Mode 0600 from the first byte."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("utf-8")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(make())
    return file.read_text("utf-8")


def allowed_hosts(address: str, listen: str) -> list[str]:
    """The host names under which the site answers."""
    hosts = {urlsplit(address).hostname or "", listen.rpartition(":")[0], "127.0.0.1", "localhost", "[::1]"}
    return sorted(hosts - {"", "0.0.0.0"})  # noqa: S104 - named only to be left out


def database(folder: Path) -> dict[str, Any]:
    """Django's database settings: `SHUPING_DATABASE_URL` (postgresql://…) or SQLite in the data folder."""
    url = os.environ.get("SHUPING_DATABASE_URL", "")
    return _postgresql(url) if url else _sqlite(folder / SITE)


def box(folder: Path) -> dict[str, Any] | None:
    """Django's settings of the box where it is a file of its own; None where it lies in the one database."""
    return None if os.environ.get("SHUPING_DATABASE_URL") else _sqlite(folder / BOX)


def openid_connect(given: Mapping[str, str]) -> dict[str, Any]:
    """What allauth is told about the office's own provider: `SHUPING_OIDC_URL`, `…_CLIENT`, `…_SECRET` and `…_NAME`,
    the name on the button. Empty, and so off, as long as there is no address.
    """
    if not given.get("SHUPING_OIDC_URL"):
        return {}
    office = {
        "provider_id": "office",
        "name": given.get("SHUPING_OIDC_NAME", "OpenID Connect"),
        "client_id": given.get("SHUPING_OIDC_CLIENT", ""),
        "secret": given.get("SHUPING_OIDC_SECRET", ""),
        "settings": {"server_url": given["SHUPING_OIDC_URL"], "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [office]}}


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            # FULL, or a power cut loses acknowledged ballots. What is deleted is overwritten with zeros: in the box lie
            # ballots in the order in which they came.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            ),
        },
        "TEST": {"NAME": None},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,  # a connection that the database's restart broke is made anew
        "OPTIONS": {"connect_timeout": 5, "options": "-c synchronous_commit=on"},
    }


def hold(folder: Path) -> IO[str]:
    """Hold the folder for one server: two on one SQLite file would each miss what the other does.

    Raises FolderInUse with a sentence that names the folder.
    """
    handle = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        sentence = (
            f"Another Shuping server already works on {folder}. Stop it first, or set SHUPING_DATA to another folder."
        )
        raise FolderInUse(sentence) from None
    return handle
