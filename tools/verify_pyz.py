"""Build verify.pyz: the ballot box in one file that any Python from 3.11 runs, the same bytes from the same sources."""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ballotbox"
WHEN = (2020, 1, 1, 0, 0, 0)  # of every file inside, whenever it is built
LEFT_OUT = {"build.py", "cli.py", "__main__.py", "py.typed"}
START = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("verify.pyz needs Python 3.11 or newer.")

from ballotbox.verify_cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


def contents() -> dict[str, bytes]:
    """What stands in the file, by name."""
    sources = sorted(file for file in PACKAGE.rglob("*.py") if file.name not in LEFT_OUT)
    files = {f"ballotbox/{file.relative_to(PACKAGE).as_posix()}": file.read_bytes() for file in sources}
    return {"__main__.py": START.encode(), **files, "LICENSE": (ROOT / "LICENSE").read_bytes()}


def build(target: Path) -> None:
    """Write the file, runnable."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        out.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, content in contents().items():
                entry = zipfile.ZipInfo(name, WHEN)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
    target.chmod(0o755)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist" / "verify.pyz")
