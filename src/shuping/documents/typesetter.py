"""Sets one paper by typst: run as a child process, so that faces and caches (over 100 MB) go with it when it ends.

Called with the folder of the paper and the folder of the faces; writes paper.pdf beside paper.typ. Exits 1 with typst's
words on standard error when the paper cannot be set, or when typst warns about it.
"""

import sys
from pathlib import Path

import typst


def main(folder: str, faces: str) -> int:
    compiler = typst.Compiler(root=folder, font_paths=[faces], ignore_system_fonts=True)
    source = Path(folder) / "paper.typ"
    try:
        pdf, warnings = compiler.compile_with_warnings(input=str(source), format="pdf")
    except typst.TypstError as error:
        return _fail(str(error))
    if warnings:
        return _fail("; ".join(str(warning) for warning in warnings))
    assert isinstance(pdf, bytes)
    source.with_suffix(".pdf").write_bytes(pdf)
    return 0


def _fail(words: str) -> int:
    sys.stderr.write(words)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
