"""What the house is built of: storeys, locks, licences."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [*sorted((ROOT / "requirements").glob("*.lock")), ROOT / "package-lock.json"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public|\bSSPL", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser General|Library General", re.IGNORECASE)
# Used unchanged, as separate libraries: the lesser licence asks nothing more of us.
ALLOWED = {"psycopg", "psycopg-binary", "gmpy2"}


def test_no_room_reaches_where_it_must_not():
    tool = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry(lock):
    lines = [line for line in lock.read_text("utf-8").splitlines() if "://" in line]

    assert [line for line in lines if '"url":' not in line] == []  # npm notes whom to thank


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda lock: lock.name)
def test_every_locked_package_has_its_hashes(lock):
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock.read_text("utf-8"), flags=re.MULTILINE)
    pinned = [block for block in blocks if PINNED.match(block)]

    assert pinned
    assert [block.splitlines()[0] for block in pinned if "--hash=sha256:" not in block] == []


def _licence(package: str) -> str:
    about = metadata.metadata(package)
    told = [about.get("License-Expression", ""), (about.get("License") or "")[:200]]
    return " ".join([*told, *(line for line in about.get_all("Classifier", []) if line.startswith("License"))])


HERE = {re.sub(r"[._-]+", "-", package.name).lower() for package in metadata.distributions()}
LOCKED = PINNED.findall((ROOT / "requirements" / "run.lock").read_text("utf-8"))
RUN_TIME = [name for name in LOCKED if name in HERE]  # some are for other systems only


def test_every_package_of_the_site_tells_its_licence():
    assert len(RUN_TIME) > 20
    assert [name for name in RUN_TIME if not _licence(name).strip()] == []


def test_no_package_of_the_site_is_under_a_copyleft_licence():
    assert [name for name in RUN_TIME if COPYLEFT.search(_licence(name))] == []


def test_the_packages_under_a_lesser_licence_are_known_by_name():
    assert {name for name in RUN_TIME if LESSER.search(_licence(name))} <= ALLOWED
