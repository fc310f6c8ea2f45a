"""Three trustees, a scrutineer and five voters: keys and slips are made in their browsers, the record verifies, and
what was written is opened, read and released.
"""

import json
import re

import pytest

import ballotbox
from ballotbox.cli import main
from shuping.rehearsal.browser import Participant
from tests.ballotbox.test_tool import TOOL, tool_verifies
from tests.journeys import opining, small_hall
from tests.journeys.browsers import LOCALES, PHONE, barriers
from tests.journeys.year import record

pytestmark = pytest.mark.journey

TRUSTEES = ("ada", "second_trustee", "third_trustee")
CODE = re.compile(r"[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}")
SLIPS = 12
WRITTEN = "楼道灯坏了两年。\nThe light on the stairs has been broken for two years."
CHOICES = [(0, 1), (0, 1), (0, 0), (3, 1), (4, 2)]


class People:
    """A browser context for everybody; what each sent is kept in `sent`."""

    def __init__(self, chromium, hall, language, folder):
        self.chromium, self.hall, self.language, self.folder = chromium, hall, language, folder
        self.faults, self.sent, self._there = [], {}, {}

    def opened(self, name, **options):
        context = self.chromium.new_context(locale=LOCALES[self.language], accept_downloads=True, **options)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.add_init_script("window.print = () => dispatchEvent(new Event('afterprint'))")
        page.on("pageerror", lambda error: self.faults.append(f"{name}: {error}"))
        page.on("console", lambda m: self.faults.append(m.text) if "Content Security Policy" in m.text else None)
        self.sent[name] = record(page)
        return page

    def of(self, name):
        if name not in self._there:
            self._there[name] = self.opened(name)
            self._there[name].goto(f"{self.hall['address']}/demo/{self.hall['tokens'][name]}")
        return self._there[name]

    def go(self, name, path):
        page = self.of(name)
        page.goto(self.hall["address"] + path.format(**self.hall))
        return page

    def keep(self, page, button, name):
        """Press a button that hands out a file, and keep the file."""
        with page.expect_download() as waiting:
            page.click(button)
        path = self.folder / name
        waiting.value.save_as(path)
        return path

    def close(self):
        for context in list(self.chromium.contexts):
            context.close()


@pytest.fixture(params=[("Ed25519", "zh"), ("BELENIOS-2048", "en")], ids=["Ed25519", "BELENIOS-2048"])
def people(chromium, tmp_path, request):
    group, language = request.param
    with small_hall.running(tmp_path / "data", group) as hall:
        people = People(chromium, hall, language, tmp_path)
        yield people
        people.close()
        assert people.faults == []


def test_keys_and_slips_are_made_in_browsers_and_the_record_verifies(people):
    seeds = make_keys(people)
    codes = make_slips(people)
    press(people.go("scrutineer", "/c/{cycle}/ballot/"), "#form-open-ballot button")
    for code, choices in zip(codes[:5], CHOICES, strict=True):
        vote(people, code, choices, writes=code == codes[0])
    for number, code in enumerate(codes[1:10], 1):
        opining.write(people.hall["address"], people.hall["ballot"], code, f"0{number % 2 + 1}", f"opinion {number}")
    close(people)
    decrypt_elsewhere(people)
    decrypt_with_a_seed(people, seeds["third_trustee"])
    read_the_opinions(people)
    check_record(people)
    account(people)
    check_what_was_sent(people, [*seeds.values(), *codes])


def make_keys(people):
    """Ada and the second go on in one page; the third closes the browser after the first step and types the seed."""
    scrutineer = people.go("scrutineer", "/c/{cycle}/ballot/ceremony/")
    press(scrutineer, "#form-start-ceremony button")
    assert barriers(scrutineer) == []
    seeds = {}
    for name in TRUSTEES:
        page = people.go(name, "/t/{ballot}/key")
        page.click(".button.main")
        seeds[name] = page.inner_text("#seed")
        assert barriers(page) == []
        assert page.locator(".button.main").is_disabled()
        page.click(".choices .button:nth-of-type(1)")  # prints
        page.click(".button.main:not([disabled])")
        page.locator("tbody tr").nth(TRUSTEES.index(name)).locator("td.done").wait_for()
    third = people.go("third_trustee", "/t/{ballot}/key")
    prints = set()
    for name in TRUSTEES:
        page = people.of(name)
        if name == "third_trustee":
            third.click("#seed-field")
            third.keyboard.type(seeds[name][:9])
            third.evaluate("document.querySelector('.switch.large').click()")  # what draws the page anew
            third.click("#seed-field")
            third.keyboard.press("End")
            third.keyboard.type(seeds[name][9:].replace("-", " "))
            third.click(".enter .button")
        prints.add(page.inner_text("#fingerprint"))
        page.click(".button.main")
        page.locator("tr td.done:nth-of-type(2)").nth(len(prints) - 1).wait_for()
    assert len(prints) == 1
    for name in TRUSTEES:
        page = people.of(name)
        page.locator("tr td.due:nth-of-type(3)").first.wait_for()
        page.locator(".turn.mine").wait_for()
        if name == "second_trustee":
            last_step_elsewhere(people, page, seeds[name])
            continue
        page.click(".screen > .button.main")
        people.keep(page, ".choices .button.main", f"key-{name}.json")
    scrutineer.locator("#turn.success").wait_for()  # the page follows by itself
    return seeds


def last_step_elsewhere(people, page, seed):
    """On the command line, with the ceremony's file from the page; the message is handed in there."""
    page.click("details summary")
    state = people.keep(page, "details .button", "ceremony.json")
    sheet = people.folder / "sheet.txt"
    sheet.write_text(seed)
    options = ["--state", str(state), "--index", "2", "--seed-file", str(sheet), "--out", str(people.folder)]
    assert main(["ceremony", "step3", *options]) == 0
    (people.folder / "key-2.json").rename(people.folder / "key-second_trustee.json")
    page.set_input_files("#message-file", people.folder / "step-3-trustee-2.json")
    page.locator("tbody tr").nth(1).locator("td.done:nth-of-type(3)").wait_for()


def make_slips(people):
    page = people.go("scrutineer", "/c/{cycle}/ballot/slips/")
    assert barriers(page) == []
    page.fill("#slips-A", str(SLIPS))
    page.click(".button.main")
    page.wait_for_selector("#made")
    assert page.locator(".slip").count() == SLIPS
    page.emulate_media(media="print")
    page.screenshot(path=people.folder / "slips.png", full_page=True)
    page.emulate_media(media="screen")
    codes = [CODE.search(text)[0] for text in page.locator(".slip .code").all_text_contents()]
    page.click(".choices .button.main")  # prints
    page.click(".choices .button:not(.main):not([disabled])")  # wipes
    assert not CODE.search(page.content())
    assert page.locator(".slip").count() == 0
    return codes


def vote(people, code, choices, *, writes):
    phone = people.opened(code, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto(f"{people.hall['address']}/v/{people.hall['ballot']}#{code}")
    phone.wait_for_selector(".row")
    for row, choice in enumerate(choices):
        phone.locator(f"#row-{row} .cell").nth(choice).tap()
    phone.tap(".foot .main")
    phone.wait_for_selector("ul.review")
    phone.tap(".foot .main")
    phone.wait_for_selector(".received")
    phone.wait_for_selector(".opinions .write")  # every phone is given tokens
    if writes:
        write_an_opinion(phone)
    phone.context.close()


def write_an_opinion(phone):
    """It leaves some seconds later, by itself, without the code and without a cookie."""
    assert phone.locator(".write button").is_disabled()
    phone.fill("#opinion-text", "x" * 1015)
    assert phone.locator(".write button").is_disabled()
    phone.fill("#opinion-text", WRITTEN)
    assert phone.locator(".write button").is_disabled()  # about which unit?
    phone.select_option("#opinion-entry", "02")
    assert barriers(phone) == []
    with phone.expect_response("**/opinion", timeout=40_000) as waiting:
        phone.tap(".write button")
        assert phone.input_value("#opinion-text") == ""
    assert waiting.value.status == 201
    assert "stairs" not in waiting.value.request.post_data
    phone.locator(".opinions .ready", has_text="1").wait_for()


def close(people):
    page = people.go("scrutineer", "/c/{cycle}/ballot/")
    press(page, "#form-close-ballot button")
    press(page, "#form-tally button:not([disabled])")


def decrypt_elsewhere(people):
    """Ada trusts no page: tasks out, her parts computed on the command line, parts in."""
    page = people.go("ada", "/t/{ballot}/")
    page.click("details summary")
    tasks = people.keep(page, "details .button", "tasks.json")
    key = people.folder / "key-ada.json"
    options = ["--tasks", str(tasks), "--key-file", str(key), "--out", str(people.folder)]
    assert main(["shares", *options]) == 0
    page.set_input_files("#shares-file", people.folder / "shares.json")
    page.wait_for_selector("tr.done:nth-of-type(2)")  # the sum, and the opinions


def read_the_opinions(people):
    """Nobody reads them before the scrutineer; one is removed with a reason."""
    page = people.go("wei", "/c/{cycle}/ballot/opinions/")
    assert "opinion 1" not in page.content()
    page = people.go("scrutineer", "/c/{cycle}/ballot/opinions/")
    assert barriers(page) == []
    assert "楼道灯" in page.inner_text("#opinions-02")
    card = page.locator("article", has_text="opinion 3")
    card.locator("summary").click()
    card.locator("input[name=reason]").fill("names somebody")
    with page.expect_navigation():
        card.locator("details button").click()
    press(page, "#form-release-opinions button")
    page = people.go("wei", "/c/{cycle}/ballot/opinions/")
    assert page.locator("article").count() == 9
    assert "names somebody" in page.inner_text("#removed")
    assert barriers(page) == []


def decrypt_with_a_seed(people, seed):
    """The sheet is enough; the file of the third trustee is lost, and so is everything of the second."""
    page = people.go("third_trustee", "/t/{ballot}/")
    page.fill("#seed", seed)
    page.click(".enter .button")
    page.click(".button.main")
    page.wait_for_selector("tr.done:nth-of-type(2)")


def check_record(people):
    visitor = Participant(people.hall["address"], people.hall["tokens"]["scrutineer"])
    body = visitor.download("/c/{cycle}/ballot/record/A.bel".format(**people.hall))
    visitor.http.close()
    path = people.folder / "record" / "record-A.bel"
    path.parent.mkdir()
    path.write_bytes(body)
    summary = ballotbox.verify_record(path)
    if summary.group == "BELENIOS-2048" and TOOL:
        path = path.rename(path.with_name(f"{summary.election.uuid}.bel"))
        assert tool_verifies(path.parent)
    assert (summary.cast, summary.credentials, summary.trustees) == (5, SLIPS, 4)
    expected = [[sum(choices[row] == place for choices in CHOICES) for place in range(5)] for row in range(2)]
    assert [list(counts) for counts in summary.counts] == expected


def account(people):
    page = people.go("scrutineer", "/c/{cycle}/ballot/")
    page.fill("#form-account-slips input[name=returned_A]", "6")
    press(page, "#form-account-slips button")
    assert page.locator("#account-A td").all_inner_texts() == ["A", str(SLIPS), "5", "6", "1"]


def check_what_was_sent(people, secrets):
    """No seed, no key and no code stood in any request of anybody (address, headers, body), nor in database or log."""
    keys = [json.loads((people.folder / f"key-{name}.json").read_text())["decryption_key"] for name in TRUSTEES]
    secrets = [form for secret in [*secrets, *keys] for form in (secret, secret.replace("-", ""))]
    everything = "\n".join(text for sent in people.sent.values() for text in sent)
    assert len(everything) > 10_000
    assert "verification_key" in everything  # the list does hold what was sent
    assert [secret for secret in secrets if secret in everything] == []
    kept = b"".join(file.read_bytes() for file in (people.folder / "data").rglob("*") if file.is_file())
    assert b"verification_key" in kept
    assert [secret for secret in secrets if secret.encode() in kept] == []


def press(page, button):
    with page.expect_navigation():
        page.click(button)
