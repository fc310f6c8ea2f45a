"""A hall votes while the office takes a workbook of 20,000 units in, from another process, on the same folder.

400 voters over 20 seconds; the import begins with the first (`--quick`: 100 voters over 10 seconds, 4,000 units).
Promised: answered at p99 within 0.5 s, none fails, every ballot in the box within 60 s, every unit taken in.
`--postgresql` takes a private PostgreSQL. The last line is JSON. Exit status 1 when a promise does not hold.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import hall
import hall_burst
import openpyxl
from report import ROOT, promise, tell
from tests.faults import halls

VOTERS, OVER, UNITS = 400, 20, 19_990
QUICK = 100, 10, 4_000
P99 = 500  # milliseconds
WITHIN, PATIENCE = 60, 600  # seconds until all are in the box: promised, and given up
SISTERS = 140  # below the first unit, and about as many below each of these


def main(arguments: list[str]) -> int:
    with hall.setting("A vote while units are taken in.", arguments) as setting:
        voters, over, units = QUICK if setting.quick else (VOTERS, OVER, UNITS)
        made = halls.make(
            setting.place / "made",
            slips=voters,
            ballots=voters,
            rows=hall_burst.ROWS,
            revote=False,
            cluster=setting.server,
        )
        book = workbook(setting.place / "units.xlsx", units)
        found = measure(made, setting, over, book)
    figures = {"voters": voters, "over_s": over, "units": units, "database": setting.database, **found}
    promises = {
        "p99_ms": promise(found["p99_ms"], P99),
        "failed": promise(found["failed"], 0),
        "in_the_box_s": promise(found["in_the_box_s"], WITHIN),
        "missing_units": promise(units - found["taken_in"], 0),
    }
    return tell("hall_import", figures, promises)


def workbook(file: Path, units: int) -> Path:
    """A tree of so many units, each with its head."""
    codes = [f"bench-{number}" for number in range(units)]
    above = ["", *[codes[0]] * SISTERS, *(codes[1 + number % SISTERS] for number in range(units))]
    sheets = (
        ("Units", [(code, up, "unit", f"单位{code}", f"Unit {code}") for code, up in zip(codes, above, strict=False)]),
        ("People", [(f"p.{code}", f"人{code}", f"Head of {code}") for code in codes]),
        ("Posts", [(code, "书记", "Secretary", "yes", f"p.{code}", "2022-01-01") for code in codes]),
        ("Bodies", []),
    )
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.append(["header"])
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def measure(made: halls.Made, setting: hall.Setting, over: int, book: Path) -> dict[str, Any]:
    """What the voters waited and how long the import took beside them."""
    trial = made.trial(setting.place / "data")
    with trial.serving() as site:
        begun = time.monotonic()
        command = [sys.executable, "-m", "shuping.cli", "import-organisations", str(book)]
        more = {"SHUPING_DATABASE_URL": trial.url} if trial.url else {}
        office = subprocess.Popen(command, cwd=ROOT / "src", env=halls.environment(trial.folder, **more), stdout=2)
        told = hall_burst.votes(made, site.port, over)
        status = office.wait()
        took = round(time.monotonic() - begun, 1)
        settled = trial.wait_for_the_box(len(made.ballots), PATIENCE)
        taken_in = int(trial.rows("SELECT COUNT(*) FROM shuping_organisation WHERE code LIKE 'bench-%'")[0])
    times = sorted(seconds * 1000 for seconds in told["seconds"]) or [float("inf")]
    answered = sum(told["statuses"].get(code, 0) for code in ("200", "201"))
    refused = sum(told["statuses"].values()) - answered
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p99_ms": round(times[int(len(times) * 0.99)], 1),
        "max_ms": round(times[-1], 1),
        "failed": len(made.ballots) - answered + refused,
        "in_the_box_s": settled,
        "taken_in": taken_in if status == 0 else 0,
        "import_s": took,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
