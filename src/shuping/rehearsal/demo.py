"""`shuping demo`: the example served for one person, with everybody else ready to act at the press of a button."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from shuping.core import datafolder
from shuping.rehearsal import after, folder, hall, lan, ledger, play, polling, site
from shuping.rehearsal.browser import Unexpected
from shuping.rehearsal.company import Company
from shuping.rehearsal.progress import Progress

ADDRESS = "http://127.0.0.1:8000"
VOTERS = 100
WISH = "wish"
OTHERS = "others.json"


def demo(options: argparse.Namespace) -> int:
    """Load the example up to a moment, serve it, print the links, and act for the others when asked. Runs until
    stopped; returns 1 with a sentence when the folder or the port cannot be used.
    """
    # Whoever stops the demo, by Ctrl+C or by a signal, stops its server with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data = datafolder.path() / "example"
    wanted = argparse.Namespace(entries=18, voters=VOTERS, seed=1, group="Ed25519")
    try:
        company = play.load(data, wanted, Progress(7 + STAGES[options.stage]), address=_address(options))
        if options.lan:
            folder.listen_everywhere()
        with site.running(data / "server.log") as server:
            done = bring_to(company, options.stage)
            sys.stderr.write("\r" + " " * 80 + "\r")
            print(links(company), telephones(company) if options.lan else "", beginning(company), sep="", flush=True)
            _serve(company, server, done)
    except (folder.NotAnExample, lan.NoNetwork, Unexpected, site.ServerFailed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


@dataclass(frozen=True)
class Scene:
    """What the others do next: its name for the button, and the doing."""

    zh: str
    en: str
    act: Callable[[Company], None]


def _hear(company: Company) -> None:
    if company.open("meeting/").find("//form[@id='form-open-meeting']"):
        hall.open_meeting(company)
    hall.hear_reports(company)
    if not company.open("meeting/speech/").find("//form[@id='form-passage']"):
        hall.hold_speech(company, max(company.now(), play.VOTING - timedelta(minutes=20)))


def _vote(company: Company) -> None:
    if company.role("scrutineer").open(company.page("ballot/")).has("form-open-ballot"):
        polling.open_ballot(company, max(company.now(), play.VOTING))
    polling.vote(company, left=1)


def _count(company: Company) -> None:
    if company.role("scrutineer").open(company.page("ballot/")).has("form-close-ballot"):
        polling.close_ballot(company, company.now() + timedelta(minutes=10))
    polling.key_paper(company)
    polling.count(company)
    if company.role("clerk").open(company.page("meeting/")).has("form-close-meeting"):
        hall.close_meeting(company, company.now() + timedelta(minutes=10))


def _decide(company: Company) -> None:
    after.take_marks_in(company)
    after.compute(company)
    after.decide(company)
    after.issue_letters(company)


SCENES = (
    Scene("听取述职并点评", "hear and comment on the reports", _hear),
    Scene("其他人投票", "everybody else votes", _vote),
    Scene("结束投票并计票", "close the ballot and count it", _count),
    Scene("评定等次并下发评价意见", "decide the grades and issue the letters", _decide),
    Scene("整改一个问题", "put one problem right", lambda company: (after.put_one_right(company), None)[1]),
)
# How many scenes are over at each moment that the demo can start from.
STAGES = {"before": 0, "ballot": 1, "results": len(SCENES), "later": len(SCENES)}


def _address(options: argparse.Namespace) -> str:
    """Where the demo is found: as set by SHUPING_ADDRESS; for a network at this machine's address there."""
    given = os.environ.get("SHUPING_ADDRESS", ADDRESS)
    return lan.address(urlsplit(given).port or lan.PORT) if options.lan else given


def bring_to(company: Company, stage: str) -> int:
    """Play up to a moment of the year; returns how many of the scenes are over."""
    play.play_until_the_hall(company)
    polling.draw_votes(company)
    company.at(hall.BEGINS - timedelta(minutes=20))
    for scene in SCENES[: STAGES[stage]]:
        with company.progress.scene(scene.en):
            scene.act(company)
    if stage == "ballot":
        polling.open_ballot(company, max(company.now(), play.VOTING))
    if stage == "later":
        with company.progress.scene("a year of putting right"):
            ledger.work_off(company)
    return STAGES[stage]


def _serve(company: Company, server: subprocess.Popen[bytes], done: int) -> None:
    """Let the example's clock run and look for a wish, until the server is stopped."""
    demo_folder = company.data / "demo"
    before = time.monotonic()
    _tell(demo_folder, done)
    while server.poll() is None:
        time.sleep(0.5)
        if (demo_folder / WISH).exists():
            done = _grant(company, demo_folder, done)
        later = time.monotonic()
        company.at(company.now() + timedelta(seconds=later - before))
        before = later


def _grant(company: Company, demo_folder: Path, done: int) -> int:
    """Play the next scene; what goes wrong is said in the terminal, and the scene can be wished for again."""
    (demo_folder / WISH).unlink()
    if done >= len(SCENES):
        return done
    _tell(demo_folder, done, busy=True)
    try:
        SCENES[done].act(company)
    except Unexpected as error:
        print(error, file=sys.stderr)
        _tell(demo_folder, done)
        return done
    _tell(demo_folder, done + 1)
    return done + 1


def _tell(demo_folder: Path, done: int, *, busy: bool = False) -> None:
    """What the pages' button says, or that there is nothing left to act."""
    following = SCENES[done] if done < len(SCENES) else None
    told = {"zh": following.zh, "en": following.en, "busy": busy} if following else {}
    fresh = demo_folder / f"{OTHERS}.new"
    fresh.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    fresh.replace(demo_folder / OTHERS)


def links(company: Company) -> str:
    """What the terminal says: a sign-in link per role, a slip, the trustees' keys, the hall screen and the board."""
    roles = company.script.spec.roles
    people = [
        ("秘书处 Secretariat", roles["secretariat"][0]),
        ("主持人 Presiding officer", roles["chair"][0]),
        ("工作人员 Clerk", roles["clerk"][0]),
        ("述职人 Reporter", company.units[0].username),
        ("考核委员会 Committee", roles["committee"][0]),
        ("监票人 Scrutineer", roles["scrutineer"][0]),
        *((f"密钥保管人 Trustee {place}", name) for place, name in enumerate(roles["trustee"], 1)),
        ("上级派员 Observer", roles["observer"][0]),
    ]
    lines = [(title, f"{company.address}/demo/{company.tokens[name]}") for title, name in people]
    hall_screen = company.open("meeting/").links("/hall/")[0]
    slip = (company.data / "demo" / "slips" / "slips-A.txt").read_text("ascii").splitlines()[0]
    lines += [
        ("投票人 A voter's slip", slip),
        ("会场屏幕 Hall screen", f"{company.address}{hall_screen}"),
        ("密钥 Trustees' demo keys", str(company.data / "demo" / "keys")),
    ]
    width = max(_columns(title) for title, _ in lines)
    shown = [f"  {title}{' ' * (width - _columns(title))}  {where}" for title, where in lines]
    return "\n".join(["", *shown, "", "  Ctrl+C stops it.", ""])


def beginning(company: Company) -> str:
    """The last line, in bold where there is a terminal: the one address to begin with."""
    line = f"打开这里 Open this: {company.address}/guide/"
    return f"\n  \033[1m▶ {line}\033[0m\n" if sys.stdout.isatty() else f"\n  ▶ {line}\n"


def telephones(company: Company) -> str:
    """What the terminal says to people with telephones: the page of what happens now, as a QR code."""
    now = company.address + company.open("meeting/").links("/hall/")[0].replace("/hall/", "/now/")
    warning = "  本网络内任何人都可以打开这个示例。 Anybody in this network can open the example."
    return "\n".join([lan.qr_code(now), f"  会场进行 What happens now  {now}", "", warning, ""])


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
