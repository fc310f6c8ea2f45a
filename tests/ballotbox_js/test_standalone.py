"""The pages that need no site, opened from a file: they make slips, a key, a part of a decryption, and send nothing."""

import hashlib
import importlib.util
import json
import sys

import pytest

import ballotbox
from ballotbox import exchange
from tests.ballotbox_js.hall import BALLOT, Hall
from tests.ballotbox_js.node import ROOT
from tests.ballotbox_js.test_pages import ARGUMENTS

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """What `make dist` writes of pages."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        spec = importlib.util.spec_from_file_location("build_standalone", ROOT / "tools" / "build_standalone.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "tools"))
    folder, again = (tmp_path_factory.mktemp("dist") for _ in range(2))
    assert module.build(folder) == module.build(again)  # the same bytes each time
    return folder


@pytest.fixture
def page(chromium):
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    page = context.new_page()
    page.add_init_script("window.print = () => dispatchEvent(new Event('afterprint'))")
    page.faults, page.asked = [], []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    assert page.faults == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
    context.close()


def given(value, name):
    return {"name": name, "mimeType": "application/json", "buffer": json.dumps(value).encode()}


def saved(page, press):
    with page.expect_download() as waiting:
        press()
    return waiting.value.suggested_filename, json.loads(waiting.value.path().read_bytes())


def test_the_sums_are_those_of_the_files_and_nothing_comes_from_elsewhere(dist):
    for line in (dist / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        body = (dist / name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == digest
        around = body.partition(b"<script>")[0] + body.rpartition(b"</script>")[2]
        assert b"<link" not in around
        assert b"src=" not in around


def test_such_a_page_can_send_nothing(page, dist):
    page.goto((dist / "slips.html").as_uri())
    told = []
    page.on("console", lambda message: told.append(message.text))

    assert page.evaluate("fetch('data:,x').then(() => 'sent', () => 'refused')") == "refused"
    assert any("Content Security Policy" in text for text in told)


def test_slips_are_made_from_a_file(page, dist):
    g = ballotbox.group("Ed25519")
    task = {
        "shuping": "slips-task",
        "version": 1,
        "ballot": BALLOT,
        "group": "Ed25519",
        "address": "https://review.example.org",
        "zh": "2022 年度测评",
        "en": "Review 2022",
        "categories": [
            {"code": "A", "zh": "A 类", "en": "Category A"},
            {"code": "B", "zh": "B 类", "en": "Category B"},
        ],
    }
    page.goto((dist / "slips.html").as_uri())
    page.set_input_files("#task-file", given({"version": 1}, "x.json"))
    page.locator(".fault", has_text="not a task's file").wait_for()
    page.set_input_files("#task-file", given(task, "slips-task.json"))
    page.fill("#slips-A", "11")
    page.fill("#slips-B", "2")

    name, publics = saved(page, lambda: page.click(".button.main"))

    codes = page.locator(".slip .code").all_text_contents()
    derived = [ballotbox.public_credential(g, BALLOT, code) for code in codes]
    assert (name, len(codes)) == ("public-credentials.json", 13)
    assert publics == {"A": sorted(derived[:11]), "B": sorted(derived[11:])}
    ballotbox.check_credentials(g, publics["A"] + publics["B"])


def test_the_page_warns_before_unprinted_slips_are_lost_and_wipes_printed_ones(page, dist):
    task = {
        "shuping": "slips-task",
        "version": 1,
        "ballot": BALLOT,
        "group": "Ed25519",
        "address": "http://x",
        "zh": "",
        "en": "",
    }
    page.goto((dist / "slips.html").as_uri())
    page.set_input_files("#task-file", given(task | {"categories": [{"code": "A", "zh": "", "en": ""}]}, "task.json"))
    page.fill("#slips-A", "3")
    saved(page, lambda: page.click(".button.main"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.locator(".choices .button:not(.main)").is_disabled()
    page.click(".choices .button.main")  # prints
    code = page.locator(".slip .code").first.text_content()
    page.click(".choices .button:not(.main)")
    assert code not in page.content()
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_a_key_is_made_by_files(page, dist):
    """The second trustee has this page; the first and the third have the command line."""
    ceremony = exchange.Ceremonial.begin(exchange.Setting(BALLOT, ballotbox.group("Ed25519"), 3, 2))
    seeds = {index: exchange.new_seed() for index in (1, 3)}
    page.goto((dist / "trustee.html").as_uri())
    page.click(".button.main >> nth=0")
    for step in exchange.STEPS:
        for index, seed in seeds.items():
            made = (exchange.first_message(ceremony.setting, index, seed) if step == 1 else None) or (
                exchange.second_message(ceremony, index, seed)
                if step == 2
                else exchange.third_message(ceremony, index, seed)[0]
            )
            ceremony = ceremony.with_message(index, step, made.decode())
        page.set_input_files("#state-file", given(ceremony.json(), "ceremony.json"))
        if step == 1:
            page.select_option("#index", "2")
            page.click(".button.main")
            _, seed_file = saved(page, lambda: page.click(".choices .button:nth-of-type(2)"))
        name, message = saved(page, lambda: page.click(".screen .button.main"))
        raw = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        assert name == f"step-{step}-trustee-2.json"
        exchange.check_message(ceremony, 2, step, raw.encode())
        ceremony = ceremony.with_message(2, step, raw)
    exchange.gather(ceremony)
    again = exchange.third_message(ceremony, 2, exchange.read_seed(seed_file["seed"]))[1]
    page.set_input_files("#state-file", given(ceremony.json(), "ceremony.json"))
    _, key = saved(page, lambda: page.click(".choices .button.main"))

    assert ballotbox.read_key_file(json.dumps(key).encode()) == again


def test_a_part_of_a_decryption_is_made_by_files(page, dist):
    hall = Hall()
    ballots = []
    for _ in range(5):
        code = ballotbox.new_credential()
        public = ballotbox.public_credential(hall.election.group, BALLOT, code)
        raw = ballotbox.encrypt_ballot(hall.election, BALLOT, code, [[1, 0, 0, 0, 0]] * 3)
        ballots.append(ballotbox.check_form(hall.election, raw, {public}))
    tally = ballotbox.encrypted_tally(hall.election, ballots)
    task = {
        "category": "A",
        "election": hall.election.raw.decode(),
        "tally": tally.raw.decode(),
        "cast": 5,
        "done": False,
    }
    tasks = {"owner": 3, "floor": 5, "trustees": hall.trustees.raw.decode(), "categories": [task]}
    page.goto((dist / "trustee.html").as_uri())
    page.click(".button.main >> nth=1")
    page.set_input_files("#tasks-file", given(tasks, "tasks.json"))
    page.set_input_files("#key", given(hall.ceremony.key_files[0], "key-1.json"))
    page.locator(".fault", has_text="not the key of place 3").wait_for()
    page.set_input_files("#key", given(hall.ceremony.key_files[1], "key-2.json"))

    _, shares = saved(page, lambda: page.click(".button.main"))

    [share] = shares["shares"]
    assert share["category"] == "A"
    ballotbox.check_partial_decryption(hall.election, hall.trustees, tally, 3, share["share"].encode())
