"""The `shuping` command: serve, demo, rehearse, check, upgrade, backup, restore, import-organisations, first-year.

The one door to the data folder: whatever is made behind it is for its owner alone.
"""

import argparse
import os
import sys
from pathlib import Path

from shuping import backup, office, place, upgrading
from shuping.core import datafolder


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; the exit code is 0 when it did what was asked, else 1 (2 for a wrong call or setting)."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuping.settings")
    options = parser().parse_args(arguments)
    if place.settings_at_fault():
        return place.SETTINGS_AT_FAULT
    try:
        return int(options.run(options) or 0)
    except datafolder.CannotWork as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The sub-commands and their options."""
    whole = argparse.ArgumentParser(
        prog="shuping", description="Debrief, review and evaluation of a year (述职评议考核)."
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the site on this machine")
    place.add_new(serve)
    serve.set_defaults(run=_serve)
    rehearse = commands.add_parser("rehearse", help="play a whole cycle over HTTP and check what comes out")
    rehearse.add_argument("--example", default="provincial")
    rehearse.add_argument("--voters", type=int, default=100)
    rehearse.add_argument("--entries", type=int, default=18, help="how many of the example's entries take part")
    rehearse.add_argument("--seed", type=int, default=1)
    rehearse.add_argument("--group", choices=("Ed25519", "BELENIOS-2048"), default="Ed25519")
    rehearse.add_argument(
        "--from", dest="source", type=Path, metavar="DATA_FOLDER", help="rehearse the approved plan of a real folder"
    )
    rehearse.add_argument("--out", type=Path, required=True)
    rehearse.set_defaults(run=_rehearse)
    demo = commands.add_parser("demo", help="load the example, serve it, print a sign-in link per role")
    demo.add_argument("--stage", choices=("before", "ballot", "results", "later"), default="before")
    demo.add_argument("--lan", action="store_true", help="for telephones in the same network, with a QR code")
    demo.set_defaults(run=_demo)
    check = commands.add_parser(
        "check", help="check settings, folder, database, the log of acts and all that it tells; nothing is changed"
    )
    check.add_argument("--anchor", action="append", default=[], metavar="NUMBER:HEAD", help="as it was noted; several")
    check.set_defaults(run=_check)
    upgrading.add_to(commands)
    backup.add_to(commands)
    office.add_to(commands)
    return whole


def _serve(options: argparse.Namespace) -> int:
    from shuping import server

    return server.serve(new=options.new)


def _check(options: argparse.Namespace) -> int:
    from shuping import fitness

    return fitness.check(options.anchor)


def _rehearse(options: argparse.Namespace) -> int:
    from shuping.rehearsal import dress, play

    return dress.rehearse(options) if options.source else play.rehearse(options)


def _demo(options: argparse.Namespace) -> int:
    from shuping.rehearsal import demo

    return demo.demo(options)


if __name__ == "__main__":
    sys.exit(main())
