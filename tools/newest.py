"""Run on the newest admitted Python that this machine has what an organisation depends on: the tests of the pure
packages; and from the wheel a rehearsal, a backup of its folder, a restore, and the server on what was restored.

    python tools/newest.py      (make test-newest; NEWEST_PYTHON names one)

Says in one line that nothing was run where there is none newer than the one that runs this. Everything lies in
build/newest; its environment is kept there for the next time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import admitted

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "build" / "newest"
PYTHON = PLACE / "venv" / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.lock"
PURE = ("tests/ballotbox", "tests/scoring")
PATIENCE = 60  # seconds until a server answers
WORDS = "words for this run"
SMALL = ("--entries", "4", "--voters", "50", "--seed", "5")


def candidates() -> list[str]:
    """Commands that could be a newer Python: the one that is named, those on the path, those that pyenv keeps."""
    given = os.environ.get("NEWEST_PYTHON")
    if given:
        return [given]
    major, last = admitted.newest_minor()
    on_path = [f"python{major}.{minor}" for minor in range(last, sys.version_info[1], -1)]
    return [*on_path, *map(str, pyenv_root().glob("versions/*/bin/python3"))]


def pyenv_root() -> Path:
    """Where pyenv keeps its versions, if it is there."""
    if root := os.environ.get("PYENV_ROOT"):
        return Path(root)
    if found := shutil.which("pyenv"):
        return Path(subprocess.run([found, "root"], capture_output=True, text=True, check=False).stdout.strip())
    return Path.home() / ".pyenv"


def look(command: str) -> tuple[tuple[int, ...], str] | None:
    """Version and place of an admitted Python; None for anything else."""
    try:
        done = subprocess.run(
            [command, str(ROOT / "tools" / "admitted.py")], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    if done.returncode:
        return None
    version, _blank, place = done.stdout.strip().partition(" ")
    return tuple(map(int, version.split("."))), place


def newest() -> tuple[tuple[int, ...], str] | None:
    """The newest Python that is admitted, when its line of versions is newer than that of this one."""
    found = [one for one in map(look, candidates()) if one is not None and one[0][:2] > sys.version_info[:2]]
    return max(found, default=None)


def clean() -> dict[str, str]:
    """The environment without what somebody set for a site of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SHUPING_", "DJANGO_"))}


def run(*words: str | Path, **more: str) -> None:
    """Run a command quietly. Exits with everything that it said when it fails."""
    command = list(map(str, words))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean() | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(command)}: failed on the newest Python, see above.")


def environment(place: str, label: str) -> None:
    """An environment of its own with the locked packages; made anew when Python or lock are others than last time."""
    stamp = PLACE / "made-of"
    made_of = f"{label} {place} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text("utf-8") == made_of and PYTHON.exists():
        return
    shutil.rmtree(PLACE, ignore_errors=True)
    run(place, "-m", "venv", PLACE / "venv")
    run(PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "--requirement", LOCK)
    stamp.write_text(made_of, "utf-8")


def wheel() -> None:
    """The wheel of this checkout, built and installed."""
    target = PLACE / "wheel"
    for left in (target, ROOT / "build" / "lib"):  # a module that was renamed would be packed with the new one
        shutil.rmtree(left, ignore_errors=True)
    run(PYTHON, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", target, ROOT)
    (built,) = target.glob("shuping-*.whl")
    run(PYTHON, "-m", "pip", "install", "-qq", "--no-deps", "--force-reinstall", built)


def pure() -> None:
    """The tests of the packages that an auditor runs alone."""
    run(PYTHON, "-m", "pytest", "-q", "-n", "2", "-m", "not journey and not long", "-p", "no:cacheprovider", *PURE)


def shuping(*words: str | Path, **more: str) -> None:
    """A command of the installed wheel; the checkout is not on its path."""
    run(PYTHON, "-P", "-m", "shuping.cli", *words, SHUPING_BACKUP_PASSPHRASE=WORDS, **more)


def rehearse() -> None:
    """A small year, its records checked by the file that an auditor takes along, its folder sealed and taken back."""
    out, again = PLACE / "rehearsal", PLACE / "restored"
    for left in (out, again):
        shutil.rmtree(left, ignore_errors=True)
    shuping("rehearse", "--example", "provincial", *SMALL, "--out", out)
    run(sys.executable, ROOT / "tools" / "verify_pyz.py", PLACE / "verify.pyz")
    run(PYTHON, PLACE / "verify.pyz", *sorted(out.glob("record-*.bel")))
    shuping("backup", PLACE / "stick", SHUPING_DATA=str(out / "data"))
    shuping("restore", PLACE / "stick", SHUPING_DATA=str(again))


def serve() -> None:
    """The server on what was restored, until it answers and is told to stop."""
    port = _free_port()
    address = f"127.0.0.1:{port}"
    mine = {"SHUPING_DATA": str(PLACE / "restored"), "SHUPING_LISTEN": address, "SHUPING_ADDRESS": f"http://{address}"}
    server = subprocess.Popen([PYTHON, "-P", "-m", "shuping.cli", "serve"], cwd=PLACE, env=clean() | mine)
    try:
        _until_it_answers(f"http://{address}/health")
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_it_answers(address: str) -> None:
    end = time.monotonic() + PATIENCE
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        try:
            with direct.open(address, timeout=PATIENCE):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                sys.exit("The server did not answer on the newest Python.")
            time.sleep(0.2)


STEPS = (
    ("the wheel", wheel),
    ("tests of the pure packages", pure),
    ("a rehearsal, its backup and restore", rehearse),
    ("the server on what was restored", serve),
)


def main() -> int:
    found = newest()
    if found is None:
        print(f"No Python newer than {sys.version_info[0]}.{sys.version_info[1]} is here: the newest was not run.")
        return 0
    version, place = found
    label = admitted.told(version)
    begun = time.monotonic()
    environment(place, label)
    print(f"Python {label}: environment, {time.monotonic() - begun:.0f} s", flush=True)
    for title, step in STEPS:
        begun = time.monotonic()
        step()
        print(f"Python {label}: {title}, {time.monotonic() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
