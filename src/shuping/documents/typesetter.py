"""Sets papers by typst: run as a child process, so that faces and caches (over 50 MB) go with it when it ends.

Called with the folder of the template and the folder of the faces. Each line of standard input is a paper as JSON. The
answer is a line "pdf SIZE" and the bytes, or "fault SIZE" and typst's words when the paper cannot be set or typst warns
about it. The compiler is kept from one paper to the next: the second takes a tenth of the time of the first.
"""

import sys
from pathlib import Path

import typst


def main(folder: str, faces: str) -> None:
    compiler = typst.Compiler(root=folder, font_paths=[faces], ignore_system_fonts=True)
    for line in sys.stdin.buffer:
        (Path(folder) / "paper.json").write_bytes(line)
        what, body = _set(compiler, str(Path(folder) / "paper.typ"))
        sys.stdout.buffer.write(f"{what} {len(body)}\n".encode() + body)
        sys.stdout.buffer.flush()


def _set(compiler: typst.Compiler, source: str) -> tuple[str, bytes]:
    try:
        pdf, warnings = compiler.compile_with_warnings(input=source, format="pdf")
    except typst.TypstError as error:
        return "fault", str(error).encode()
    if warnings:
        return "fault", "; ".join(str(warning) for warning in warnings).encode()
    assert isinstance(pdf, bytes)
    return "pdf", pdf


if __name__ == "__main__":
    main(*sys.argv[1:])
