"""Whether this code knows everything that a database or a backup holds, or a newer version of Shuping made it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata


def version() -> str:
    """The version of Shuping that runs; empty where it was not installed but only put on the path."""
    try:
        return metadata.version("shuping")
    except metadata.PackageNotFoundError:
        return ""


def unknown_migrations(names: Iterable[str]) -> list[str]:
    """Those of the applied migrations ("shuping.0001_tables") that this code does not have, sorted: a newer version
    applied them. Django has to be set up; the database is not asked.
    """
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - a backup is made without Django

    known = MigrationLoader(None).disk_migrations
    replaced = {pair for migration in known.values() for pair in migration.replaces}
    return sorted(set(names) - {f"{app}.{name}" for app, name in {*known, *replaced}})


def ask_for_unknown_migrations(names: Iterable[str]) -> list[str]:
    """The same, asked in a process of its own that works on a passing data folder: Django's settings make a secret in
    the folder that they are read for, and where a backup is restored nothing may lie before it is sound.

    Raises ChildProcessError with the last words of the process.
    """
    environment = {name: value for name, value in os.environ.items() if name != "SHUPING_DATABASE_URL"}
    command = [sys.executable, "-m", "shuping.core.versions"]
    with tempfile.TemporaryDirectory() as scratch:
        environment |= {"SHUPING_DATA": scratch, "DJANGO_SETTINGS_MODULE": "shuping.settings"}
        told = "\n".join(names)
        done = subprocess.run(command, env=environment, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(done.stderr.strip().rpartition("\n")[2])
    return done.stdout.split()


def main() -> None:
    """Read names of migrations, one a line; write those that are not known."""
    import django  # noqa: PLC0415 - as above

    django.setup()
    sys.stdout.write("\n".join(unknown_migrations(sys.stdin.read().split())))


if __name__ == "__main__":
    main()
