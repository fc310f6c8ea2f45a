"""Which Python this is, for the Makefile: "3.11.2 /usr/bin/python3.11". Ends with a sentence when it is not one that
`requires-python` in pyproject.toml admits. Any Python from 3.7 can read this file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
RANGE = re.compile(r'^requires-python = ">=([0-9.]+),<([0-9.]+)"', re.MULTILINE)


def admitted() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The oldest version that is admitted, and the first that is not."""
    found = RANGE.search(PROJECT.read_text("utf-8"))
    assert found is not None
    oldest, end = (tuple(int(number) for number in bound.split(".")) for bound in found.groups())
    return oldest, end


def told(version: tuple[int, ...]) -> str:
    """A version as one writes it."""
    return ".".join(map(str, version))


def newest_minor() -> tuple[int, ...]:
    """The last line of versions that is admitted: (3, 13)."""
    *major, minor = admitted()[1]
    return *major, minor - 1


def main() -> None:
    oldest, end = admitted()
    here = sys.version_info[:3]
    place = Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()
    if not oldest <= here < end or sys.version_info[3] != "final":
        last = told(newest_minor())
        sys.exit(
            f"Shuping runs on Python {told(oldest)} to {last}; {place} is {told(here)}. "
            f"Name another one: make PYTHON=python{last}"
        )
    sys.stdout.write(f"{told(here)} {place}\n")


if __name__ == "__main__":
    main()
