"""A desk, a hall screen and three phones at once: every screen follows the desk, in both languages."""

from datetime import timedelta

import pytest

from shuping.rehearsal import before, hall
from tests.journeys.browsers import HALL

WORDS = {"zh": ("抽签", "休会"), "en": ("Draw", "Adjourned")}
LUNCH = "Lunch at noon"
SLIPPED = "The finger slipped"
CARET = "field => [field === document.activeElement, field.selectionStart, field.selectionEnd]"


def press(desk, *names):
    for name in names:
        desk.locator(f"#form-{name} button").click()


def write(desk, part, field, words):
    """Open a part of the desk and type, with the second word marked."""
    desk.locator(f"#{part} summary").click()
    found = desk.locator(f"#{part} input[name={field}]")
    found.press_sequentially(words)
    found.evaluate("(field, ends) => field.setSelectionRange(...ends)", [4, 8])
    return found


def stays(field, words):
    return (field.input_value(), *field.evaluate(CARET)) == (words, True, 4, 8)


def follow_while_writing(first, second):
    """The first desk is writing why and until when the meeting is adjourned while the second one leads."""
    purpose = write(first, "adjourning", "purpose", LUNCH)
    changed = first.locator("#adjourning .changed")
    for button, then in (("call", "start-speech"), ("start-speech", "end-speech"), ("end-speech", "finish-turn")):
        press(second, button)
        first.locator(f"#form-{then}").wait_for()
        assert stays(purpose, LUNCH)
        assert changed.is_visible()
    press(second, "finish-turn")
    first.locator("#form-call").wait_for()
    changed.wait_for(state="hidden")
    assert stays(purpose, LUNCH)
    press(first, "adjourn")


def undo_only_what_was_read(first, second):
    """A reason that was written for one step is not recorded for the one that came after it."""
    press(first, "go-on")
    first.locator("#form-call").wait_for()
    reason = write(first, "undoing", "reason", SLIPPED)
    press(second, "call")
    first.locator("#form-finish-turn").wait_for()
    assert stays(reason, SLIPPED)
    assert first.locator("#undoing .changed").is_visible()
    press(first, "undo")
    first.locator(".notice.warning").first.wait_for()
    assert first.locator("#form-finish-turn").is_visible()
    assert reason.input_value() == SLIPPED
    press(first, "undo")
    first.locator("#form-call").wait_for()


def ask_the_one_who_spoke(first, second, question):
    """A question written for one reporter stays with them, although another one has the floor when it is sent."""
    press(second, "call")
    first.locator("#form-finish-turn").wait_for()
    first.locator("#live p a").first.click()
    asked = first.url
    first.locator("details:has(#form-question) summary").click()
    first.locator("#form-question [name=asker]").fill("Delegate")
    first.locator("#form-question [name=text]").fill(question)
    press(second, "finish-turn", "call")
    press(first, "question")
    first.locator("li", has_text=question).wait_for()
    assert first.url.split("#")[0] == asked
    second.locator("#live p a").first.click()
    second.locator("#questions").wait_for()
    assert second.url != asked
    assert second.get_by_text(question).count() == 0


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
        press(desk, "end-speech", "finish-turn")
        second = browsers.go(browsers.role("secretariat"), company.page("meeting/desk/"))
        follow_while_writing(desk, second)
        for page in (screen, *phones):
            page.get_by_role("heading", name=adjourned).wait_for()
        browsers.look(screen, "hall-adjourned")
        assert screen.get_by_text(LUNCH).is_visible()
        browsers.look(desk, "desk-adjourned")
        undo_only_what_was_read(desk, second)
        ask_the_one_who_spoke(desk, second, "Who closes the gap?")
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
