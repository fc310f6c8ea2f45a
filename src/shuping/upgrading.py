"""Which version of the tables a database has, and how it is brought to this one: after a copy, and never backwards."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shuping.core import datafolder, dumps

APP = "shuping"
SPARE = 64 * 1024**2  # bytes: what an upgrade writes besides the copy, at most about as much as the database has
Names = frozenset[tuple[str, str]]


class NewerDatabase(datafolder.CannotWork):
    """The database was made by a newer version of Shuping."""


class OlderDatabase(datafolder.CannotWork):
    """The database was made by an older version, and the command does not upgrade."""


class WrongDatabase(datafolder.CannotWork):
    """The database does not belong to the data folder."""


class NoCopy(datafolder.CannotWork):
    """No copy could be made before the upgrade, so there was none."""


@dataclass(frozen=True)
class Version:
    """The migrations that a database has, what of them this program does not know, what it lacks, and the last one of
    the program's own.
    """

    has: Names
    unknown: tuple[str, ...]
    behind: tuple[str, ...]
    last: str


def version(alias: str = "default") -> Version:
    """The version of a database; nothing is written. Needs Django set up."""
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections[alias])
    has, wanted = set(loader.applied_migrations), set(loader.graph.nodes)
    known = wanted.union(loader.disk_migrations, *(one.replaces for one in loader.disk_migrations.values()))
    return Version(
        has=frozenset(has),
        unknown=tuple(sorted(name for _app, name in has - known)),
        behind=tuple(sorted(name for _app, name in wanted - has)),
        last=max(name for app, name in loader.disk_migrations if app == APP),
    )


def refuse_newer(found: Version) -> None:
    """Raise NewerDatabase when the database has what this program does not know."""
    if found.unknown:
        names = ", ".join(found.unknown[-3:])
        raise NewerDatabase(
            f"数据库来自更新版本的述评（{names}），本版本无法使用；未作任何更改。请安装该版本，或恢复升级前的副本（见 "
            f"docs/operate/upgrade.md）。 / The database was made by a newer version of Shuping ({names}), which "
            "this one does not know; nothing was changed. Install that version, or put back the copy that was made "
            "before the upgrade (docs/operate/upgrade.md)."
        )


OLDER = (
    "数据库来自旧版本；`shuping upgrade`（或 serve）会先留副本再升级。 / The database is of an older version; "
    "`shuping upgrade` (or serve) brings it to this one, after a copy."
)


def refuse_older(found: Version) -> None:
    """Raise OlderDatabase when the database lacks what this program needs."""
    if found.behind:
        raise OlderDatabase(OLDER)


def refuse_stranger(found: Version, folder: Path, *, new: bool) -> None:
    """Raise WrongDatabase when a new site is to be made in a database that holds one, or when the folder is a site's
    and the database is empty.
    """
    called = datafolder.called(datafolder.database(folder))
    if new and found.has:
        raise WrongDatabase(
            f"数据库（{called}）中已有站点，不属于新目录 {folder}。 / The database ({called}) holds a site already, "
            f"which does not belong to the new folder {folder}. Set SHUPING_DATABASE_URL to an empty one."
        )
    if not found.has and datafolder.used(folder):
        raise WrongDatabase(
            f"数据库（{called}）是空的，而 {folder} 属于已有站点。 / The database ({called}) is empty, while "
            f"{folder} is of a site that has one. Correct SHUPING_DATABASE_URL, or restore a backup into another "
            "folder."
        )


def upgrade(folder: Path, *, copy: bool = True) -> list[str]:
    """Bring the site's database to this version, after a copy, of the box too; a new one is made without. Returns lines
    that say what was done. The caller holds the folder. Raises NoCopy when there could be no copy; nothing was done.
    """
    from django.core.management import call_command

    found = version()
    if not found.behind:
        return []
    lines = [_copied(folder, found)] if copy and found.has else []
    call_command("migrate", verbosity=0, interactive=False)
    if found.has:
        names = ", ".join(found.behind)
        lines.append(f"数据库已升级 Upgraded the database: {names}")
    return lines


def _copied(folder: Path, found: Version) -> str:
    """Copy what is there, and say where. A copy that an interrupted upgrade made is the one to go back to."""
    if datafolder.on_postgresql(folder):
        place = _free_name(folder, f"before-{found.last}.pgdump")
        copies = [_dumped(folder, place)]
    else:
        copies = [_vacuumed(folder, file, found) for file in sorted(folder.glob("*.sqlite3")) if _is_ours(file)]
    return f"升级前的副本 Copy from before the upgrade: {', '.join(str(one) for one in copies)}"


def _is_ours(file: Path) -> bool:
    from django.conf import settings

    return any(str(file) == str(given["NAME"]) for given in settings.DATABASES.values())


def _free_name(folder: Path, name: str) -> Path:
    stem, _dot, kind = name.rpartition(".")
    names = (folder / (f"{stem}.{kind}" if number == 1 else f"{stem}-{number}.{kind}") for number in range(1, 1000))
    return next(place for place in names if not place.exists())


def _vacuumed(folder: Path, file: Path, found: Version) -> Path:
    suffix = "" if file.name == datafolder.SITE else f"-{file.stem}"
    name = f"before-{found.last}{suffix}.sqlite3"
    if (folder / name).exists() and _applied(folder / name) < found.has:
        return folder / name  # the upgrade goes on that somebody interrupted
    _refuse_small_disk(folder, file.stat().st_size)
    place = _free_name(folder, name)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".upgrade-") as inner:
        fresh = Path(inner) / name
        try:
            with closing(sqlite3.connect(file, timeout=30)) as source:
                source.execute("VACUUM INTO ?", [str(fresh)])
            _keep(fresh, place)
        except (sqlite3.Error, OSError) as error:
            raise _no_copy(str(error)) from error
    return place


def _applied(copy: Path) -> Names:
    """The migrations that a copy has; none where it is no whole one."""
    try:
        with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            return frozenset(database.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error:
        return frozenset()


def _keep(fresh: Path, place: Path) -> None:
    """Give a copy its name once it is on the disk."""
    for part in (fresh, place.parent):
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
            if part == fresh:
                fresh.rename(place)
        finally:
            os.close(handle)


def _refuse_small_disk(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < 2 * size + SPARE:
        wanted, found = (2 * size + SPARE) // 1024**2 + 1, free // 1024**2
        raise _no_copy(f"{folder}: {wanted} MB needed, {found} MB free", "磁盘空间不足；")


def _dumped(folder: Path, place: Path) -> Path:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".upgrade-") as inner:
        try:
            _keep(dumps.take(folder, Path(inner))[0], place)
        except (OSError, dumps.DumpFailed) as error:
            raise _no_copy(str(error)) from error
    return place


def _no_copy(why: str, zh: str = "") -> NoCopy:
    return NoCopy(
        f"升级前无法留副本（{zh}{why}），因此没有升级。请排除原因；如已自行备份，可执行 shuping upgrade "
        f"--without-copy 。 / No copy could be made before the upgrade ({why}), so there was none. Put that right; "
        "if you have a copy of your own, give: shuping upgrade --without-copy"
    )


def add_to(commands: Any) -> None:
    """Add `upgrade` to the sub-commands of `shuping`."""
    command = commands.add_parser("upgrade", help="bring the database to this version, after a copy of it")
    command.add_argument("--without-copy", action="store_true", help="you have made a copy of your own")
    command.set_defaults(run=_run)


def _run(options: Any) -> int:
    from shuping import fitness, place
    from shuping.core import sole

    folder = place.find()
    with sole.held(folder):
        lines = fitness.prepare(upgrade=True, copy=not options.without_copy)
    print("\n".join(lines) or "数据库已是本版本。 / The database is of this version already.")
    return 0
