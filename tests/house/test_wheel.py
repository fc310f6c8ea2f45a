"""The wheel brings everything with it: unpacked beside an empty folder, it plays a year and casts ballots."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ballotbox
from tests.ballotbox.test_tool import TOOL, tool_verifies

ROOT = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder of an unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # a module renamed since would be packed with the new one
    subprocess.run([*PIP, "--wheel-dir", str(folder), str(ROOT)], check=True, env=environment, cwd=folder)
    (wheel,) = folder.glob("shuping-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def _python(unpacked, *arguments, cwd):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SHUPING_", "DJANGO_"))}
    environment["PYTHONPATH"] = str(unpacked)
    return subprocess.run(
        [sys.executable, "-P", *arguments], env=environment, cwd=cwd, capture_output=True, text=True, check=False
    )


def test_the_code_that_runs_is_the_wheels(unpacked, tmp_path):
    told = _python(unpacked, "-c", "import shuping, ballotbox, scoring; print(shuping.__file__)", cwd=tmp_path)

    assert Path(told.stdout.strip()).is_relative_to(unpacked)


def test_notices_of_what_others_wrote_are_in_it(unpacked):
    [licences] = unpacked.glob("shuping-*.dist-info/licenses")

    assert [file.name for file in licences.iterdir()] == ["LICENSE"]
    told = (unpacked / "shuping/static/built/THIRD-PARTY-NOTICES.txt").read_text("utf-8")
    assert all(word in told for word in ("@noble/curves", "qrcode-generator", "SIL OPEN FONT LICENSE"))


@pytest.fixture(scope="module")
def played(unpacked, tmp_path_factory):
    """The folder to which a rehearsal from the wheel wrote, in the group that other programs read."""
    folder = tmp_path_factory.mktemp("played")
    options = ("--entries", "4", "--voters", "50", "--seed", "3", "--group", "BELENIOS-2048", "--out", "out")
    done = _python(unpacked, "-m", "shuping.cli", "rehearse", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_a_year_is_played_from_the_wheel_alone(played):
    assert {file.name for file in played.glob("record-*.bel")} == {f"record-{code}.bel" for code in "ABC"}


@pytest.mark.skipif(TOOL is None and not os.environ.get("CI"), reason="belenios-tool is not installed")
@pytest.mark.parametrize("category", "ABC")
def test_a_program_that_is_not_ours_finds_its_records_sound(played, tmp_path, category):
    record = played / f"record-{category}.bel"
    shutil.copy(record, tmp_path / f"{ballotbox.verify_record(record).election.uuid}.bel")

    assert tool_verifies(tmp_path)
