"""From last year to the approved plan of the next, over HTTP as a clerk does it: posts, fields and the slowest page.

Fields are those that differ from what the page offered. The last line is JSON. Exit status 1 when a promise does not
hold. `--quick` takes a year of 4 entries.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from report import promise, tell

from shuping.rehearsal import after, before, play, site
from shuping.rehearsal.progress import Progress

MOST_POSTS, MOST_FIELDS, LONGEST_MS = 25, 60, 1000
AUTUMN = (2023, 10, 10, 9)


class Clerk:
    """Fills forms in and counts; `slowest` is the longest wait for an answer, in seconds."""

    def __init__(self, participant: Any) -> None:
        self.participant, self.posts, self.fields, self.slowest = participant, 0, 0, 0.0

    def send(self, where: str, form_id: str, **changes: Any) -> Any:
        """Open a page, fill its form in, send it; the page that follows."""
        page = self._timed(self.participant.open, where)
        offered: dict[str, list[str]] = {}
        for name, value in page.form(form_id).form_values():
            offered.setdefault(name, []).append(value)
        self.fields += sum(
            offered.get(name) != ([given] if isinstance(given, str) else given) for name, given in changes.items()
        )
        self.posts += 1
        return self._timed(self.participant.submit, page, form_id, **changes)

    def _timed(self, ask: Any, *given: Any, **more: Any) -> Any:
        begun = time.monotonic()
        answer = ask(*given, **more)
        self.slowest = max(self.slowest, time.monotonic() - begun)
        return answer


def main(arguments: list[str]) -> int:
    size = argparse.Namespace(entries=4 if "--quick" in arguments else 18, voters=50, seed=1, group="Ed25519")
    with tempfile.TemporaryDirectory(prefix="shuping-setup-") as folder:
        company = play.load(Path(folder) / "data", size, Progress(0))
        with site.running(Path(folder) / "server.log"):
            clerk = Clerk(company.secretary)
            play_to_the_end(company)
            seconds = set_up(clerk, company)
    figures = {"entries": size.entries, "machine_seconds": round(seconds, 1)}
    promises = {
        "posts": promise(clerk.posts, MOST_POSTS),
        "fields": promise(clerk.fields, MOST_FIELDS),
        "slowest_page_ms": promise(round(clerk.slowest * 1000), LONGEST_MS),
    }
    return tell("setup_year", figures, promises)


def play_to_the_end(company: Any) -> None:
    """The year before, as far as it has to be for the next one to begin."""
    before.approve_plan(company)
    company.at(after.moment(*AUTUMN))


def set_up(clerk: Clerk, company: Any) -> float:
    """The next year, from the form to the approved plan; seconds that the machine took."""
    begun = time.monotonic()
    year = company.page("").split("/c/")[1].split("/")[0]
    plan = clerk.send(f"/years/new/?from={year}", "form-new-year", meeting_on="2023-12-28").address
    entries = clerk.participant.open(plan).form("form-entries")
    modes = entries.xpath(".//select[contains(@name, '-mode')]/@name")
    reasons = entries.xpath(".//input[contains(@name, '-not_graded_because')]/@name")
    clerk.send(plan, "form-entries", **{modes[0]: "written", reasons[-1]: "任职不足半年"})
    clerk.send(plan, "form-calendar", **{"day-report": "-14", "day-review": "-5"})
    roles = clerk.participant.open(plan).form("form-roles")
    observers = roles.xpath(".//input[@name='role-observer']/@value")
    clerk.send(plan, "form-roles", **{"role-observer": observers[:2]})
    duties = plan.replace("/plan/", "/duties/")
    themes = clerk.participant.open(duties).form("form-assign-duty").xpath(".//select[@name='theme']/option/@value")
    for theme in filter(None, themes):
        clerk.send(duties, "form-assign-duty", theme=theme, text="按年度计划履行职责。", target="年内完成")
    clerk.send(plan, "form-approve-plan")
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
