"""A desk, a hall screen and three phones at once: every screen follows the desk, in both languages."""

from datetime import timedelta

import pytest

from shuping.rehearsal import before, hall
from tests.journeys.browsers import HALL

WORDS = {"zh": ("抽签", "休会"), "en": ("Draw", "Adjourned")}

SHORTLY = 4  # seconds before the time is over
COUNTED = """
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) { tones += 1; start.call(this, at); };
"""


class Hall:
    """One step after another at the desk; after each the screens are looked at, nobody reloads."""

    def test_every_screen_follows_the_desk(self, company, browsers):
        draw, adjourned = WORDS[self.LANGUAGE]
        before.approve_plan(company)
        before.assign_duties(company)
        before.hand_in_reports(company)
        before.review_reports(company)
        hall.set_up_meeting(company)
        hall.open_meeting(company)
        desk = browsers.role("clerk")
        browsers.go(desk, company.page("meeting/desk/"))
        screen = browsers.opened(viewport=HALL)
        phones = [browsers.phone() for _ in range(3)]
        browsers.go(screen, company.open("meeting/").links("/hall/")[0])
        for phone in phones:
            browsers.go(phone, "/now/")

        desk.locator("#lots summary").click()
        desk.fill("#form-lots input[name=seed]", "3-1-4-1-5")
        desk.fill("#form-lots input[name=witness]", "Wang")
        desk.get_by_role("button", name=draw, exact=True).click()
        screen.locator("ol.drawn").wait_for()
        browsers.look(screen, "lots")
        desk.locator("#form-call button").click()
        name = desk.locator("h1").inner_text()
        desk.locator("#form-start-speech button").click()
        for page in (screen, *phones):
            page.locator(".clock").wait_for()
        assert phones[0].locator("h2").first.inner_text() == name
        browsers.look(desk, "desk-speaking")
        browsers.look(screen, "hall-speaking")
        browsers.look(phones[0], "now-speaking")
        self.hear_the_clock(company, screen)
        browsers.look(screen, "hall-overtime")
        desk.locator("#form-end-speech button").click()
        desk.locator("#form-finish-turn button").click()
        desk.locator("#adjourning summary").click()
        desk.fill("#form-adjourn input[name=purpose]", "Lunch")
        desk.locator("#form-adjourn button").click()
        for page in (screen, *phones):
            page.get_by_role("heading", name=adjourned).wait_for()
        browsers.look(screen, "hall-adjourned")
        browsers.look(desk, "desk-adjourned")
        browsers.go(desk, company.page("meeting/attendance/"))
        browsers.look(desk, "attendance")

    def hear_the_clock(self, company, screen):
        """One tone when the sound is allowed, one at the warning, two when the time is over."""
        left = int(screen.locator(".clock").get_attribute("data-left"))
        company.at(company.now() + timedelta(seconds=left - SHORTLY))
        screen.add_init_script(COUNTED)
        screen.reload()
        screen.locator("#sound").click()
        screen.wait_for_selector("body[data-sounded=warning]", state="attached")
        assert screen.evaluate("tones") == 2
        screen.wait_for_selector("body[data-sounded=over]", state="attached")
        assert screen.evaluate("tones") == 4
        assert screen.locator("#sound").is_hidden()


@pytest.mark.journey
class TestHallInChinese(Hall):
    LANGUAGE = "zh"


@pytest.mark.journey
class TestHallInEnglish(Hall):
    LANGUAGE = "en"
