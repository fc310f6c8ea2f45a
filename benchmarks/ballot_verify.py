"""One ballot of 18 entries and 4 answers, form and proofs, by every arithmetic; belenios-tool beside it where it is.

What is promised in milliseconds was promised for a machine on which belenios-tool 2.0 takes 247 ms for the same ballot
in BELENIOS-2048. Where the tool is, its time in this very run says how much slower this machine is, and the promises
are held against figures divided by that; without the tool they are held as they are. The last line is JSON. Exit status
1 when a promise does not hold. `--quick` measures fewer rounds.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from records import Hall
from report import promise, tell

import ballotbox as bb
from ballotbox.kernel import kernel

WAYS = {  # name: group, arithmetic, milliseconds promised
    "ed25519_avx512": ("Ed25519", "kernel", 3.5),
    "ed25519_portable": ("Ed25519", "portable", 11),
    "ed25519_no_compiler": ("Ed25519", "sodium", 50),
    "belenios_2048": ("BELENIOS-2048", "", 170),
}
TOOL_THERE = 247  # milliseconds of belenios-tool on the machine of the promises


def measure(group_name: str, rounds: int) -> float:
    """Milliseconds of one core for one ballot: the best of the rounds, since others use the machine as well."""
    hall = Hall(group_name, 1)
    raw = hall.cast(0)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        bb.check_proofs(hall.election, bb.check_form(hall.election, raw, hall.public))
        best = min(best, time.process_time() - start)
    return round(1000 * best, 2)


def measured(group_name: str, arithmetic: str, rounds: int) -> float:
    """The same in a process that uses this arithmetic."""
    command = [sys.executable, __file__, "--measure", group_name, str(rounds)]
    environment = {**os.environ, "BALLOTBOX_ARITHMETIC": arithmetic}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def tool_ms(ballots: int) -> float | None:
    """Milliseconds of processor time per ballot of belenios-tool: a record of some ballots against one of one."""
    if shutil.which("belenios-tool") is None:
        return None
    hall = Hall("BELENIOS-2048", ballots + 1)
    raws = [hall.cast(voter) for voter in range(ballots + 1)]
    return round((_tool_seconds(hall, raws) - _tool_seconds(hall, raws[:1])) / ballots * 1000, 1)


def _tool_seconds(hall: Hall, raws: list[bytes]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        hall.write(raws, Path(folder))
        before = os.times()
        subprocess.run(["belenios-tool", "election", "verify", "--dir", folder], check=True, capture_output=True)
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--measure"]:
        print(json.dumps(measure(arguments[1], int(arguments[2]))))
        return 0
    quick = "--quick" in arguments
    engine = kernel()
    there = {"kernel": bool(engine and engine.lanes == 8), "portable": bool(engine)}
    ways = {name: way for name, way in WAYS.items() if there.get(way[1], True)}
    figures = {name: measured(way[0], way[1], 15 if quick else 60) for name, way in ways.items()}
    tool = tool_ms(4 if quick else 12)
    slower = round(max(1, tool / TOOL_THERE), 2) if tool else 1
    promises = {f"{name}_ms": promise(round(figures[name] / slower, 2), way[2]) for name, way in ways.items()}
    return tell("ballot_verify", {**figures, "belenios_tool_2048": tool, "this_machine_is_slower": slower}, promises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
