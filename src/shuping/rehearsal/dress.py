"""The dress rehearsal: a real plan, copied into a folder of its own, played by simulated participants, and deleted."""

import argparse
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from shuping.rehearsal import play, polling, site, source, verdict
from shuping.rehearsal.company import Company
from shuping.rehearsal.progress import Progress
from shuping.rehearsal.script import CannotRehearse, Script, of_plan


def rehearse(options: argparse.Namespace) -> int:
    """Play the approved plan of the folder `options.source` with `options.voters` voters; documents and results.json
    stay in `options.out`, the rehearsal's own data folder is deleted whatever happens. Returns 0 when everything came
    out as it had to, 1 with sentences on standard error otherwise.
    """
    return play.tell(lambda: _rehearse(options))


def _rehearse(options: argparse.Namespace) -> list[str]:
    real, out = options.source.resolve(), options.out.resolve()
    refuse_wrong_places(real, out)
    script = _script(real)
    refuse_too_few(script, options.voters)
    try:
        company, faults = _play(script, out, options)
    finally:
        shutil.rmtree(out / "data", ignore_errors=True)
    found = trackers_found([tracker for kept in company.trackers.values() for tracker in kept], [out, real])
    return [*faults, *found]


def refuse_wrong_places(real: Path, out: Path) -> None:
    """Raise CannotRehearse unless both folders lie apart."""
    if out == real or real in out.parents:
        raise CannotRehearse(
            f"{out} lies in the real folder {real}: a rehearsal never runs there. Name a folder outside."
        )
    if out in real.parents:
        raise CannotRehearse(f"The real folder {real} lies in {out}, where a rehearsal deletes. Name another folder.")


def refuse_too_few(script: Script, voters: int) -> None:
    """Raise CannotRehearse when a category would fall below the floor under which nothing is counted alone."""
    floor = script.scheme.ballot.floor
    fewest = min(polling.slips_wanted(script, voters).values())
    if voters < play.FEWEST_VOTERS or fewest < floor:
        raise CannotRehearse(
            f"With {voters} voters a category has {fewest} slips, and its floor is {floor}: name more with --voters, "
            f"at least {play.FEWEST_VOTERS}."
        )


def _script(real: Path) -> Script:
    plan = source.read(real)
    return of_plan(plan.spec, plan.title, plan.scheme, plan.meeting_on, plan.deadlines)


def _play(script: Script, out: Path, options: argparse.Namespace) -> tuple[Company, list[str]]:
    progress = Progress(play.SCENES)
    with progress.scene("plan copied"):
        company = play.load(out / "data", options, progress, script=script)
    with site.running(out / "data" / "server.log"):
        play.play(company)
        with progress.scene("papers written"):
            papers = play.write_papers(company, out / "documents")
        results = play.write_results(company, out / "data")
        with progress.scene("verdict"):
            faults = verdict.check(company, out, results, records=out / "data")
    # The records hold the ballots with their trackers, and the voters were made up: they go with the folder.
    del results["records"]
    play.write(out / "results.json", results | {"timings": progress.timings})
    lines = {"entries": str(len(company.units)), "votes": str(options.voters), "papers": str(papers)}
    print(f"\n{progress.table(lines | {'verdict': 'as expected' if not faults else f'{len(faults)} faults'})}")
    return company, faults


def trackers_found(trackers: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """A sentence for every file in the folders, office documents unpacked, in which a tracker stands."""
    sought = re.compile(b"|".join(re.escape(tracker.encode()) for tracker in trackers) or b"(?!)")
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    return [
        f"{file} holds a tracker of the rehearsal." for file in files if any(sought.search(raw) for raw in _parts(file))
    ]


def _parts(file: Path) -> Iterator[bytes]:
    yield file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as package:
            yield from (package.read(name) for name in package.namelist())
