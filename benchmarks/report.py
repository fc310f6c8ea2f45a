"""What the benchmarks share: promises, the last line in JSON, and how much memory a server holds."""

import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

# A benchmark measures the checkout that it stands in, whether that is installed or not.
sys.path.insert(0, str(ROOT / "src"))


def promise(value: float, limit: float) -> dict[str, float | bool]:
    """A figure that must not be larger than its limit."""
    return {"value": value, "limit": limit, "holds": value <= limit}


def machine() -> str:
    """Processor, cores, memory and system of this machine in one line."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, {gigabytes:.0f} GB, {platform.system()}, Python {python}"


def tell(name: str, figures: dict[str, Any], promises: dict[str, Any]) -> int:
    """Print the last line of a benchmark; returns 0 when every promise holds, else 1."""
    line = {"name": name, "machine": machine(), "figures": figures, "promises": promises}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0 if all(entry["holds"] for entry in promises.values()) else 1


def children(parent: int) -> list[int]:
    """The processes that this one started, by whichever of its threads (Linux)."""
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for text in lists for child in _read(text).split()]


def command(process: int) -> str:
    """The words of a process's command line; empty when it has ended."""
    return _read(Path(f"/proc/{process}/cmdline")).replace("\0", " ")


def memory(process: int, *, alone: bool = False) -> float:
    """Megabytes that a process, and unless it is asked for alone everything below it, hold (proportional set size,
    Linux).
    """
    return _held(process) + (0 if alone else sum(memory(child) for child in children(process)))


def worked(process: int) -> float:
    """Seconds of a core that a process has taken so far (Linux)."""
    numbers = _read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return sum(map(int, numbers[11:13])) / os.sysconf("SC_CLK_TCK") if numbers else 0.0


def _held(process: int) -> float:
    lines = _read(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _read(file: Path) -> str:
    """The text of a file of the system; empty when its process has ended."""
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
