"""How the kernel is built: run by setup.py where cffi and a compiler are there."""

import os
from pathlib import Path

from cffi import FFI  # type: ignore[import-untyped]  # cffi has no stubs

HERE = Path(__file__).resolve().parent
MODULE = "_ballotbox_kernel"  # beside the package, so that verify.pyz finds an installed one


def declarations() -> str:
    """What kernel.h declares between its two marks."""
    text = (HERE / "kernel.h").read_text("ascii")
    return text[text.index("/* declarations */") : text.index("/* end */")]


def make() -> FFI:
    """The builder. BALLOTBOX_CFLAGS adds to the compiler's options (a build under sanitizers, a portable one)."""
    ffi = FFI()
    ffi.cdef(declarations())
    more = os.environ.get("BALLOTBOX_CFLAGS", "").split()
    # relative to the folder of pyproject.toml, as setuptools wants it
    source = os.path.relpath(HERE / "kernel.c")
    ffi.set_source(
        MODULE,
        '#include "kernel.h"',
        sources=[source],
        include_dirs=[os.path.relpath(HERE)],
        depends=[os.path.relpath(file) for file in sorted(HERE.glob("*.h"))],
        extra_compile_args=["-std=gnu11", "-O3", "-fno-tree-vectorize", "-g0", *more],
        extra_link_args=more,
        optional=True,
    )
    return ffi
