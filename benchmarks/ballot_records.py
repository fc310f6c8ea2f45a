"""Records between programs: ours before belenios-tool, the tool's before us, forged ones before us.

The last line is JSON. Exit status 1 when one is judged wrongly. `--quick` is the same: it takes seconds.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from records import Hall
from report import ROOT, promise, tell

import ballotbox as bb

VECTORS = ROOT / "tests" / "vectors" / "belenios"


def refused_by_us(paths: list[Path]) -> int:
    """How many of these sound records we do not accept."""
    return sum(not _sound(path) for path in paths)


def _sound(path: Path) -> bool:
    try:
        bb.verify_record(path)
    except bb.BallotboxError:
        return False
    return True


def refused_by_tool(records: int) -> int | None:
    """How many of our records in BELENIOS-2048 belenios-tool does not accept; None where it is not installed."""
    if shutil.which("belenios-tool") is None:
        return None
    refused = 0
    for _ in range(records):
        with tempfile.TemporaryDirectory() as folder:
            hall = Hall("BELENIOS-2048", 3)
            hall.write([hall.cast(0), hall.cast(1), hall.cast(0)], Path(folder))
            command = ["belenios-tool", "election", "verify", "--dir", folder]
            refused += subprocess.run(command, capture_output=True, check=False).returncode != 0
    return refused


def forgeries() -> tuple[int, int]:
    """Of the forged records of the tests: how many there are, and how many are not refused as they must be."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "tests/ballotbox/test_forgeries.py"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    passed, failed = (int((re.search(rf"(\d+) {word}", told) or [0, 0])[1]) for word in ("passed", "failed"))
    return passed + failed, failed if passed else 1


def main(_arguments: list[str]) -> int:
    made = sorted(VECTORS.glob("*/*.bel"))
    kinds, missed = forgeries()
    by_tool = refused_by_tool(2)
    figures = {"records_of_the_tool": len(made), "our_records_before_the_tool": by_tool is not None, "forgeries": kinds}
    promises = {"tool_made_refused": promise(refused_by_us(made), 0), "forgeries_missed": promise(missed, 0)}
    if by_tool is not None:
        promises["ours_refused_by_tool"] = promise(by_tool, 0)
    return tell("ballot_records", figures, promises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
