"""Files that people send in: opened in a child process (see `packages`), handed on as what was found in them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shuping.core import packages
from shuping.core.refusals import Refused, refuse

PATIENCE = 60  # seconds by the clock, for all that one upload holds
OUT_OF_TIME = -signal.SIGXCPU


@dataclass
class Budget:
    """The time that one upload has, however many files it holds: seconds of the processor, and an end by the clock."""

    seconds: float = packages.SECONDS
    end: float = field(default_factory=lambda: time.monotonic() + PATIENCE)

    @property
    def patience(self) -> float:
        """Seconds until the end by the clock."""
        return self.end - time.monotonic()

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.seconds <= 0 or self.patience <= 0

    def spend(self, seconds: float | None) -> None:
        """Take away what a reader used; all of it when the reader ended without telling (None)."""
        self.seconds = 0 if seconds is None else self.seconds - seconds


@dataclass(frozen=True)
class Kind:
    """A kind of upload: the module that reads it in a child process, its largest size in bytes, and a (lazily
    translated) sentence for each of its faults, in which %(name)s is the file. `code` begins the codes of refusals.
    """

    code: str
    reader: str
    largest: int
    sentences: Mapping[str, Any]

    def read(self, body: bytes, name: str, budget: Budget | None = None) -> Any:
        """What the reader found. `budget` is the upload's, where the file is one of several; its own otherwise. Raises
        Refused with a sentence that names the file.
        """
        if len(body) > self.largest:
            raise self.refused("too_large", name)
        told = self._ask(body, budget or Budget())
        if "fault" in told:
            raise self.refused(told["fault"], name)
        return told["found"]

    def _ask(self, body: bytes, budget: Budget) -> dict[str, Any]:
        if budget.spent:
            return {"fault": "too_slow"}
        command = [sys.executable, "-m", self.reader, f"{budget.seconds:.3f}"]
        try:
            done = subprocess.run(command, input=body, capture_output=True, timeout=budget.patience, check=False)
        except subprocess.TimeoutExpired:
            budget.spend(None)
            return {"fault": "too_slow"}
        if done.returncode:
            budget.spend(None)
            return {"fault": "too_slow" if done.returncode == OUT_OF_TIME else "bomb"}
        told: dict[str, Any] = json.loads(done.stdout)
        budget.spend(told["seconds"])
        return told

    def refused(self, fault: str, name: str, **more: str) -> Refused:
        """The refusal of a file with one of the kind's faults."""
        return refuse(f"{self.code}_{fault}", self.sentences[fault] % {"name": name, **more})
