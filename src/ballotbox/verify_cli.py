"""`verify RECORD...`: what an auditor runs; also the whole of verify.pyz."""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ballotbox import integers
from ballotbox.errors import BallotboxError
from ballotbox.groups import Group
from ballotbox.verify import Summary, verify_record

_SMALL = 500_000  # bytes of a record for which no other process is worth its start
_LANES = {1: "kernel (portable)", 8: "kernel (AVX-512)"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the records named; 0 when all are sound, 1 when one is not or cannot be read, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="verify.pyz", description="Recompute records; exit 0 when all are sound.")
    add_verify_arguments(parser)
    try:
        return run_verify(parser.parse_args(arguments))
    except OSError as problem:
        sys.stderr.write(f"{problem.filename}: {problem.strerror}.\n")
        return 1


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `verify`."""
    parser.add_argument("records", nargs="+", metavar="RECORD")
    parser.add_argument("--workers", type=int, default=0, help="processes (default: all cores)")


def run_verify(options: argparse.Namespace) -> int:
    """Verify each record, say what it says, and name the first thing wrong in those that are not sound."""
    code = 0
    if not integers.FAST and importlib.util.find_spec("nacl") is None:
        sys.stderr.write("Neither PyNaCl nor gmpy2 is installed: plain Python does the arithmetic, which is slow.\n")
    for path in options.records:
        try:
            summary = verify_record(path, _progress(), workers=options.workers or _workers(path))
        except BallotboxError as refusal:
            sys.stderr.write(f"{path}: not sound ({refusal.code}). {refusal}\n")
            code = 1
        else:
            _print_summary(path, summary)
    return code


def _workers(path: str) -> int:
    return 1 if Path(path).stat().st_size < _SMALL else os.cpu_count() or 1


# --- while it runs ------------------------------------------------------------------------------------------------


def _progress() -> Callable[[int, int], None]:
    """A bar on a terminal; in a file a line for every tenth."""
    return _bar if sys.stderr.isatty() else _Tenths()


def _bar(done: int, total: int) -> None:
    filled = 40 * done // total
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {100 * done // total:3d} %")
    if done == total:
        sys.stderr.write("\r" + " " * 60 + "\r")
    sys.stderr.flush()


class _Tenths:
    def __init__(self) -> None:
        self._said = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = 10 * done // total
        if total > _SMALL and tenth > self._said:
            self._said = tenth
            sys.stderr.write(f"{10 * tenth} % checked\n")


# --- what it says -------------------------------------------------------------------------------------------------


def _arithmetic(g: Group) -> str:
    """By what means a group computes, in a few words."""
    if g.kernel:
        return _LANES[g.kernel.lanes]
    if g.name == "Ed25519" and "ballotbox.sodium" in sys.modules:
        return "PyNaCl"
    return "gmpy2" if integers.FAST else "plain Python"


def _print_summary(path: str, summary: Summary) -> None:
    election = summary.election
    lines = [
        f"{path}: sound",
        f"  election     {election.name} ({election.uuid})",
        f"  fingerprint  {election.fingerprint}",
        f"  group        {summary.group}",
        f"  ballots      {summary.cast} cast, {summary.accepted} counted, {summary.credentials} credentials",
        f"  decrypted    by {len(summary.partial_decryptions)} of {summary.trustees} trustees",
        f"  chain        height {summary.height}, head {summary.head}",
        f"  arithmetic   {_arithmetic(election.group)}",
    ]
    for question, counts in zip(election.questions, summary.counts, strict=True):
        marks = ", ".join(f"{answer}: {n}" for answer, n in zip(question.answers, counts, strict=True))
        lines.append(f"  {question.question}  -  {marks}")
    sys.stdout.write("\n".join(lines) + "\n")
