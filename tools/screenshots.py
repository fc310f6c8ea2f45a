"""Take the README's six pictures again: `tools/screenshots.py BASE-ADDRESS` beside a running `make demo STAGE=before`.

It plays one person after the other and presses the demo's own button for everybody else, so the example has to be
fresh. The voter's slip is read from the demo's folder (`SHUPING_DATA`, as for the demo).
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from shuping.core import datafolder
from shuping.rehearsal.browser import Participant

PICTURES = Path(__file__).parents[1] / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1366, "height": 768}
HALL: ViewportSize = {"width": 1920, "height": 1080}
LARGEST = 250_000  # bytes
PATIENCE = 180.0  # seconds until the others have acted
SLIP = 5  # which slip of category A the voter holds
SPEAKS_FOR = 4000  # milliseconds until the picture
MARKS = (0, 1, 0, 0, 2)


class Stuck(Exception):
    """The demo did not do what was asked of it."""


def main(arguments: list[str]) -> int:
    """Write the pictures; 1 when one is too large, 2 for a wrong call."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _take_all(browser, arguments[0].rstrip("/"))
        browser.close()
    return _too_large()


def _too_large() -> int:
    sizes = {picture.name: picture.stat().st_size for picture in sorted(PICTURES.glob("*.png"))}
    for name, size in sizes.items():
        print(f"{size:8d}  {name}")
    return 1 if any(size >= LARGEST for size in sizes.values()) else 0


def _take_all(browser: Browser, base: str) -> None:
    with _window(browser, LAPTOP) as desk:
        year = _begin_the_meeting(desk, base)
        _shoot(desk, "desk")
        with _window(browser, HALL) as hall:
            hall.goto(base + Participant(base, _token(desk, base, "Clerk")).open(f"{year}meeting/").links("/hall/")[0])
            _shoot(hall, "hall")
        _let_others_act(base)
        Participant(base, _token(desk, base, "Scrutineer")).submit(f"{year}ballot/", "form-open-ballot")
        with _window(browser, PHONE) as phone:
            _fill_the_booth(phone)
            _shoot(phone, "booth")
        for _scene in ("vote", "count", "decide", "put one right"):
            _let_others_act(base)
        _shoot_what_follows(desk, base, year)


def _shoot_what_follows(page: Page, base: str, year: str) -> None:
    _sign_in(page, base, "Secretariat")
    for name, address in (("why-this-grade", "results/01/"), ("ledger", "ledger/")):
        page.goto(f"{base}{year}{address}")
        _shoot(page, name)
    _sign_in(page, base, "Reporter")
    page.goto(f"{base}{year}letters/01/")
    _shoot(page, "letter")


@contextmanager
def _window(browser: Browser, size: ViewportSize) -> Iterator[Page]:
    """A browser of its own, in English."""
    phone = size is PHONE
    context = browser.new_context(viewport=size, locale="en-US", is_mobile=phone, has_touch=phone)
    yield context.new_page()
    context.close()


def _shoot(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(600)
    page.screenshot(path=PICTURES / f"{name}.png")


def _token(page: Page, base: str, role: str) -> str:
    """The sign-in token of a role, from the bar of the example."""
    page.goto(f"{base}/sign-in/")
    address = page.locator(".roles a", has_text=role).first.get_attribute("href") or ""
    return address.rpartition("/")[2]


def _sign_in(page: Page, base: str, role: str) -> None:
    page.goto(f"{base}/demo/{_token(page, base, role)}")


def _begin_the_meeting(page: Page, base: str) -> str:
    """Everybody is there, the first reporter speaks, the clock runs. Returns the path of the year's pages."""
    clerk = Participant(base, _token(page, base, "Clerk"))
    year = max(link for link in clerk.open("/").links("/c/") if link.count("/") == 3)
    attendance = clerk.open(f"{year}meeting/attendance/")
    everybody = attendance.form("form-check-in").xpath(".//input[@name='present']/@value")
    clerk.submit(attendance, "form-check-in", present=list(everybody))
    clerk.submit(f"{year}meeting/", "form-open-meeting")
    for form in ("form-call", "form-start-speech"):
        clerk.submit(f"{year}meeting/desk/", form)
    _sign_in(page, base, "Clerk")
    page.wait_for_timeout(SPEAKS_FOR)
    page.goto(f"{base}{year}meeting/desk/")
    return year


def _fill_the_booth(page: Page) -> None:
    slips = datafolder.path() / "example" / "demo" / "slips" / "slips-A.txt"
    page.goto(slips.read_text("ascii").splitlines()[SLIP])
    page.wait_for_selector(".row")
    for row, mark in enumerate(MARKS):
        page.locator(f"#row-{row} .cell").nth(mark).tap()
    page.evaluate("window.scrollTo(0, 0)")


def _let_others_act(base: str) -> None:
    """Press the demo's button and wait until its next scene is offered, or none is left."""
    visitor, form = Participant(base), "form-let-others-act"
    before = visitor.open("/sign-in/").form(form).text_content()
    visitor.submit("/sign-in/", form)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(1)
        page = visitor.open("/sign-in/")
        offered = [found for found in page.forms() if found.get("id") == form]
        if not offered or (page.has(form) and offered[0].text_content() != before):
            return
    raise Stuck(f"The others have not finished: {before}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
