"""Files that people send in: opened in a child process (see `packages`), handed on as what was found in them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shuping.core.refusals import Refused, refuse

PATIENCE = 30  # seconds


@dataclass(frozen=True)
class Kind:
    """A kind of upload: the module that reads it in a child process, its largest size in bytes, and a (lazily
    translated) sentence for each of its faults, in which %(name)s is the file. `code` begins the codes of refusals.
    """

    code: str
    reader: str
    largest: int
    sentences: Mapping[str, Any]

    def read(self, body: bytes, name: str) -> Any:
        """What the reader found. Raises Refused with a sentence that names the file."""
        if len(body) > self.largest:
            raise self.refused("too_large", name)
        command = [sys.executable, "-m", self.reader]
        try:
            done = subprocess.run(command, input=body, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise self.refused("too_slow", name) from None
        if done.returncode != 0:
            raise self.refused("bomb", name)
        told = json.loads(done.stdout)
        if "fault" in told:
            raise self.refused(told["fault"], name)
        return told["found"]

    def refused(self, fault: str, name: str, **more: str) -> Refused:
        """The refusal of a file with one of the kind's faults."""
        return refuse(f"{self.code}_{fault}", self.sentences[fault] % {"name": name, **more})
