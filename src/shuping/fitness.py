"""Whether this machine can keep what the site promises: the database's settings, the disk, the log of acts."""

import sys

from django.conf import settings

from shuping.core import soundness


class UnsafeDatabase(Exception):
    """The database is not set so that an acknowledged ballot survives a power cut and bears no time."""


class DatabaseAway(Exception):
    """The database does not answer, or not to this account."""


class WrongBox(Exception):
    """The folder's box is not the one that belongs to its database."""


UNFIT = (UnsafeDatabase, DatabaseAway, WrongBox, soundness.NetworkFolder)


def prepare() -> None:
    """Set Django up and bring the database to this version. Raises UnsafeDatabase when it would lose what is
    acknowledged, NetworkFolder when SQLite would lie on a disk that is not this machine's, WrongBox and DatabaseAway.
    """
    import django
    from django.core.management import call_command
    from django.db import OperationalError

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        soundness.refuse_network_folder(settings.DATA)
    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        _prepare_the_box()
        assert_safe()
    except OperationalError as error:
        why = str(error).strip().partition("\n")[0]
        raise DatabaseAway(
            f"The database does not answer ({why}). Start it, or correct SHUPING_DATABASE_URL."
        ) from error


def _prepare_the_box() -> None:
    """Bring the box to this version, where it is a file of its own; then what a crash or an older version left."""
    from shuping.ballots import boxing
    from shuping.box import making

    making.make()
    try:
        boxing.settle()
    except boxing.BoxMissing as error:
        raise WrongBox(str(error)) from error


LOSES = "would lose acknowledged ballots in a power cut"
TELLS = "keeps the time of every commit, and every row names its commit: that is the time of a vote"

# What a database has to answer, and what it does otherwise: SQLite's PRAGMA (2 is FULL), PostgreSQL's SHOW.
SAFE: dict[str, dict[str, tuple[int | str, str]]] = {
    "sqlite": {"PRAGMA synchronous": (2, LOSES), "PRAGMA journal_mode": ("wal", LOSES)},
    "postgresql": {
        "SHOW synchronous_commit": ("on", LOSES),
        "SHOW fsync": ("on", LOSES),
        "SHOW full_page_writes": ("on", LOSES),
        "SHOW track_commit_timestamp": ("off", TELLS),
    },
}


def assert_safe() -> None:
    """Raise UnsafeDatabase unless writes are synced before they are acknowledged, and no time is kept beside them."""
    from django.db import connections

    for alias in {"default", settings.BOX}:
        with connections[alias].cursor() as cursor:
            for question, (expected, otherwise) in SAFE[connections[alias].vendor].items():
                cursor.execute(question)
                if (found := cursor.fetchone()[0]) != expected:
                    raise UnsafeDatabase(
                        f"The database {otherwise} ({question.split()[1]} is {found}, not {expected}); "
                        "see docs/operate/install.md."
                    )


def check() -> int:
    """Check database and log of acts; print what was found. Returns 1 when something is wrong."""
    try:
        prepare()
    except UNFIT as error:
        print(error, file=sys.stderr)
        return 1
    from shuping.core import acts

    try:
        number = acts.check()
    except acts.BrokenChain as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Database safe; log of acts whole ({number} acts).")
    print(soundness.disk(settings.DATA))
    return 0
