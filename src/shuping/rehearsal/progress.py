"""What a rehearsal shows in the terminal: a bar while it runs, a short table when it is over."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 28


class Progress:
    """Times the scenes and draws one line that is overwritten; quiet where nobody watches."""

    def __init__(self, scenes: int) -> None:
        self.scenes = scenes
        self.done = 0
        self.timings: dict[str, float] = {}
        self.started = time.monotonic()

    @contextmanager
    def scene(self, name: str) -> Iterator[None]:
        """Time one scene under its name."""
        self._draw(name)
        begun = time.monotonic()
        yield
        self.timings[name] = round(time.monotonic() - begun, 2)
        self.done += 1
        self._draw(name)

    def step(self, name: str, number: int, of: int) -> None:
        """Say how far a long scene is."""
        self._draw(f"{name} {number}/{of}")

    def _draw(self, what: str) -> None:
        if not sys.stderr.isatty():
            return
        filled = WIDTH * self.done // self.scenes
        bar = "█" * filled + "░" * (WIDTH - filled)
        sys.stderr.write(f"\r{bar} {what:<40.40}")
        sys.stderr.flush()

    def table(self, lines: dict[str, str]) -> str:
        """The short table: each scene's seconds, then what else is to be told."""
        rows = [(name, f"{seconds:8.2f} s") for name, seconds in self.timings.items()]
        rows.append(("total", f"{time.monotonic() - self.started:8.2f} s"))
        rows += list(lines.items())
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)
