"""`shuping rehearse`: the real server, a whole year over HTTP, and a verdict."""

import argparse
import hashlib
import json
import multiprocessing
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from shuping.rehearsal import after, before, folder, hall, polling, site, verdict
from shuping.rehearsal.browser import Unexpected
from shuping.rehearsal.company import Company, moment
from shuping.rehearsal.progress import Progress
from shuping.rehearsal.script import CannotRehearse, Script, of_example

EXAMPLES = ("provincial",)
FEWEST_VOTERS = 50
FEWEST_ENTRIES = 4
STARTED = moment(2022, 10, 10)
VOTING = hall.BEGINS + timedelta(hours=4)
SCENES = 17


def rehearse(options: argparse.Namespace) -> int:
    """Play the example and write results.json, record-*.bel and documents/ to `options.out`. Returns 0 when everything
    came out as it had to, 1 with sentences on standard error otherwise.
    """
    return tell(lambda: _rehearse(options))


def tell(perform: Callable[[], list[str]]) -> int:
    """The exit code of a rehearsal, its faults or the sentence why there was none on standard error."""
    try:
        faults = perform()
    except (CannotRehearse, folder.NotAnExample, Unexpected, site.ServerFailed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _check(options: argparse.Namespace) -> None:
    if options.example not in EXAMPLES:
        raise CannotRehearse(f"There is no example {options.example!r}; there is: {', '.join(EXAMPLES)}.")
    if options.voters < FEWEST_VOTERS:
        raise CannotRehearse(f"A rehearsal needs at least {FEWEST_VOTERS} voters, or a category falls below its floor.")
    if not FEWEST_ENTRIES <= options.entries <= 18:
        raise CannotRehearse(f"The example has from {FEWEST_ENTRIES} to 18 entries.")


def _rehearse(options: argparse.Namespace) -> list[str]:
    _check(options)
    out: Path = options.out.resolve()
    progress = Progress(SCENES)
    with progress.scene("example loaded"):
        company = load(out / "data", options, progress)
    with site.running(out / "server.log") as server:
        play(company)
        with progress.scene("papers written"):
            papers = write_papers(company, out / "documents")
        memory = site.memory(server)
        results = write_results(company, out)
        with progress.scene("verdict"):
            faults = verdict.check(company, out, results)
    write(out / "results.json", results | {"timings": progress.timings})
    lines = {"entries": str(len(company.units)), "votes": str(options.voters), "papers": str(papers)}
    lines |= {"server memory": f"{memory:8.0f} MB", "verdict": "as expected" if not faults else f"{len(faults)} faults"}
    print(f"\n{progress.table(lines)}")
    return faults


def load(
    data: Path, options: argparse.Namespace, progress: Progress, *, address: str = "", script: Script | None = None
) -> Company:
    """An empty example folder with the script's year in it (without one the example's), and its players; without an
    address on a free port.
    """
    address = address or f"http://127.0.0.1:{site.free_port()}"
    script = script or of_example(options.entries, options.group)
    folder.prepare(data, address=address, start=STARTED + script.shift)
    # The database is filled by a process of its own, so that this one stays small and the server finds it closed.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        cycle, tokens = pool.apply(fill, (data, script))
    return Company(
        address=address,
        data=data,
        cycle=cycle,
        script=script,
        tokens=tokens,
        seed=options.seed,
        voters=options.voters,
        group=script.scheme.scheme.group,
        progress=progress,
    )


def fill(data: Path, script: Script) -> tuple[int, dict[str, str]]:
    """Fill the database of an example folder; returns the key of the cycle and the sign-in tokens."""
    import django  # noqa: PLC0415 - only once the folder is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from shuping.rehearsal import load as loading  # noqa: PLC0415 - its tables exist once Django is set up

    call_command("migrate", verbosity=0, interactive=False)
    try:
        cycle, tokens = loading.load(script)
    except Exception as error:  # noqa: BLE001 - what Django raises cannot travel to a process without Django
        raise Unexpected(f"The year could not be loaded: {type(error).__name__}: {error}") from None
    loading.write_links(data, tokens, script.spec)
    return cycle, tokens


def play(company: Company) -> None:
    """Every scene of the year, from the plan to a problem put right."""
    play_until_the_hall(company)
    play_the_meeting(company)
    play_the_ballot(company)
    play_the_rest(company)


def play_until_the_hall(company: Company) -> None:
    """Plan, duties, reports, and the meeting set up."""
    scene = company.progress.scene
    with scene("plan approved"):
        before.approve_plan(company)
    with scene("duties assigned"):
        before.assign_duties(company)
    with scene("reports handed in"):
        before.hand_in_reports(company)
    with scene("reports accepted"):
        before.review_reports(company)
    with scene("meeting set up"):
        hall.set_up_meeting(company)
        hall.draft_comments(company)
    with scene("keys and slips"):
        polling.make_keys(company)


def play_the_meeting(company: Company) -> None:
    """Attendance, quorum, reports and comments, the speech."""
    scene = company.progress.scene
    with scene("meeting opened"):
        hall.open_meeting(company)
    with scene("reports heard"):
        hall.hear_reports(company)
    with scene("speech held"):
        hall.hold_speech(company, VOTING - timedelta(minutes=20))


def play_the_ballot(company: Company) -> None:
    """Opened, cast, closed, keyed, decrypted; then the meeting is closed."""
    scene = company.progress.scene
    polling.draw_votes(company)
    with scene("ballots cast"):
        polling.open_ballot(company, VOTING)
        polling.vote(company)
        polling.change_a_mind(company)
    with scene("ballot closed"):
        polling.close_ballot(company, VOTING + timedelta(minutes=20))
    with scene("paper keyed"):
        polling.key_paper(company)
    with scene("counted"):
        polling.count(company)
        hall.close_meeting(company, VOTING + timedelta(minutes=50))


def play_the_rest(company: Company) -> None:
    """Scores, decision, letters, one problem put right."""
    with company.progress.scene("scores and decision"):
        after.take_marks_in(company)
        after.compute(company)
        company.against = after.decide(company)
        after.issue_letters(company)
    with company.progress.scene("a problem put right"):
        after.put_one_right(company)


def write_papers(company: Company, where: Path) -> int:
    """Every paper that the year has, in both languages; returns how many."""
    where.mkdir(parents=True, exist_ok=True)
    found = 0
    for link in company.open("papers/").links("/papers/"):
        if "." in link.rpartition("/")[2]:
            kind, name = link.split("/papers/")[1].split("/")
            _keep(where / f"{kind}-{name}", company.secretary.download(link))
            found += 1
    for number in company.numbers:
        for name in ("zh.docx", "en.docx", "zh.pdf"):
            body = company.secretary.download(company.page(f"letters/{number}/{name}"))
            _keep(where / f"letter-{number}-{name}", body)
            found += 1
    return found


def _keep(file: Path, body: bytes) -> None:
    if not body.startswith((b"PK", b"%PDF")):
        raise Unexpected(f"{file.name} is neither an office document nor a pdf.")
    file.write_bytes(body)


def write_results(company: Company, out: Path) -> dict[str, Any]:
    """results.json as the site gives it, with the seed and the records beside it."""
    results: dict[str, Any] = json.loads(company.secretary.download(company.page("results/results.json")))
    results["seed"] = company.seed
    results["records"] = {code: _record(company, out, code) for code in sorted(company.votes["electronic"])}
    return results


def _record(company: Company, out: Path, category: str) -> dict[str, str]:
    body = company.secretary.download(company.page(f"ballot/record/{category}.bel"))
    file = out / f"record-{category}.bel"
    file.write_bytes(body)
    board = company.secretary.open(company.page("ballot/"))
    return {"file": file.name, "sha256": hashlib.sha256(body).hexdigest(), "head": _head(board, category)}


def _head(board: Any, category: str) -> str:
    row = board.find(f"//tr[@id='turnout-{category}']//code/@title")
    return str(row[0]) if row else ""


def write(file: Path, table: dict[str, Any]) -> None:
    """Write a table as JSON for people to read, too."""
    file.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", "utf-8")
