"""The booth and the trustee page in a real browser at phone size, under the site's own content policy."""

import json
import re
from pathlib import Path

import pytest

import ballotbox
from tests.ballotbox_js.hall import BALLOT, Hall, serve
from tests.ballotbox_js.node import ROOT

pytestmark = pytest.mark.journey

PHONE = {"width": 375, "height": 740}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def hall():
    hall = Hall()
    server, hall.address = serve(hall)
    yield hall
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda m: page.faults.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    assert page.faults == []
    context.close()


def open_slip(page, hall, language="zh", code=None):
    page.goto(f"{hall.address}/v/X{'?en' if language == 'en' else ''}#{code or hall.credential}")


def mark(page, choices):
    page.wait_for_selector(".row")
    for row, choice in enumerate(choices):
        page.locator(f"#row-{row} .cell").nth(choice).tap()


def check_access(page):
    """axe-core finds nothing against WCAG 2.2 AA. Run from outside the page's own policy."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
    found = page.evaluate("async tags => (await axe.run({runOnly: tags})).violations", tags)
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_chen_votes_from_the_slip_to_the_tracker(page, hall, language):
    open_slip(page, hall, language)
    page.wait_for_selector(".row")
    check_access(page)
    assert page.url.endswith("/v/X" + ("?en" if language == "en" else ""))

    mark(page, [0, 4, 3])
    page.tap(".foot .main")
    page.wait_for_selector("ul.review")
    check_access(page)
    page.tap(".foot .main")
    page.wait_for_selector(".received")
    check_access(page)

    [raw] = hall.casts
    assert page.inner_text(".tracker").replace("\n", "") == ballotbox.tracker(raw)
    assert hall.choices_of(raw) == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 1, 0]]


def test_neither_code_nor_choice_nor_cookie_leaves_the_phone(page, hall):
    open_slip(page, hall)
    mark(page, [0, 1, 2])
    page.tap(".foot .main")
    page.tap(".foot .main")
    page.wait_for_selector(".received")

    assert [path for path, _, _ in hall.bodies] == ["/v/which", "/v/cast"]
    for _, body, headers in hall.bodies:
        assert hall.credential not in body + str(headers)
        assert "Cookie" not in headers
        assert "Referer" not in headers
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.locator("input:checked").count() == 0


def test_the_code_can_be_typed_and_a_wrong_letter_is_named(page, hall):
    page.goto(f"{hall.address}/v/X?en")
    page.fill("#code", "0" + hall.credential[1:])
    page.tap(".button.main")
    assert "“0”" in page.inner_text(".fault")
    check_access(page)

    page.fill("#code", hall.credential.replace("-", " "))
    page.tap(".button.main")

    page.wait_for_selector(".row")


def test_a_code_of_another_ballot_is_told_so(page, hall):
    open_slip(page, hall, "en", ballotbox.new_credential())

    page.wait_for_selector(".fault:not(:empty)")

    assert page.inner_text(".fault") == "This code does not belong to this ballot."
    assert len({body for _, body, _ in hall.bodies}) == 2  # one public half in each group


def test_a_missing_row_is_named_and_jumped_to(page, hall):
    open_slip(page, hall, "en")
    page.wait_for_selector(".row")
    page.locator("#row-0 .cell").nth(0).tap()
    page.locator("#row-2 .cell").nth(0).tap()

    page.tap(".foot .main")

    assert page.inner_text(".missing p") == "1 not yet marked:"
    assert page.locator(".chip").all_inner_texts() == ["02"]
    assert page.evaluate("document.activeElement.name") == "row-1"
    check_access(page)
    page.locator("#row-1 .cell").nth(0).tap()
    assert page.locator(".chip").count() == 0


def test_the_same_grade_everywhere_is_asked_about_and_not_prevented(page, hall):
    open_slip(page, hall, "en")
    mark(page, [0, 0, 0])
    page.tap(".foot .main")
    page.wait_for_selector(".remind")
    assert "All 3 rows say “Good”" in page.inner_text(".remind")
    check_access(page)

    page.go_back()  # the phone's own way back leads to the rows
    page.wait_for_selector(".row")
    page.locator("#row-1 .cell").nth(1).tap()
    page.tap(".foot .main")

    page.wait_for_selector("ul.review")
    assert page.locator(".remind").count() == 0
    assert page.locator(".pick b").all_inner_texts() == ["Good", "Fairly good", "Good"]


def test_when_the_network_drops_the_same_ballot_is_sent_again(page, hall):
    open_slip(page, hall, "en")
    mark(page, [1, 2, 3])
    page.tap(".foot .main")
    hall.failures = ["down", "busy", "down", "down"]
    page.tap(".foot .main")
    page.wait_for_selector("h1:has-text('Not sent yet')")
    check_access(page)

    for _ in range(4):
        if page.locator(".received").count() == 0:
            page.evaluate("window.dispatchEvent(new Event('online'))")
            page.wait_for_timeout(100)
    page.wait_for_selector(".received")

    assert len(hall.casts) >= 2
    assert len(set(hall.casts)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_the_ballot_before_it_is_on_its_way_the_booth_says_so_and_sends_again(page, hall, language):
    open_slip(page, hall, language)
    mark(page, [0, 1, 2])
    page.tap(".foot .main")
    hall.failures = ["waits"]
    page.tap(".foot .main")

    words = {"zh": "正在进入票箱，最多 20 秒", "en": "on its way into the box, for 20 seconds at most"}
    page.wait_for_selector(f"p:has-text('{words[language]}')")
    assert page.locator("h1").inner_text() == {"zh": "请稍候", "en": "One moment"}[language]
    check_access(page)
    page.tap("button.main")  # send it now
    page.wait_for_selector(".received")

    assert len(hall.casts) == 2
    assert len(set(hall.casts)) == 1


def test_voting_again_makes_a_new_ballot_and_begins_empty(page, hall):
    open_slip(page, hall, "en")
    mark(page, [0, 1, 2])
    page.tap(".foot .main")
    page.tap(".foot .main")
    page.wait_for_selector(".received")

    page.tap("button:has-text('Vote again')")
    page.wait_for_selector(".row")
    assert page.locator("input:checked").count() == 0
    mark(page, [2, 1, 0])
    page.tap(".foot .main")
    page.tap(".foot .main")
    page.wait_for_selector(".received")

    first, second = hall.casts
    shared = set(re.findall(rb"[0-9a-f]{64}", first)) & set(re.findall(rb"[0-9a-f]{64}", second))
    assert shared == {public.encode() for public in hall.public}


def test_another_slip_scanned_on_the_same_phone_starts_anew(page, hall):
    other = ballotbox.new_credential()
    hall.public.add(ballotbox.public_credential(hall.election.group, BALLOT, other))
    open_slip(page, hall)
    mark(page, [0, 1, 2])

    page.evaluate("code => { location.hash = code }", other)
    page.wait_for_selector("input:checked", state="detached")
    page.wait_for_selector(".row")

    assert "#" not in page.url
    assert len({body for path, body, _ in hall.bodies if path == "/v/which"}) == 2


def test_before_opening_the_page_waits_and_after_closing_it_says_so(page, hall):
    hall.state = "closed"
    open_slip(page, hall, "en")
    page.wait_for_selector("h1:has-text('Voting has closed')")
    check_access(page)

    hall.state = "before"
    page.reload()
    open_slip(page, hall, "en")
    page.wait_for_selector("h1:has-text('Voting has not begun')")
    hall.state = "open"

    page.wait_for_selector(".row", timeout=15000)


def test_a_refused_ballot_shows_the_reason(page, hall):
    open_slip(page, hall, "en")
    mark(page, [0, 1, 2])
    page.tap(".foot .main")
    page.wait_for_selector("ul.review")
    hall.state = "closed"
    page.tap(".foot .main")

    page.wait_for_selector(".screen.refused")
    assert page.inner_text("[role=alert]") == "Voting has closed; this ballot was not counted."
    check_access(page)


def test_marks_stay_when_language_and_type_size_are_switched(page, hall):
    open_slip(page, hall)
    mark(page, [0, 1, 2])

    page.locator(".switch").nth(0).tap()
    page.locator(".switch").nth(1).tap()

    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.inner_text(".count [role=status]") == "3 of 3 marked"
    assert page.locator("input:checked + span").all_inner_texts() == ["Good", "Fairly good", "Average"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_access(page)


TARGETS = ".cell span, button, a, summary, #code"
SMALLER_SIDES = """all => all.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect())
    .map(({ width, height }) => Math.min(width, height))"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_on_every_screen_is_at_least_44_pixels_wide_and_high(page, hall, language):
    sizes = {}

    def measure(screen):
        page.eval_on_selector_all("details", "all => all.forEach(e => { e.open = true; })")
        sizes[screen] = page.eval_on_selector_all(TARGETS, SMALLER_SIDES)

    page.goto(f"{hall.address}/v/X{'?en' if language == 'en' else ''}")
    measure("enter")
    page.fill("#code", hall.credential)
    page.tap(".button.main")
    page.wait_for_selector(".row")
    page.tap(".foot .main")  # the rows that are missing become targets, too
    measure("form")
    mark(page, [0, 0, 0])
    page.tap(".foot .main")
    page.wait_for_selector("ul.review")
    measure("review")
    page.tap(".foot .main")
    page.wait_for_selector(".received")
    measure("received")

    assert {screen: len(found) for screen, found in sizes.items()} == {
        "enter": 4,
        "form": 23,
        "review": 7,
        "received": 7,
    }
    assert {screen: min(found) for screen, found in sizes.items() if min(found) < 44} == {}


def test_chen_votes_with_the_keyboard_alone(page, hall):
    page.goto(f"{hall.address}/v/X?en")
    page.focus("#code")
    page.keyboard.type(hall.credential)
    page.keyboard.press("Enter")
    page.wait_for_selector(".row")

    page.focus("#row-0 input")
    page.keyboard.press("Space")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("ul.review")
    page.focus(".foot .main")
    page.keyboard.press("Enter")
    page.wait_for_selector(".received")

    assert hall.choices_of(hall.casts[0]) == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0]]


def test_a_ballot_in_the_other_group_is_found_and_cast(page):
    hall = Hall("BELENIOS-2048")
    server, hall.address = serve(hall)
    open_slip(page, hall)
    mark(page, [0, 1, 2])
    page.tap(".foot .main")
    page.tap(".foot .main")

    page.wait_for_selector(".received")

    assert hall.choices_of(hall.casts[0]) == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]]
    server.shutdown()
    server.server_close()


# --- the trustee page -------------------------------------------------------------------------------------------------


def tally_of(hall, voters):
    g = hall.election.group
    codes = [ballotbox.new_credential() for _ in range(voters)]
    public = {ballotbox.public_credential(g, BALLOT, code) for code in codes}
    marks = [[1, 0, 0, 0, 0]] * 3
    ballots = [
        ballotbox.check_form(hall.election, ballotbox.encrypt_ballot(hall.election, BALLOT, code, marks), public)
        for code in codes
    ]
    return ballotbox.encrypted_tally(hall.election, ballots)


def give_tasks(hall, tally, **casts):
    task = {"election": hall.election.raw.decode(), "tally": tally.raw.decode(), "done": False}
    categories = [{**task, "category": category, "cast": cast} for category, cast in casts.items()]
    trustees = hall.trustees.raw.decode()
    hall.tasks = {"owner": 3, "floor": 10, "trustees": trustees, "categories": categories}


def key_file(hall, tmp_path, index) -> Path:
    path = tmp_path / "ada.json"
    path.write_text(json.dumps(hall.ceremony.key_files[index - 1]))
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_ada_decrypts_the_sum_and_her_key_stays_with_her(page, hall, tmp_path, language):
    tally = tally_of(hall, 3)
    give_tasks(hall, tally, A=16, C=7)
    page.goto(f"{hall.address}/t/X{'?en' if language == 'en' else ''}")
    check_access(page)

    page.set_input_files("#key", key_file(hall, tmp_path, 2))
    page.wait_for_selector("tr.waiting")
    check_access(page)
    page.tap(".button.main")
    page.wait_for_selector("tr.done")

    [(path, body, headers)] = hall.bodies
    sent = json.loads(body)
    assert (path, sent["category"], headers["X-CSRFToken"]) == ("/t/share", "A", "token-of-the-session")
    ballotbox.check_partial_decryption(hall.election, hall.trustees, tally, 3, sent["share"].encode())
    assert hall.ceremony.key_files[1]["decryption_key"] not in body
    assert page.locator("tr.refused").count() == 1  # the category with seven ballots
    check_access(page)


def test_another_trustees_key_is_refused_before_it_is_used(page, hall, tmp_path):
    give_tasks(hall, tally_of(hall, 1), A=16)
    page.goto(f"{hall.address}/t/X?en")

    page.set_input_files("#key", key_file(hall, tmp_path, 1))
    page.wait_for_selector(".fault:not(:empty)")

    assert "not the key of place 3" in page.inner_text(".fault")
    assert page.locator(".button.main").count() == 0
    assert hall.bodies == []
