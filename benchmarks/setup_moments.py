"""How long `make demo` takes to each of its moments, from the command to the printed links, on what is installed.

The last line is JSON. Exit status 1 when a moment takes longer than its limit. `--quick` takes only `before`.
"""

import os
import subprocess
import sys
import tempfile
import time

from report import ROOT, promise, tell

from shuping.rehearsal.site import free_port

LIMIT = 60  # seconds
MOMENTS = ("before", "ballot", "results", "later")
READY = "Ctrl+C"
PATIENCE = 600.0


def main(arguments: list[str]) -> int:
    moments = MOMENTS[:1] if "--quick" in arguments else MOMENTS
    found = {moment: reach(moment) for moment in moments}
    promises = {f"{moment}_s": promise(seconds, LIMIT) for moment, seconds in found.items()}
    return tell("setup_moments", found, promises)


def reach(moment: str) -> float:
    """Seconds until the demo of a moment has printed its links. Raises SystemExit when it ends before."""
    with tempfile.TemporaryDirectory(prefix="shuping-moment-") as folder:
        address = f"127.0.0.1:{free_port()}"
        place = {"SHUPING_DATA": folder, "SHUPING_ADDRESS": f"http://{address}", "SHUPING_LISTEN": address}
        command = [sys.executable, "-m", "shuping.cli", "demo", "--stage", moment]
        begun = time.monotonic()
        with subprocess.Popen(
            command, cwd=ROOT / "src", env=os.environ | place, stdout=subprocess.PIPE, text=True
        ) as demo:
            assert demo.stdout is not None
            ready = any(READY in line for line in demo.stdout)
            seconds = time.monotonic() - begun
            demo.terminate()
            demo.communicate(timeout=PATIENCE)
    if not ready:
        raise SystemExit(f"The demo ended before it was at “{moment}”.")
    sys.stderr.write(f"{moment:8} {seconds:6.1f} s\n")
    return round(seconds, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
