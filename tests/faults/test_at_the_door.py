"""Sign-ins on real databases: many guesses at the same moment, and a database that can take nothing more."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import at_the_door, cluster, halls

ROOT = Path(__file__).resolve().parents[2]


def _found(what, folder, **more):
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.at_the_door", what],
        cwd=ROOT,
        env=halls.environment(folder, DJANGO_SETTINGS_MODULE="shuping.settings", SHUPING_LANGUAGE="en", **more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=cluster.needed)])
def test_many_guesses_at_once_are_no_way_around_the_limit(request, tmp_path, database):
    more = {}
    if database == "postgresql":
        more["SHUPING_DATABASE_URL"] = request.getfixturevalue("postgresql").create("guesses")

    assert _found("race", tmp_path, **more) == {"evaluated": 5, "refused": at_the_door.AT_ONCE - 5}


def test_a_database_that_is_full_does_not_say_that_somebody_tried_too_often(tmp_path):
    found = _found("full", tmp_path)

    assert found["during"] >= 500
    assert found["after"] == 302
