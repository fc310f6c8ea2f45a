"""Browsers of the people of a year: signed in by the demo's links, in one language, every page looked at."""

from itertools import count

from shuping.rehearsal.example import cast
from tests.ballotbox_js.node import ROOT
from tests.journeys.pages import kind_of

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LAPTOP = {"width": 1280, "height": 800}
HALL = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is in order is neither worked out nor carried out of the browser: that would take as long again.
RUN = "async tags => (await axe.run({runOnly: tags, resultTypes: ['violations']})).violations"
GRAVE = {"serious", "critical"}


def barriers(page):
    """What axe-core finds against WCAG 2.2 AA of serious or critical impact. Runs outside the page's policy."""
    page.evaluate(AXE)
    return [
        (one["id"], node["html"][:300], node["failureSummary"][-300:])
        for one in page.evaluate(RUN, TAGS)
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


class Browsers:
    """One browser per person, kept for the year; `faults` are errors in pages and breaches of their policy,
    `reached` the names of the addresses that were looked at, `seen` the pieces of pages (see pages.py).
    """

    def __init__(self, chromium, company, language):
        self.chromium = chromium
        self.company = company
        self.language = language
        self.faults = []
        self.reached = set()
        self.seen = set()
        self.pictures = ROOT / "build" / "screenshots" / language
        self.pictures.mkdir(parents=True, exist_ok=True)
        self._number = count(1)
        self._there = {}

    def of(self, username):
        """The page in somebody's browser, signed in; without a name in a visitor's."""
        if username not in self._there:
            page = self.opened(viewport=LAPTOP)
            if username:
                page.goto(f"{self.company.address}/demo/{self.company.tokens[username]}")
            self._there[username] = page
        return self._there[username]

    def role(self, kind, place=0):
        return self.of(cast.organisation().roles[kind][place])

    def phone(self):
        """The page in a visitor's phone: no account."""
        return self.opened(viewport=PHONE, has_touch=True, is_mobile=True)

    def opened(self, **options):
        context = self.chromium.new_context(locale=LOCALES[self.language], **options)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda m: self.faults.append(f"{page.url}: {m.text}") if "Content Security" in m.text else None
        )
        return page

    def go(self, page, path):
        page.goto(self.company.address + path)
        return page

    def look(self, page, name):
        """Keep a picture; nothing on the page may keep anybody out."""
        page.evaluate("document.fonts.ready")
        page.screenshot(path=self.pictures / f"{next(self._number):02}-{name}.png", full_page=True)
        assert self.barriers(page) == []

    def barriers(self, page):
        """What axe-core finds of serious or critical impact."""
        self.reached.add(kind_of(page.url)[0])
        return barriers(page)

    def close(self):
        for context in list(self.chromium.contexts):
            context.close()
