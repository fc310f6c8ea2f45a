"""Every address of the site that can be read, as every role sees it, on a finished year: median of five on loopback.

The addresses come from the site's own list; one that this script has no values for is a fault. The last line is JSON.
Exit status 1 when a promise does not hold. `--quick` reads a year of 4 entries as three roles, once; `--data FOLDER`
takes what `shuping rehearse --out FOLDER` left instead of rehearsing first.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import httpx
from report import ROOT, promise, tell

LIMIT = 200  # milliseconds, on the server
SLOWEST = 10
FULL, QUICK = ("--voters", "100", "--entries", "18"), ("--voters", "50", "--entries", "4")
ROUNDS, PAUSE = 5, 2.0  # readings, seconds
QUICK_ROLES, QUICK_WHOLE = ("secretariat", "reporter", "nobody"), ("kind", "format")
NOT_FOR_READING = 405
# What a page shows for a question behind its address.
QUESTIONS = {
    "ledger": ("", "?list=priorities", "?state=issued", "?entry=01&kind=problem"),
    "board": ("", "?tracker=nothing"),
}

Pattern = tuple[str, list[str], str]  # name, parameters, address as a format


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the site; without a token nobody in particular."""

    role: str
    site: str
    token: str


@dataclass
class Found:
    """What was measured: milliseconds by role and address, the first reading and the median of the next ones, and how
    many answers had which status; `again` was over the limit and measured a second time.
    """

    firsts: dict[str, float] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def slowest(times: dict[str, float]) -> dict[str, float]:
    """The ten that took longest, the longest first."""
    return dict(sorted(times.items(), key=lambda one: -one[1])[:SLOWEST])


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="shuping-pages-") as out:
        played = options.data or Path(out)
        if not options.data:
            rehearse(QUICK if options.quick else FULL, played)
        found = measure(played.resolve(), quick=options.quick)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    figures = {
        "addresses": len(found.times),
        "median_ms": round(statistics.median(found.times.values()), 1),
        "answers": {str(status): number for status, number in sorted(found.statuses.items())},
        "slowest_ms": slowest(found.times),
        "slowest_first_ms": slowest(found.firsts),
        "measured_again": found.again,
    }
    promises = {"slowest_ms": promise(max(found.times.values()), LIMIT), "faults": promise(len(found.faults), 0)}
    return tell("main_pages", figures, promises)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--data", type=Path)
    return parser.parse_args(arguments)


def rehearse(size: tuple[str, ...], out: Path) -> None:
    """Play a year whose data lie in `out`/data afterwards."""
    asked = ["--example", "provincial", *size, "--seed", "1", "--out", str(out)]
    command = [sys.executable, "-m", "shuping.cli", "rehearse", *asked]
    subprocess.run(command, cwd=ROOT / "src", check=True, stdout=sys.stderr)


def measure(played: Path, *, quick: bool) -> Found:
    """Serve the year and read every address as every role; quickly: three roles, once, one value of most kinds."""
    from shuping.rehearsal import folder, site  # noqa: PLC0415 - from the checkout that report.py put first

    address = f"http://127.0.0.1:{site.free_port()}"
    folder.use(played / "data", address=address)
    values, patterns = _values(), list(_patterns())
    if quick:
        values = {name: known if name in QUICK_WHOLE else known[:1] for name, known in values.items()}
    found = Found(faults=_unread(patterns, values))
    with site.running(played / "pages.log"):
        for role, token in _tokens().items():
            if not quick or role in QUICK_ROLES:
                addresses = _addresses(patterns, values | {"token": [token]})
                _read_all(found, Reader(role, address, token), addresses, 1 if quick else ROUNDS)
    return found


def _unread(patterns: list[Pattern], values: dict[str, list[Any]]) -> list[str]:
    """A sentence for every pattern that nobody would read."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django is set up by now

    wanting = [
        f"{name}: no values for {one}" for name, names, _form in patterns for one in names if not values.get(one)
    ]
    return wanting + [f"{pattern}: has no name" for pattern in _nameless(get_resolver())]


def _patterns() -> Iterator[Pattern]:
    """Name, parameters and address (a format) of every pattern of the site."""
    from django.urls import get_resolver  # noqa: PLC0415 - Django is set up by now

    resolver = get_resolver()
    for name in (key for key in resolver.reverse_dict if isinstance(key, str)):
        for forms, *_rest in resolver.reverse_dict.getlist(name):
            yield from ((name, names, form) for form, names in forms)


def _nameless(resolver: Any) -> list[str]:
    """Patterns that cannot be found by a name, and so would never be read."""
    found = []
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            found += _nameless(pattern)
        elif not pattern.name:
            found.append(str(pattern.pattern))
    return found


def _addresses(patterns: list[Pattern], values: dict[str, list[Any]]) -> list[str]:
    """Every address, with every combination of values; signing in and out come last."""
    found = []
    for name, names, form in sorted(patterns, key=lambda one: one[0] in {"demo", "sign-out"}):
        for chosen in product(*(values.get(parameter, []) for parameter in names)):
            address = "/" + form % dict(zip(names, chosen, strict=True))
            found += [address + question for question in QUESTIONS.get(name, ("",))]
    return found


def _values() -> dict[str, list[Any]]:
    """What stands for each parameter of an address: this year's and last year's, first and last entry, and so on."""
    import django  # noqa: PLC0415 - only once the folder is set

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from shuping.ballots.models import Ballot, Category  # noqa: PLC0415
    from shuping.cycles.models import Cycle, Entry  # noqa: PLC0415
    from shuping.documents import kinds  # noqa: PLC0415
    from shuping.meetings.models import Comment, Meeting  # noqa: PLC0415
    from shuping.rectification.models import Evidence, Item  # noqa: PLC0415

    numbers = sorted(set(Entry.objects.values_list("number", flat=True)))
    evidence = Evidence.objects.select_related("item").latest("pk")
    items = [
        evidence.item_id,
        *Item.objects.exclude(pk=evidence.item_id).order_by("-pk")[:1].values_list("pk", flat=True),
    ]
    values = {
        "cycle": list(Cycle.objects.order_by("-year").values_list("pk", flat=True)),
        "organiser": sorted(set(Cycle.objects.values_list("organiser", flat=True))),
        "number": [numbers[0], numbers[-1]],
        "identifier": list(Ballot.objects.values_list("identifier", flat=True)),
        "category": sorted(set(Category.objects.values_list("code", flat=True))),
        "meeting": list(Meeting.objects.values_list("pk", flat=True)),
        "comment": [Comment.objects.latest("pk").pk],
        "revision": [1],
        "item": items,
        "evidence": [evidence.pk],
        "pk": [1],
        "job": [1],
        "step": ["plan"],
        "kind": [kind.code for kind in kinds.all_kinds()],
        "language": ["zh", "en"],
        "format": ["docx", "pdf", "xlsx"],
        "token": [""],
    }
    connection.close()
    return values


def _tokens() -> dict[str, str]:
    """A sign-in token for the first holder of each role, for a reporter, and none for nobody."""
    from shuping.core import access  # noqa: PLC0415 - Django is set up by now
    from shuping.rehearsal.example import cast  # noqa: PLC0415

    known = {link["username"]: link["token"] for link in access.demo_links()}
    spec = cast.organisation()
    holders = {role: names[0] for role, names in spec.roles.items()} | {"reporter": spec.units[0].username}
    return {role: known[username] for role, username in holders.items()} | {"nobody": ""}


def _read_all(found: Found, reader: Reader, addresses: list[str], rounds: int) -> None:
    with httpx.Client(base_url=reader.site, timeout=60, trust_env=False) as browser:
        if reader.token:
            browser.get(f"/demo/{reader.token}")
        for address in addresses:
            _read(found, f"{reader.role} {address}", browser, address, rounds)


def _read(found: Found, name: str, browser: httpx.Client, address: str, rounds: int) -> None:
    """Read once to warm up, then measure what can be read at all."""
    first, status = _once(browser, address)
    if status == NOT_FOR_READING:
        return
    if status >= 500:
        found.faults.append(f"{name} answered {status}")
    found.statuses[status] = found.statuses.get(status, 0) + 1
    found.firsts[name] = first
    found.times[name] = _median(browser, address, rounds)
    if found.times[name] > LIMIT:
        # Another program may have had the machine: what is slow by itself is slow a moment later, too.
        found.again.append(name)
        time.sleep(PAUSE)
        found.times[name] = min(found.times[name], _median(browser, address, rounds))


def _median(browser: httpx.Client, address: str, rounds: int) -> float:
    return statistics.median(_once(browser, address)[0] for _ in range(rounds))


def _once(browser: httpx.Client, address: str) -> tuple[float, int]:
    """Milliseconds of one reading, and the status of the answer."""
    begun = time.perf_counter()
    status = browser.get(address).status_code
    return round((time.perf_counter() - begun) * 1000, 1), status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
