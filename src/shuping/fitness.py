"""Whether this machine can keep what the site promises: settings and version of the database, disk, log of acts."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings

from shuping import place, upgrading
from shuping.core import datafolder, fullness, sole, soundness, tls


class UnsafeDatabase(datafolder.CannotWork):
    """The database is not set so that an acknowledged ballot survives a power cut and bears no time."""


class WrongBox(datafolder.CannotWork):
    """The folder's box is not the one that belongs to its database."""


def prepare(*, new: bool = False, upgrade: bool = False, copy: bool = True) -> list[str]:
    """Set Django up on a database of this version. A `new` one is made; an older one is brought to this version when
    that is to be (`upgrade`), after a `copy`. Returns lines that say what was done. Raises CannotWork: the database
    would lose what is acknowledged, does not answer, is newer or older, or not the folder's.
    """
    import django

    _refuse_network_folder()
    django.setup()
    with _answering():
        found = upgrading.version()
        upgrading.refuse_newer(found)
        upgrading.refuse_stranger(found, settings.DATA, new=new)
        if not upgrade and found.has:
            upgrading.refuse_older(found)
        done = upgrading.upgrade(settings.DATA, copy=copy)
        _prepare_the_box()
        assert_safe()
    return done


def _refuse_network_folder() -> None:
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        soundness.refuse_network_folder(settings.DATA)


@contextmanager
def _answering() -> Iterator[None]:
    """What the database says when it does not answer, in a sentence."""
    from django.db import DatabaseError, OperationalError

    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise
        if fullness.is_full(error):
            raise fullness.DiskFull(settings.DATA) from error
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            raise soundness.unreadable(settings.DATA / datafolder.SITE, error) from error
        raise sole.away(error) from error


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
                        f"The database {otherwise} ({question.split()[1]} is {found}, not {expected}); see "
                        "docs/operate/install.md."
                    )


def look() -> upgrading.Version:
    """Set Django up on a database that is only read, and give its version. Raises CannotWork when it is newer, unsafe
    or away.
    """
    import django

    _refuse_network_folder()
    for given in settings.DATABASES.values():
        datafolder.read_only(given)
    django.setup()
    with _answering():
        found = upgrading.version()
        upgrading.refuse_newer(found)
        upgrading.refuse_stranger(found, settings.DATA, new=False)
        if datafolder.on_postgresql(settings.DATA):  # SQLite is set by whoever writes, and asserted there
            assert_safe()
    return found


def holds() -> tuple[str, str]:
    """What is in the database that is only read, as a line of a backup, and the anchor of its log of acts; no anchor
    where the database is of an older version. Raises CannotWork.
    """
    if look().behind:
        return upgrading.OLDER, ""
    from shuping.ballots.models import CastBallot
    from shuping.box.models import Sealed
    from shuping.core import acts

    with _answering():
        anchor, ballots = acts.anchor(), CastBallot.objects.count() + Sealed.objects.count()
    line = f"内容 It holds: 操作记录 acts {anchor.number}, 选票 ballots {ballots}"
    return f"{line}\n锚 Anchor of the log of acts, to be noted: {anchor}", str(anchor)


def check(anchors: Sequence[str] = ()) -> int:
    """Check folder and database, then walk it (`audit`), also against `anchors` that were noted; change nothing, and
    print what was found. Returns 1 when something is wrong. Raises CannotWork.
    """
    folder = place.look()
    wrong = _open_to_others()
    if exposed := tls.warning(settings.ADDRESS):
        print(exposed)
    print(soundness.disk(folder))
    if look().behind:
        print(upgrading.OLDER)
    else:
        wrong |= _broken(anchors)
    return int(wrong)


def _open_to_others() -> bool:
    found = datafolder.open_to_others(settings.DATA)
    if found:
        print(
            f"其他用户能读取 {found[0]} 等 {len(found)} 处；serve 或 upgrade 会予以禁止。 / Others on this machine "
            f"can read {len(found)} places, {found[0]} among them; `shuping serve` or `upgrade` closes them.",
            file=sys.stderr,
        )
    return bool(found)


def _broken(anchors: Sequence[str]) -> bool:
    from shuping import audit

    print("Database safe.")
    with _answering():
        return bool(audit.report(anchors))
