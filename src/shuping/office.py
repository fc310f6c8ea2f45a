"""What is done once on the machine itself, before anybody can sign in: the tree taken in, the first year drafted."""

import argparse
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from shuping import place

SCHEMES = "provincial, university, generic"


def add_to(commands: Any) -> None:
    """Add `import-organisations` and `first-year` to the sub-commands of `shuping`."""
    take = commands.add_parser("import-organisations", help="take units, people, posts and bodies in from a workbook")
    take.add_argument("file", type=Path, nargs="?", metavar="FILE.xlsx")
    take.add_argument("--dry-run", action="store_true", help="only try it: nothing is stored")
    take.add_argument("--template", type=Path, metavar="FILE.xlsx", help="write an empty workbook to fill in, and stop")
    place.add_new(take)
    take.set_defaults(run=import_organisations)
    first = commands.add_parser("first-year", help="draft an organiser's very first year and name its secretariat")
    first.add_argument("--organiser", required=True, metavar="CODE", help="the organiser's code in the workbook")
    first.add_argument("--secretariat", required=True, metavar="USERNAME")
    first.add_argument("--meeting-on", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
    first.add_argument("--scheme", default="provincial", help=f"{SCHEMES}, or the path of a scheme file")
    first.add_argument("--topic", default="review")
    first.add_argument("--title-zh", default="")
    first.add_argument("--title-en", default="")
    place.add_new(first)
    first.set_defaults(run=first_year)


def import_organisations(options: argparse.Namespace) -> int:
    """Take a workbook in, or only try it. Returns 0, or 1 with a sentence for every fault on standard error."""
    if options.template or options.file is None:
        return _template(options.template)
    _open(new=options.new)
    from shuping.core import clock
    from shuping.core.refusals import FaultyRows, Refused
    from shuping.organisations import importing

    try:
        done = importing.import_tree(
            None,
            body=options.file.read_bytes(),
            name=options.file.name,
            by=None,
            now=clock.now(),
            dry_run=options.dry_run,
        )
    except FaultyRows as refused:
        return _faulty(refused.faults)
    except (Refused, OSError) as refused:
        return _faulty([str(refused)])
    print("Nothing was stored; this would be added or changed:" if options.dry_run else "Added or changed:")
    for kind in importing.KINDS:
        print(f"  {kind:8} {getattr(done, kind)}")
    return 0


def _open(*, new: bool) -> None:
    """Open the site for a command that writes. A server may run on it, unless the site is made."""
    from shuping import fitness
    from shuping.core import sole

    folder = place.find(new=new)
    with sole.held(folder) if new else nullcontext():
        fitness.prepare(new=new)


def _template(target: Path | None) -> int:
    if target is None:
        return _faulty(["Name the workbook to take in, or --template FILE.xlsx for an empty one."])
    import django

    django.setup()
    from shuping.organisations import documents

    target.write_bytes(documents.tree_file(None).body)
    print(f"{target}: fill in its four sheets, then take it in.")
    return 0


def _faulty(sentences: list[str]) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1


def first_year(options: argparse.Namespace) -> int:
    """Draft an organiser's first year; print the secretariat's one-time password. Returns 0, or 1 with a sentence."""
    _open(new=options.new)
    from scoring import SchemeError
    from shuping.core.refusals import Refused

    try:
        print(_found(options))
    except SchemeError as refused:
        return _faulty(refused.sentences("en"))
    except (Refused, OSError) as refused:
        return _faulty([str(refused)])
    return 0


def _found(options: argparse.Namespace) -> str:
    from django.db import transaction

    from shuping.core import clock
    from shuping.core.text import unmarked
    from shuping.cycles import planning
    from shuping.organisations import actions, queries

    now, year = clock.now(), options.meeting_on.year
    organiser, secretary = queries.unit_called(options.organiser), queries.person_called(options.secretariat)
    with transaction.atomic():
        cycle = planning.found_year(
            organiser,
            secretary,
            topic=unmarked(options.topic),
            title_zh=unmarked(options.title_zh) or f"{year}年度述职评议考核",
            title_en=unmarked(options.title_en) or f"Accountability review {year}",
            scheme=_scheme(options.scheme),
            meeting_on=options.meeting_on,
            now=now,
        )
        password = actions.give_password(secretary, by=None, now=now)
    return f"{cycle.title_zh} / {cycle.title_en}\n  {secretary.username}  {password}\nSign in and go on with the plan."


def _scheme(chosen: str) -> bytes:
    from scoring import builtin_scheme
    from shuping.core.refusals import refuse
    from shuping.cycles import checks

    if chosen in SCHEMES.split(", "):
        return builtin_scheme(chosen)
    text = Path(chosen).read_bytes()
    if fault := checks.unseen_fault(text):
        raise refuse("unseen_signs", fault)
    return text
