"""Write the pages that need no site: one html file each, script, style and notices inside, the notices of all that is
given away, and their SHA-256 sums.

    python tools/build_standalone.py [FOLDER]      (default: dist)

Their policy allows the script and style that are inside and nothing else: such a page cannot send anything. The same
checkout gives the same bytes, so that anybody can compare them with published sums.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path

import build_static
import notices

#: Page by the module it starts from, with the title that is there before the script runs.
PAGES = {
    "trustee.html": ("trustee-offline.js", "密钥保管人 / Trustee"),
    "slips.html": ("slips-offline.js", "制作票条 / Making slips"),
}
STYLES = ("booth.css", "makers.css")
PAGE = """<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<script>{script}</script>
</body>
</html>
{notices}
"""


def script(source: str) -> tuple[str, set[str]]:
    """One module with all it imports as a classic script, and the packages in it. Raises BuildError."""
    text, packages = build_static.script(source)
    if "</script" in text or "<!--" in text:
        raise build_static.BuildError(f"{source} has a text that would end the script inside a page.")
    return text, packages


def allowed(text: str) -> str:
    """How a policy names a script or style by its content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page(name: str, source: str, title: str) -> str:
    """The whole file; behind the page stand the notices of what others wrote of it."""
    style = "".join((build_static.SOURCES / name).read_text("utf-8") for name in STYLES)
    code, packages = script(source)
    policy = (
        f"default-src 'none'; script-src {allowed(code)}; style-src {allowed(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    told = notices.comment({package: [name] for package in packages})
    return PAGE.format(policy=policy, title=title, style=style, script=code, notices=told)


def build(folder: Path) -> list[str]:
    """Write every page and SHA256SUMS, and return its lines."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    bodies = {name: page(name, source, title).encode() for name, (source, title) in PAGES.items()}
    # Of everything that `make dist` gives away: of the wheel, too.
    bodies[notices.NAME] = (build_static.BUILT / notices.NAME).read_bytes()
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
        lines.append(f"{hashlib.sha256(body).hexdigest()}  {name}")
    (folder / "SHA256SUMS").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return lines


def main(arguments: list[str]) -> int:
    try:
        lines = build(Path(arguments[0]) if arguments else build_static.ROOT / "dist")
    except (build_static.BuildError, notices.NoLicence) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
