"""A day at a site without a network, watched packet by packet. Run as root in a network namespace of its own, in which
every address leads to the loopback device: what anybody in it sends to another machine arrives here and is counted.

Prints {"control": [...], "sent": [...], "asked": [...], "noticed": [...], "pages": [...], "tracker": "..."}: what a
deliberate attempt was seen to send, what the day sent, the requests of pages to another address than the site's, the
same of a page that was told to ask elsewhere, the pages that were looked at, and the tracker of the ballot.
"""

import contextlib
import ipaddress
import json
import socket
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from shuping.rehearsal import hall, play, polling, site
from shuping.rehearsal.progress import Progress

CHROMIUM = "/usr/bin/chromium"
LAPTOP, HALL, PHONE = ({"width": width, "height": height} for width, height in ((1366, 768), (1920, 1080), (390, 844)))
SIZE = Namespace(entries=4, voters=50, seed=3, group="Ed25519")
ELSEWHERE = "192.0.2.7"  # a documentation address: nobody's
# The browser's own calls home (updates of its parts) end before a name is asked for. What a page asks for is counted
# from the page, whether it would have been found or not.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 0.5  # seconds until a packet has surely been looked at
MOST = 12  # pages of one person
ALL_FRAMES = 3  # ETH_P_ALL


class Packets:
    """Whom packets on the loopback device are for, when they are for another machine: "protocol address"."""

    def __init__(self):
        self.found = set()
        self.line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_FRAMES))
        self.line.bind(("lo", 0))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            if target := elsewhere(self.line.recv(65_600)[14:]):
                self.found.add(target)


def elsewhere(packet):
    """Protocol and address of a packet for another machine; empty for one of this machine's own."""
    if packet[0] >> 4 == 4:
        protocol, target = packet[9], ipaddress.ip_address(packet[16:20])
    else:
        protocol, target = packet[6], ipaddress.ip_address(packet[24:40])
    return "" if target.is_loopback else f"{protocol} {target}"


def attempt():
    """What a page or a program that calls home would do: a connection, and a question for a name's address."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as line, contextlib.suppress(OSError):
            line.settimeout(0.3)
            line.connect((ELSEWHERE, 53))
            line.send(b"?")


class Day:
    """The site, and browsers whose every request is looked at."""

    def __init__(self, company, chromium):
        self.company, self.chromium = company, chromium
        self.asked, self.pages = set(), []
        self.host = urlsplit(company.address).netloc

    def window(self, size):
        page = self.chromium.new_context(viewport=size).new_page()
        page.context.on("request", self._note)
        return page

    def _note(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.asked.add(request.url)

    def look(self, page, path):
        page.goto(self.company.address + path, wait_until="load")
        self.pages.append(urlsplit(page.url).path)
        return page

    def read(self, role):
        """Somebody's first pages: home, the year's desk, and what is linked from there."""
        company, page = self.company, self.window(LAPTOP)
        token = company.tokens[company.script.spec.roles[role][0]]
        self.look(page, f"/demo/{token}")
        self.look(page, company.page())
        links = page.eval_on_selector_all("a[href^='/c/']", "found => found.map(one => one.getAttribute('href'))")
        for link in list(dict.fromkeys(link.partition("#")[0] for link in links if link.endswith("/")))[:MOST]:
            self.look(page, link)
        page.context.close()

    def vote(self):
        """A slip's address in a phone: the booth, a ballot, the board. Returns the tracker."""
        slip = (self.company.data / "demo" / "slips" / "slips-A.txt").read_text("ascii").split()[0]
        phone = self.window(PHONE)
        phone.goto(slip)
        phone.wait_for_selector(".row")
        for row in range(SIZE.entries):
            phone.locator(f"#row-{row} .cell").nth(row % 2).click()
        for awaited in ("ul.review", ".received"):
            phone.click(".foot .main")
            phone.wait_for_selector(awaited)
        tracker = phone.inner_text(".tracker").replace("\n", "")
        phone.click(".choices a")
        phone.wait_for_selector("#form-look-up")
        self.pages += ["booth", urlsplit(phone.url).path]
        phone.context.close()
        return tracker

    def watch(self):
        """What needs no account: the screen of the hall, the phone's page of the day, sign-in, the styles."""
        meeting = self.company.open("meeting/")
        page = self.window(HALL)
        for path in [
            *meeting.links("/hall/")[:1],
            *meeting.links("/now/")[:1],
            "/sign-in/",
            "/styleguide/",
            "/nowhere/",
        ]:
            self.look(page, path)
        page.context.close()


def spend(company, chromium):
    """The day, from the meeting's opening to a ballot on the board."""
    day = Day(company, chromium)
    play.play_until_the_hall(company)
    hall.open_meeting(company)
    polling.draw_votes(company)
    polling.open_ballot(company, play.VOTING)
    for role in ("secretariat", "scrutineer", "trustee", "committee"):
        day.read(role)
    day.watch()
    return day, day.vote()


def main(place):
    packets = Packets()
    attempt()
    time.sleep(PATIENCE)
    control, packets.found = sorted(packets.found), set()
    company = play.load(place / "data", SIZE, Progress(0))
    with site.running(place / "server.log"), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        day, tracker = spend(company, chromium)
        time.sleep(PATIENCE)
        sent = sorted(packets.found)
        # A page that asks elsewhere is noticed: this one is told to.
        quiet, day.asked = sorted(day.asked), set()
        with contextlib.suppress(Exception):
            day.window(LAPTOP).goto("http://elsewhere.example/", timeout=2000)
        chromium.close()
    told = {"control": control, "sent": sent, "asked": quiet, "pages": day.pages, "tracker": tracker}
    sys.stdout.write(json.dumps(told | {"noticed": sorted(day.asked)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
