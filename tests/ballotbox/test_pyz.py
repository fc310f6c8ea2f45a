"""verify.pyz: one file for an auditor, the same bytes from the same sources, on a Python with nothing installed."""

import subprocess
import sys
from pathlib import Path

import pytest
from tools import verify_pyz

VECTOR = next((Path(__file__).parents[1] / "vectors" / "belenios" / "ed-t30-3x4-5-single").glob("*.bel"))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    target = tmp_path_factory.mktemp("pyz") / "verify.pyz"
    verify_pyz.build(target)
    return target


def run(program, *arguments, bare=True):
    isolated = ["-I", "-S"] if bare else []
    command = [sys.executable, *isolated, str(program), *map(str, arguments)]
    return subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False, timeout=120)


def test_a_bare_python_finds_a_record_sound(program):
    done = run(program, VECTOR)

    assert done.returncode == 0, done.stderr
    assert f"{VECTOR}: sound" in done.stdout
    assert "plain Python does the arithmetic, which is slow" in done.stderr
    assert "arithmetic   plain Python" in done.stdout


def test_a_bare_python_refuses_a_forged_one(program, tmp_path):
    from ballotbox.encoding import canonical  # noqa: PLC0415
    from tests.ballotbox.records import grouped, rechained  # noqa: PLC0415

    groups = grouped(VECTOR.read_bytes())
    groups[-1] = ("Result", [canonical({"result": [[9, 0, 0, 0]] * 3})])
    forged = tmp_path / "forged.bel"
    forged.write_bytes(rechained(groups))

    done = run(program, forged)

    assert done.returncode == 1
    assert "not sound (bad_result)" in done.stderr
    assert "The counts are not what the partial decryptions give." in done.stderr


def test_what_is_installed_makes_it_fast(program):
    done = run(program, VECTOR, bare=False)

    assert done.returncode == 0
    assert "slow" not in done.stderr
    assert "plain Python" not in done.stdout


def test_two_processes_from_the_one_file(program):
    assert run(program, "--workers", "2", VECTOR, bare=False).returncode == 0


def test_no_file_and_no_argument(program, tmp_path):
    assert run(program, tmp_path / "nothing.bel").stderr.endswith("No such file or directory.\n")
    assert run(program).returncode == 2


def test_the_same_sources_give_the_same_bytes(program, tmp_path):
    verify_pyz.build(tmp_path / "again.pyz")

    assert (tmp_path / "again.pyz").read_bytes() == program.read_bytes()
