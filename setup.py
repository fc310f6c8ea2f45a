"""The optional extension; everything else stands in pyproject.toml."""

import importlib.util
import os
import sys
from pathlib import Path

from setuptools import setup

KERNEL = Path(__file__).resolve().parent / "src" / "ballotbox" / "kernel" / "build.py"


def kernel() -> dict[str, list[str]]:
    """The argument that builds the kernel, or nothing: without cffi, or where BALLOTBOX_KERNEL=no asks for none."""
    if os.environ.get("BALLOTBOX_KERNEL") == "no" or importlib.util.find_spec("cffi") is None:
        sys.stderr.write("ballotbox: built without its kernel; PyNaCl does the arithmetic.\n")
        return {}
    return {"cffi_modules": [f"{os.path.relpath(KERNEL)}:make"]}


setup(**kernel())
