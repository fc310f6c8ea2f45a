"""How the house sets itself up: on which Pythons, in which words, and in a machine that is busy."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from shuping.rehearsal import demo

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OLDEST, END = re.fullmatch(r">=([0-9.]+),<3\.([0-9]+)", PROJECT["requires-python"]).groups()
NEWEST = int(END) - 1


def _run(*words, **more):
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHON", "MAKEFLAGS", "MAKELEVEL")
    }
    return subprocess.run(
        list(map(str, words)), env=environment | more, capture_output=True, text=True, check=False, timeout=120
    )


# --- which Python -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/operate/install.md", "Makefile"])
def test_everybody_is_told_the_range_that_is_admitted(name):
    assert f"Python {OLDEST} to 3.{NEWEST}" in (ROOT / name).read_text("utf-8")


def test_the_classifiers_name_every_admitted_version():
    named = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if "Language" in one]

    assert named == [f"3.{minor}" for minor in range(int(OLDEST.split(".")[1]), NEWEST + 1)]


def _checkout(tmp_path, admits):
    """A folder with what the Makefile reads, and another range."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").write_text(f'requires-python = "{admits}"\n')
    (tmp_path / "requirements").mkdir()
    for needed in ("requirements/dev.lock", "package-lock.json", "setup.py"):
        (tmp_path / needed).touch()
    for file in [place for place in tmp_path.rglob("*") if place.is_file()]:
        os.utime(file, (0, 0))  # older than anything that is made of it
    return tmp_path


@pytest.mark.parametrize("admits", [">=3.98,<3.99", ">=3.0,<3.5"])
def test_a_python_that_is_not_admitted_is_refused_with_a_sentence(tmp_path, admits):
    place = _checkout(tmp_path, admits)

    done = _run("make", "-C", place, "setup", f"PYTHON={sys.executable}")

    assert done.returncode != 0
    assert f"Shuping runs on Python {admits[2:].partition(',')[0]} to 3." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / ".venv").exists()


def _steps(place, *words):
    """The steps that `make setup` would take."""
    done = _run("make", "-C", place, "-n", "setup", *words)
    assert done.returncode == 0, done.stderr
    return re.findall(r'"(\d/\d) ', done.stdout)


def test_another_python_makes_the_environment_anew(tmp_path):
    place = _checkout(tmp_path, PROJECT["requires-python"])
    assert _steps(place) == ["1/5", "2/5", "3/5", "4/5", "5/5"]

    tell = _run(sys.executable, place / "tools" / "admitted.py").stdout
    _made_by(place, tell)
    assert _steps(place) == []
    assert _steps(place, f"PYTHON={sys.executable}") == []

    _made_by(place, "3.12.99 /elsewhere/python3.12\n")
    assert _steps(place) == []  # nobody asked for another
    assert _steps(place, f"PYTHON={sys.executable}") == ["1/5", "2/5", "3/5", "4/5", "5/5"]

    (place / ".venv" / ".python").write_text(tell)
    assert _steps(place) == ["1/5", "2/5", "3/5", "4/5", "5/5"]  # the system's Python was replaced


def _made_by(place, tell):
    """Everything is there, made by a Python that says this of itself."""
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f"#!/bin/sh\necho '{tell.strip()}'\n")
    python.chmod(0o755)
    for made in (".venv/.python", ".venv/.installed", "node_modules/.installed", ".venv/.built"):
        (place / made).parent.mkdir(exist_ok=True)
        (place / made).write_text(tell)


# --- in which words ---------------------------------------------------------------------------------------------------


def test_a_step_is_one_line():
    done = _run(ROOT / "tools" / "step.sh", "1/5 environment", "5 s", "bash", "-c", "echo noise; echo more >&2")

    assert (done.returncode, done.stdout, done.stderr) == (0, "1/5 environment … about 5 s\n", "")


def test_a_step_that_fails_shows_all_that_it_said():
    done = _run(ROOT / "tools" / "step.sh", "1/5 environment", "5 s", "bash", "-c", "echo one; echo two >&2; exit 3")

    assert (done.returncode, done.stderr) == (3, "one\ntwo\n1/5 environment: failed, see above.\n")


class _Company:
    address = "http://127.0.0.1:8000"


def test_the_demo_ends_with_the_address_to_open():
    assert demo.beginning(_Company()).splitlines() == ["", "  ▶ 打开这里 Open this: http://127.0.0.1:8000/guide/"]


# --- while another program installs packages --------------------------------------------------------------------------

apt_needed = pytest.mark.skipif(shutil.which("apt-get") is None, reason="not a Debian system")


@pytest.fixture
def apt(tmp_path):
    """An apt of its own, without sources and with locks that are nobody's; `run` gives it a command."""
    for folder in ("lists/partial", "dpkg", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dpkg" / "status").touch()
    for line in (f'Dir "{tmp_path}";', f'Dir::State "{tmp_path}";', f'Dir::State::lists "{tmp_path}/lists";'):
        _write(tmp_path, line)
    _write(tmp_path, f'Dir::State::status "{tmp_path}/dpkg/status"; Dir::Cache "{tmp_path}/cache";')
    _write(tmp_path, f'Dir::Etc "{tmp_path}/etc"; Dir::Etc::sourcelist "/dev/null"; APT::Sandbox::User "";')
    return tmp_path


def _write(place, line):
    with (place / "apt.conf").open("a") as out:
        out.write(f"{line}\n")


def _apt_get(place, *words, patience=300):
    script = f'source {ROOT}/tools/debian.sh; PATIENCE={patience}; apt_get "$@"'
    return subprocess.Popen(
        ["bash", "-c", script, "apt", *words],
        env=os.environ | {"APT_CONFIG": str(place / "apt.conf")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@apt_needed
@pytest.mark.parametrize(
    ("lock", "words"),
    [("lists/lock", ["update"]), ("dpkg/lock-frontend", ["install", "--fix-broken"])],
)
def test_a_busy_apt_is_waited_for(apt, lock, words):
    with (apt / lock).open("a+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        running = _apt_get(apt, *words)
        time.sleep(3)
        assert running.poll() is None
    said, _nothing = running.communicate(timeout=60)

    assert running.returncode == 0, said
    assert said == "Another program is installing packages; waiting for it, five minutes at most.\n"


@apt_needed
def test_an_apt_that_stays_busy_is_given_up_and_says_why(apt):
    with (apt / "lists/lock").open("a+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        running = _apt_get(apt, "update", patience=2)
        said, _nothing = running.communicate(timeout=60)

    assert running.returncode != 0
    assert "Could not get lock" in said


@apt_needed
def test_another_fault_of_apt_is_told_at_once(apt):
    running = _apt_get(apt, "install", "no-such-package")
    said, _nothing = running.communicate(timeout=60)

    assert (running.returncode != 0, "Unable to locate package no-such-package" in said) == (True, True)
