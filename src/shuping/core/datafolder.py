"""Where things lie: the data folder, its secret, its marker and its database. Read before Django starts.

Nothing here makes a folder but `make`. Sentences stand in both languages: nobody's language is known yet.
"""

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

MARKER = "EXAMPLE"
FILES = SITE, BOX = "shuping.sqlite3", "box.sqlite3"  # the databases of a folder, where it is not on PostgreSQL
PARTS = ("files", "keys", "logs")
SECRET = Path("keys") / "site-secret"


class CannotWork(Exception):
    """A command cannot do its work here, with the sentence that says why and what to do."""


class FolderInUse(CannotWork):
    """Another server already works on this data folder."""


class OpenToOthers(CannotWork):
    """Others on this machine may read the data folder, and this user may not change that."""


def path() -> Path:
    """The data folder: `SHUPING_DATA`, else `./var` in a checkout, else the user's data folder. It need not exist."""
    given = os.environ.get("SHUPING_DATA", "").strip()
    folder = Path(given) if given else _checkout_folder() or Path.home() / ".local/share/shuping"
    return folder.resolve()


def make(folder: Path) -> None:
    """Make a data folder without a site in it, or what is missing of one; for its owner alone."""
    for part in ("", *PARTS):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)


def settle(folder: Path) -> None:
    """Make the folder of a new site, and the site's secret with mode 0600."""
    make(folder)
    secret_file(folder / SECRET, _fresh_secret)


def holds_site(folder: Path) -> bool:
    """Whether there is a site in the folder: its database, or its secret where the database is PostgreSQL's."""
    return (folder / (SECRET if on_postgresql(folder) else SITE)).exists()


def used(folder: Path) -> bool:
    """Whether the folder keeps what belongs to the database of a site: files, or keys besides the site's secret."""
    kept = (file for part in ("files", "keys") for file in (folder / part).rglob("*") if not file.is_dir())
    return any(file != folder / SECRET for file in kept)


def open_to_others(folder: Path) -> list[Path]:
    """Everything in the folder, itself first, that others on this machine may list, read or write."""
    return [place for place in _everything(folder) if place.lstat().st_mode & 0o077]


def close_to_others(folder: Path) -> int:
    """Take from the folder and everything in it what others may do; returns on how many places they could. Raises
    OpenToOthers when one of them is not this user's.
    """
    found = open_to_others(folder)
    for place in found:
        try:
            place.chmod(stat.S_IMODE(place.lstat().st_mode) & ~0o077)
        except PermissionError:
            raise OpenToOthers(
                f"其他用户能读取 {place}，而它属于{owner(place)}，无法更改。请以该用户身份执行，或由其执行 chmod -R "
                f"go= {folder} 。 / Others on this machine can read {place}, which belongs to {owner(place)}. Give "
                f"the command as that user, or have them run: chmod -R go= {folder}"
            ) from None
    return len(found)


def _everything(folder: Path) -> Iterator[Path]:
    """The folder and what is in it, but links: what they lead to is elsewhere."""
    yield folder
    for place, folders, files in os.walk(folder):
        yield from (found for name in (*folders, *files) if not (found := Path(place) / name).is_symlink())


def owner(place: Path) -> str:
    """The name of whom a file or folder belongs to; the number of an account that is not there any more."""
    try:
        return place.owner()
    except KeyError:
        return str(place.stat().st_uid)


def _checkout_folder() -> Path | None:
    root = Path(__file__).resolve().parents[3]
    return root / "var" if (root / "pyproject.toml").exists() else None


def is_example(folder: Path) -> bool:
    """Whether the folder is marked as an example: only then are demo sign-in and the set clock there."""
    return (folder / MARKER).exists()


def site_secret(folder: Path) -> str:
    """The site's secret; where there is none yet, one that passes with this process."""
    file = folder / SECRET
    return file.read_text("utf-8") if file.exists() else _fresh_secret()


def _fresh_secret() -> str:
    return secrets.token_urlsafe(48)


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
    """The host names under which the site answers: that of its address, and the one that it listens on."""
    hosts = {urlsplit(address).hostname or "", listen, "127.0.0.1", "localhost", "::1"}
    everywhere = {"", "0.0.0.0", "::"}  # noqa: S104 - named only to be left out
    return sorted(f"[{host}]" if ":" in host else host for host in hosts - everywhere)


def on_postgresql(folder: Path) -> bool:
    """Whether the site of a folder has its database on PostgreSQL."""
    return bool(database(folder)["ENGINE"].endswith("postgresql"))


def database(folder: Path) -> dict[str, Any]:
    """Django's database settings: `SHUPING_DATABASE_URL` (postgresql://…) or SQLite in the data folder."""
    url = os.environ.get("SHUPING_DATABASE_URL", "").strip()
    return _postgresql(url) if url else _sqlite(folder / SITE)


def box(folder: Path) -> dict[str, Any] | None:
    """Django's settings of the box where it is a file of its own; None where it lies in the one database."""
    return None if on_postgresql(folder) else _sqlite(folder / BOX)


def called(given: Mapping[str, Any]) -> str:
    """A database in words, as it may be shown: without its password."""
    if given["ENGINE"].endswith("sqlite3"):
        return f"SQLite, {given['NAME']}"
    place = f"{given['HOST'] or 'localhost'}{given['PORT'] and ':'}{given['PORT']}"
    return f"PostgreSQL, {given['NAME']} at {place}"


def read_only(given: dict[str, Any]) -> None:
    """Change Django's settings of a database, before it is opened, so that nothing in it can be changed and no file be
    made beside it.
    """
    if given["ENGINE"].endswith("postgresql"):
        given["OPTIONS"]["options"] += " -c default_transaction_read_only=on"
        return
    file = Path(given["NAME"])
    log, index = (file.with_name(f"{file.name}-{part}") for part in ("wal", "shm"))
    # An index that is there is only read; without a log SQLite would make both, unless it takes the file for immutable.
    how = "&readonly_shm=1" if index.exists() else "" if log.exists() and log.stat().st_size else "&immutable=1"
    given["NAME"] = f"{file.as_uri()}?mode=ro{how}"
    given["OPTIONS"]["transaction_mode"] = "DEFERRED"
    given["OPTIONS"]["init_command"] = "PRAGMA query_only=ON; PRAGMA synchronous=FULL;"


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
    # As it is written: `hostname` is in small letters, and it may be the folder of a socket.
    host = re.sub(r":[0-9]*$", "", parts.netloc.rpartition("@")[2])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host.strip("[]")),
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
        raise FolderInUse(
            f"已有述评服务在使用 {folder}。请先停止它，或将 SHUPING_DATA 设为其他目录。 / Another Shuping server "
            f"already works on {folder}. Stop it first, or set SHUPING_DATA to another folder."
        ) from None
    return handle
