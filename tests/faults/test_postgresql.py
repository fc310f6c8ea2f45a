"""The rooms that matter most, on PostgreSQL 15 as on SQLite: the same tests, another database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import cluster

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "tests/core/test_acts.py",
    "tests/core/test_limits.py",
    "tests/core/test_anchors.py",
    "tests/core/test_digests.py",
    "tests/core/test_walks.py",
    "tests/operate/test_audit.py",
    "tests/ballots/test_casting.py",
    "tests/ballots/test_whole_way.py",
    "tests/ballots/test_many_at_once.py",
    "tests/ballots/test_bounds.py",
    "tests/ballots/test_batches.py",
    "tests/ballots/test_standing_by.py",
)

pytestmark = [cluster.needed, pytest.mark.long]


def test_casting_counting_locks_limits_and_the_log_of_acts(postgresql):
    address = postgresql.create("rooms")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "SHUPING"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *ROOMS]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"SHUPING_DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-6000:]
    assert "skipped" not in done.stdout
