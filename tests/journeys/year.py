"""A year as people go through it in their browsers; what nobody watches is played by the rehearsal's company."""

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as PageTimeout

from shuping.rehearsal import after, before, hall, play, polling, verdict
from shuping.rehearsal.example import cast, writing
from tests.journeys import next_year
from tests.journeys.browsers import HALL
from tests.journeys.pages import PAGES, telling_pages

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RETURNED = "缺少“问题产生的原因”部分，请补写后再交。"
REASON = "经委员会研究，该单位年内发生的情况尚未充分反映在得分中，按程序调整等次。"
FIRST_LANGUAGE = "zh"  # of which the pages before the meeting are read, too; those of the end are read in both
SLIP = -1  # which slip of category A is scanned in a browser


def some(company, units):
    """The same players with these units only, for what the rehearsal plays of a scene."""
    return replace(company, script=replace(company.script, spec=replace(company.script.spec, units=units)))


class Year:
    """Journeys in the order of the year; each begins where the one before ended."""

    ONE_YEAR = True
    failed = False

    @pytest.fixture(autouse=True)
    def _one_after_the_other(self, company, browsers, request):
        if type(self).failed:
            pytest.skip("An earlier journey of this year did not arrive.")
        self.company, self.browsers = company, browsers
        type(self).failed = True
        yield
        type(self).failed = bool(getattr(request.node, "failed", True))

    def go(self, page, path):
        return self.browsers.go(page, self.company.page(path))

    def look(self, page, name):
        self.browsers.look(page, name)

    @contextmanager
    def hall_screen(self):
        page = self.browsers.opened(viewport=HALL)
        page.goto(self.company.address + self.company.open("meeting/").links("/hall/")[0])
        yield page
        page.context.close()

    def read_every_page(self):
        """axe-core on every piece of every page, as whoever comes to it first."""
        found = {}
        for username, path in telling_pages(self.company, self.browsers.seen):
            page = self.browsers.of(username)
            page.goto(self.company.address + path)
            if faults := self.browsers.barriers(page):
                found[f"{username or 'visitor'} {path}"] = faults
        assert found == {}

    def test_a_report_comes_back_and_is_accepted_when_it_is_mended(self):
        company = self.company
        before.approve_plan(company)
        before.assign_duties(company)
        rest = some(company, company.units[:-1])
        before.hand_in_reports(rest)
        before.review_reports(rest)
        unit = company.units[-1]
        path = f"reports/{unit.number}/"
        sections = writing.report(unit.number, unit.zh, seed=company.seed)
        reporter, secretary = self.browsers.of(unit.username), self.browsers.role("secretariat")

        self.go(reporter, path)
        self.look(reporter, "report-awaited")
        hand_in(reporter, writing.docx(writing.shortened(sections), title="述职报告"))
        assert reporter.locator("#findings .notice.error").count() >= 1
        self.look(reporter, "report-findings")

        self.send_back(secretary, path)
        reporter.reload()
        assert RETURNED in reporter.inner_text("#next .notice.error")
        self.look(reporter, "report-returned")
        for place, field in enumerate(reporter.locator("#form-answers textarea").all(), 1):
            field.fill(f"已按第{place}项措施逐条落实。")
        press(reporter, "#form-answers button")
        hand_in(reporter, writing.docx(sections, title="述职报告"))
        assert reporter.locator("#findings .notice.error").all_inner_texts() == []

        self.go(secretary, path)
        press(secretary, "#form-accept-report button")
        self.look(secretary, "report-accepted")
        reporter.reload()
        assert reporter.locator("#next .notice.success").count() == 1

    def send_back(self, secretary, path):
        self.go(secretary, path)
        secretary.locator("summary", has=secretary.locator("xpath=..//form[@id='form-return-report']")).click()
        secretary.fill("#form-return-report textarea", RETURNED)
        self.look(secretary, "report-to-return")
        press(secretary, "#form-return-report button")

    def test_the_pages_before_the_meeting_keep_nobody_out(self):
        company = self.company
        hall.set_up_meeting(company)
        hall.draft_comments(some(company, company.units[1:]))
        polling.make_keys(company)
        if self.LANGUAGE == FIRST_LANGUAGE:
            self.read_every_page()
        else:
            self.look_at_what_is_gone_at_the_end()

    def look_at_what_is_gone_at_the_end(self):
        clerk, scrutineer = self.browsers.role("clerk"), self.browsers.role("scrutineer")
        clerk.goto(self.company.address + self.company.open("meeting/attendance/").links("/door/")[0])
        self.look(clerk, "door")
        self.go(scrutineer, "ballot/slips/")
        self.look(scrutineer, "slips-to-make")

    def test_a_comment_reaches_both_ledgers_word_for_word(self):
        company, unit = self.company, self.company.units[0]
        said = cast.comments()[unit.number]
        path = f"meeting/entry/{unit.number}/"
        officer, clerk, reporter = (
            self.browsers.role("chair"),
            self.browsers.role("clerk"),
            self.browsers.of(unit.username),
        )
        company.at(hall.BEGINS - timedelta(hours=1))

        self.go(officer, path)
        assert officer.locator("#figures tbody tr").count() == len(company.script.figures[unit.number])
        self.look(officer, "file-with-figures")
        write_comment(officer, said)
        press(officer, "#form-comment button")
        self.look(officer, "comment-written")

        self.take_the_turn(clerk, path)
        for page in (self.browsers.role("secretariat"), reporter):
            self.go(page, f"ledger/?entry={unit.number}")
            rows = page.inner_text("table.list tbody")
            assert [text for text, _theme in said.problems[:2] if text not in rows] == []
        self.look(reporter, "ledger-of-the-reporter")
        reporter.locator("tr", has_text=said.problems[0][0]).locator("a").click()
        self.look(reporter, "ledger-item")

    def take_the_turn(self, clerk, path):
        """Called, timed and ended at the desk; the comment is confirmed on the officer's behalf."""
        hall.open_meeting(self.company)
        self.go(clerk, "meeting/desk/")
        self.look(clerk, "desk-next")
        press(clerk, "#form-call button")
        press(clerk, "#form-start-speech button")
        clerk.wait_for_selector(".clock[data-runs]")
        self.look(clerk, "desk-speaking")
        with self.hall_screen() as screen:
            self.look(screen, "hall-screen")
        self.company.at(self.company.now() + timedelta(seconds=470))
        press(clerk, "#form-end-speech button")
        self.go(clerk, path)
        press(clerk, "[id^=form-say-comment-] button")
        self.look(clerk, "comment-said")
        press(clerk, "[id^=form-confirm-comment-] button")
        assert clerk.locator(".comment .pill-confirmed").count() == 1
        self.look(clerk, "comment-confirmed")
        self.go(clerk, "meeting/desk/")
        press(clerk, "#form-finish-turn button")
        clerk.wait_for_selector("#form-call")

    def mark_the_speech(self):
        """What is selected with the mouse is marked; taken off again, it leaves the speech as it was."""
        officer = self.browsers.role("chair")
        self.go(officer, "meeting/speech/")
        before, text = officer.locator("[id^=passage-]").count(), officer.input_value("#form-speech [name=text]")
        for place, kind in enumerate(("judgement", "priority", "stressed")):
            chosen = select(officer, "#speech-text", place * 7, place * 7 + 5)
            officer.wait_for_function("() => document.querySelector('#form-passage [name=text]').value !== ''")
            assert officer.input_value("#form-passage [name=text]") == chosen.strip()
            assert officer.input_value("#form-speech [name=text]") == text
            officer.select_option("#form-passage [name=kind]", kind)
            if kind == "priority":
                officer.fill("#form-passage [name=due]", "2023-06-30")
                officer.locator("#form-passage [name=theme]").select_option(index=1)
                officer.locator("#form-passage [name=addressees]").first.check()
            press(officer, "#form-passage button")
            assert chosen in officer.inner_text(f"#speech-text mark.{kind}")
        self.look(officer, "speech-marked")
        marks = [one.get_attribute("id") for one in officer.locator("[id^=passage-]").all()[before:]]
        for mark in marks:
            press(officer, f"#{mark} button")
        assert (len(marks), officer.locator("[id^=passage-]").count()) == (3, before)

    def test_a_voter_goes_from_the_slip_to_the_public_board(self):
        company = self.company
        hall.hear_reports(company)
        hall.hold_speech(company, play.VOTING - timedelta(minutes=20))
        self.mark_the_speech()
        polling.draw_votes(company)
        polling.open_ballot(company, play.VOTING)
        polling.vote(company)
        slip = (company.data / "demo" / "slips" / "slips-A.txt").read_text("ascii").split()[SLIP]
        phone = self.browsers.phone()
        sent = record(phone)
        choices = [(place + 1) % len(company.script.answers) for place in company.votes["electronic"]["A"][SLIP]]

        phone.goto(slip)
        phone.wait_for_selector(".row")
        self.look(phone, "booth-empty")
        for row, choice in enumerate(choices):
            phone.locator(f"#row-{row} .cell").nth(choice).tap()
        self.look(phone, "booth-marked")
        phone.tap(".foot .main")
        phone.wait_for_selector("ul.review")
        self.look(phone, "booth-review")
        phone.tap(".foot .main")
        phone.wait_for_selector(".received")
        tracker = phone.inner_text(".tracker").replace("\n", "")
        self.look(phone, "booth-received")
        phone.click(".choices a")
        phone.fill("#tracker", tracker)
        press(phone, "#form-look-up button")
        assert phone.locator("#found.notice.success").count() == 1
        phone.locator("#live li code", has_text=tracker).wait_for(state="attached")
        phone.locator("#found", has_text=re.compile(r"\d")).wait_for()
        self.look(phone, "board-found")

        company.votes["electronic"]["A"][SLIP] = choices
        credential = slip.partition("#")[2]
        assert [one for one in sent if credential in one or credential.replace("-", "") in one] == []
        assert sum("/cast" in one for one in sent) == 1
        phone.context.close()

    def test_the_ballot_is_closed_counted_and_decided_and_the_letter_read(self):
        self.close_and_count()
        self.decide()
        self.read_the_letter()

    def close_and_count(self):
        company, scrutineer = self.company, self.browsers.role("scrutineer")
        company.at(play.VOTING + timedelta(minutes=20))
        self.go(scrutineer, "ballot/")
        self.look(scrutineer, "ballot-open")
        press(scrutineer, "#form-close-ballot button")
        press(scrutineer, "#form-tally button:not([disabled])", timeout=60_000)
        self.look(scrutineer, "ballot-added-up")
        for place in (0, 2):
            self.decrypt(place)
        teller = self.browsers.role("teller")
        self.go(teller, f"ballot/paper/{self.company.script.paper_category}/")
        self.look(teller, "paper-to-key")
        polling.key_paper(company)
        hall.close_meeting(company, play.VOTING + timedelta(minutes=50))
        self.go(scrutineer, "ballot/")
        assert scrutineer.locator("a[href$='.bel']").count() == len(self.company.script.shares)
        self.look(scrutineer, "ballot-counted")

    def decrypt(self, place):
        trustee = self.browsers.role("trustee", place)
        self.go(trustee, "ballot/")
        trustee.click("a[role=button][href^='/t/']")
        if place == 0:
            self.look(trustee, "trustee-key")
        trustee.set_input_files("#key", self.company.data / "demo" / "keys" / f"key-{place + 1}.json")
        trustee.click(".button.main")
        trustee.locator("tr.done").nth(len(self.company.script.shares) - 1).wait_for(timeout=60_000)
        if place == 0:
            self.look(trustee, "trustee-done")

    def decide(self):
        company, unit, member = self.company, self.company.units[0], self.browsers.role("committee")
        after.take_marks_in(company)
        after.compute(company)
        company.at(after.moment(2023, 1, 2, 15))
        form = f"#form-decide-{unit.number}"
        self.go(member, f"results/{unit.number}/")
        self.look(member, "why-this-grade")
        select = member.locator(f"{form} select[name=grade]")
        other = "fairly_good" if select.input_value() == "good" else "good"
        select.select_option(other)
        press(member, f"{form} button")
        assert member.locator("[role=alert], .notice.error").count() >= 1
        self.look(member, "decision-without-a-reason")
        self.go(member, f"results/{unit.number}/")
        member.select_option(f"{form} select[name=grade]", other)
        member.fill(f"{form} textarea", REASON)
        press(member, f"{form} button")
        self.go(member, "results/")
        press(member, "#form-decide-all button")
        self.look(member, "results-decided")
        press(member, "#form-close-decision button:not([disabled])")
        company.against = [unit.number]
        results = company.secretary.download(company.page("results/results.json"))
        results = json.loads(results)
        assert verdict.counts_differ(company, results) == []
        assert verdict.decisions_differ(results, company.against) == []

    def read_the_letter(self):
        company, unit = self.company, self.company.units[0]
        secretary, reporter = self.browsers.role("secretariat"), self.browsers.of(unit.username)
        company.at(after.moment(2023, 1, 5))
        self.go(secretary, "letters/")
        press(secretary, "#form-issue-letters button:not([disabled])")
        self.look(secretary, "letters-issued")
        self.go(reporter, f"letters/{unit.number}/")
        letter = reporter.inner_text("#letter")
        said = cast.comments()[unit.number]
        assert [text for text, _theme in said.problems[:2] if text not in letter] == []
        assert said.direction in letter
        self.look(reporter, "letter")
        press(reporter, "#form-mark-read button")
        assert reporter.locator("#form-mark-read").count() == 0

    def test_the_whole_year_is_made_in_one_file(self):
        secretary = self.browsers.role("secretariat")
        secretary.goto(self.company.address + self.company.page("papers/"))
        press(secretary, "#form-year-file button")
        secretary.locator("progress, #made").first.wait_for()
        self.look(secretary, "being-made")
        secretary.locator("#made").wait_for(timeout=120_000)
        self.look(secretary, "made")
        with secretary.expect_download() as waiting:
            secretary.click("#made")
        assert Path(waiting.value.path()).read_bytes().startswith(b"PK")

    def test_the_pages_of_a_finished_year_keep_nobody_out(self):
        after.put_one_right(self.company)
        self.read_every_page()
        assert PAGES - self.browsers.reached == set()
        assert verdict.secrets_found(self.company) + verdict.log_broken() == []

    def test_the_next_year_is_set_up_to_its_approval(self, capsys):
        secretary = self.browsers.role("secretariat")
        self.company.at(after.moment(2023, 10, 10, 9))
        secretary.goto(self.company.address + "/units/")
        self.look(secretary, "units")
        secretary.goto(self.company.address + "/")
        self.look(secretary, "desk-of-the-secretariat")

        posts, fields = next_year.set_up(secretary, self.look)

        next_year.tell(capsys, self.browsers.language, posts, fields)
        assert secretary.locator(".notice.success").count() >= 1
        assert posts <= next_year.MOST_POSTS
        assert fields <= next_year.MOST_FIELDS


def press(page, button, *, timeout=20_000):
    """Press the button of a form and wait for the page that follows; once more, as anybody would, when the page drew
    itself anew under the hand.
    """
    try:
        with page.expect_navigation(timeout=timeout):
            page.click(button, timeout=timeout)
    except PageTimeout:
        with page.expect_navigation(timeout=timeout):
            page.click(button, timeout=timeout)


# Where a stretch of an element's text begins and ends on the screen.
STRETCH = """(source, [from, to]) => {
  const at = (place) => {
    const walk = document.createTreeWalker(source, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      if (place < walk.currentNode.length) return [walk.currentNode, place];
      place -= walk.currentNode.length;
    }
  };
  const range = document.createRange();
  const rect = (place) => {
    const [node, offset] = at(place);
    range.setStart(node, offset);
    range.setEnd(node, offset + 1);
    const {left, top, height} = range.getBoundingClientRect();
    return [left, top + height / 2];
  };
  return [rect(from), rect(to)];
}"""


def select(page, source, start, end):
    """Draw the mouse over a stretch of the text of an element; returns what is then selected."""
    page.locator(source).scroll_into_view_if_needed()
    first, last = page.locator(source).evaluate(STRETCH, [start, end])
    page.mouse.move(*first)
    page.mouse.down()
    page.mouse.move(*last, steps=4)
    page.mouse.up()
    return page.evaluate("getSelection().toString()")


def hand_in(page, body):
    file = {"name": "report.docx", "mimeType": WORD, "buffer": body}
    page.set_input_files("#form-submit-report input[type=file]", file)
    press(page, "#form-submit-report button")


def write_comment(page, said):
    page.fill("#form-comment [name=recognised]", said.recognised)
    for place, (statement, theme) in enumerate(said.problems[:2], 1):
        page.fill(f"#form-comment [name=problem_{place}]", statement)
        page.select_option(f"#form-comment [name=theme_{place}]", theme)
    page.fill("#form-comment [name=direction]", said.direction)


def record(page):
    """A list that grows by everything the page sends: method, address, headers and body as one text."""
    sent = []
    page.on("request", lambda asked: sent.append(f"{asked.method} {asked.url}\n{asked.headers}\n{asked.post_data}"))
    return sent
