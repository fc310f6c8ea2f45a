"""Everybody who takes part in a rehearsal, and what they all have to know."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shuping.rehearsal import folder
from shuping.rehearsal.browser import Page, Participant
from shuping.rehearsal.example.cast import Unit
from shuping.rehearsal.progress import Progress
from shuping.rehearsal.script import Script

CHINA = ZoneInfo("Asia/Shanghai")


def moment(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of the example's year, as a clock on its wall shows it."""
    return datetime(year, month, day, hour, minute, tzinfo=CHINA)


@dataclass
class Company:
    """The players of one rehearsal. `votes` is what was really voted, known to nobody at the site:
    {"electronic": {category: [[place of the answer per entry]]}, "paper": [[...]]};
    `trackers` what the voters took home, by category; `against` the entries decided against the proposal.
    """

    address: str
    data: Path
    cycle: int
    script: Script
    tokens: dict[str, str]
    seed: int
    voters: int
    group: str
    progress: Progress
    votes: dict[str, Any] = field(default_factory=dict)
    trackers: dict[str, list[str]] = field(default_factory=dict)
    against: list[str] = field(default_factory=list)
    _there: dict[str, Participant] = field(default_factory=dict)

    @property
    def units(self) -> tuple[Unit, ...]:
        return self.script.units

    @property
    def numbers(self) -> list[str]:
        return [unit.number for unit in self.units]

    def random(self, purpose: str) -> random.Random:
        """A source of chance that depends on the seed and the purpose only."""
        return random.Random(f"{self.seed}-{purpose}")

    def person(self, username: str) -> Participant:
        """Somebody at their own browser, signed in."""
        if username not in self._there:
            self._there[username] = Participant(self.address, self.tokens[username])
        return self._there[username]

    def role(self, kind: str, place: int = 0) -> Participant:
        """The holder of a role in the cycle."""
        return self.person(self.script.spec.roles[kind][place])

    @property
    def secretary(self) -> Participant:
        return self.role("secretariat")

    def page(self, path: str = "") -> str:
        """The address of a page of the cycle."""
        return f"/c/{self.cycle}/{path}"

    def at(self, instant: datetime) -> None:
        """Set the example's clock. The instant is one of the example's year; another year's clock is shifted."""
        folder.set_clock(instant + self.script.shift)

    def now(self) -> datetime:
        """What the example's clock shows, as an instant of the example's year."""
        return folder.read_clock() - self.script.shift

    def day(self, day: date) -> str:
        """A day of the example's year as a form of this year takes it."""
        return (day + self.script.shift).isoformat()

    def open(self, path: str = "") -> Page:
        """A page of the cycle as the secretariat sees it."""
        return self.secretary.open(self.page(path))
