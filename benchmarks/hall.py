"""What the benchmarks of the hall share: their options, the private PostgreSQL, and where halls are laid."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from report import ROOT

sys.path.insert(0, str(ROOT))

from tests.faults import cluster


@dataclass(frozen=True)
class Setting:
    """Where a benchmark works: a folder of its own, the private PostgreSQL if that was asked for, how much is done."""

    place: Path
    server: cluster.Cluster | None
    quick: bool

    @property
    def database(self) -> str:
        """The kind of database, for the figures."""
        return "postgresql" if self.server else "sqlite"


def say(words: str) -> None:
    """Progress, on standard error."""
    print(f"  {words}", file=sys.stderr, flush=True)


@contextmanager
def setting(about: str, arguments: list[str]) -> Iterator[Setting]:
    """Read the options and give the benchmark its place; everything is removed at the end."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="under half a minute on an idle machine")
    parser.add_argument("--postgresql", action="store_true", help="on a private PostgreSQL instead of SQLite")
    options = parser.parse_args(arguments)
    if options.postgresql and cluster.missing():
        parser.error(cluster.missing())
    with (
        tempfile.TemporaryDirectory(prefix="shuping-bench-") as place,
        cluster.running() if options.postgresql else nullcontext() as server,
    ):
        yield Setting(Path(place), server, options.quick)
