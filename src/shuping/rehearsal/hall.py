"""The scenes of the day: the meeting is opened, everybody reports and is commented on, the speech is held."""

import re
from datetime import datetime, timedelta
from typing import Any

from scoring import largest_remainder
from shuping.rehearsal import sheets
from shuping.rehearsal.browser import Page, Unexpected
from shuping.rehearsal.company import Company, moment
from shuping.rehearsal.example.cast import CommentSpec
from shuping.rehearsal.script import SHARES

BEGINS = moment(2022, 12, 29)
FORMS = (
    ("standing", "省委常委会（扩大）会议", "enlarged meeting of the standing committee"),
    ("leading", "省委基层工作领导小组评议会议", "deliberation meeting of the leading group"),
)


def seats(voters: int, shares: dict[str, int] = SHARES) -> dict[str, int]:
    """How many vote in each category: `voters` divided as its share says, by largest remainder."""
    return dict(zip(shares, largest_remainder(voters, list(shares.values())), strict=True))


def set_up_meeting(company: Company) -> None:
    """The day, its two forms at once, and the list of those who attend."""
    company.at(moment(2022, 12, 23))
    given: dict[str, Any] = {
        "title_zh": f"{company.script.title.year}年度述职评议会议",
        "title_en": f"Review meeting {company.script.title.year}",
        "place_zh": "省委会堂",
        "place_en": "Hall of the provincial committee",
        "starts": (BEGINS + company.script.shift).strftime("%Y-%m-%dT%H:%M"),
    }
    for place, (body, zh, en) in enumerate(_forms(company), 1):
        given |= {f"form_{place}_body": body, f"form_{place}_zh": zh, f"form_{place}_en": en}
    company.secretary.submit(company.page("meeting/"), "form-create-meeting", **given)
    roster = sheets.roster(company.script.spec, seats(company.voters, company.script.shares))
    company.secretary.submit(company.page("meeting/"), "form-roster", files={"roster": ("名单.xlsx", roster)})


def _forms(company: Company) -> list[tuple[str, str, str]]:
    """The forms of the meeting: the example's for bodies that there are, else one for each of the first two bodies."""
    bodies = {body.code: body for body in company.script.spec.bodies}
    known = [form for form in FORMS if form[0] in bodies]
    others = [(body.code, f"{body.zh}会议", f"meeting of {body.en}") for body in list(bodies.values())[: len(FORMS)]]
    return known or others or [("", "述职评议会议", "review meeting")]


def draft_comments(company: Company) -> None:
    """The presiding officer prepares the comments beforehand; the commentators theirs."""
    company.at(moment(2022, 12, 27))
    for number in company.numbers:
        _comment(company, company.role("chair"), number, company.script.comments[number])
    for place, number, said in company.script.side_comments:
        if number in company.numbers:
            _comment(company, company.role("commentator", place), number, said)


def _dossier(company: Company, number: str) -> str:
    return company.page(f"meeting/entry/{number}/")


def _comment(company: Company, speaker: Any, number: str, said: CommentSpec) -> Page:
    given = {"recognised": said.recognised, "direction": said.direction}
    for place, (statement, theme) in enumerate(said.problems, 1):
        given |= {f"problem_{place}": statement, f"theme_{place}": theme}
    page: Page = speaker.submit(_dossier(company, number), "form-comment", **given)
    return page


def open_meeting(company: Company) -> None:
    """Attendance at the door, by the clerk; quorum in both forms; opened."""
    clerk = company.role("clerk")
    company.at(BEGINS - timedelta(minutes=20))
    if company.open("meeting/").has("form-open-meeting"):
        raise Unexpected("The meeting can be opened although nobody is there.")
    page = clerk.open(company.page("meeting/attendance/"))
    places = page.form("form-check-in").xpath(".//input[@name='present']/@value")
    clerk.submit(page, "form-check-in", present=list(places))
    company.at(BEGINS)
    clerk.submit(company.page("meeting/"), "form-open-meeting")


def hear_reports(company: Company) -> None:
    """One after another: called, timed, asked, commented on; the written ones are taken up, too. Goes on from where
    the desk is.
    """
    clerk, now = company.role("clerk"), company.now()
    draw, heard = company.random("speeches"), 0
    while number := _turn(page := clerk.open(company.page("meeting/desk/"))):
        if page.has("form-call"):
            page = clerk.submit(page, "form-call")
        if page.has("form-start-speech"):
            page = clerk.submit(page, "form-start-speech")
        if page.has("form-end-speech"):
            now += timedelta(seconds=draw.randint(330, 520))
            company.at(now)
            clerk.submit(page, "form-end-speech")
            _ask_and_undertake(company, clerk, number)
        _confirm(company, number)
        now += timedelta(seconds=120)
        company.at(now)
        clerk.submit(company.page("meeting/desk/"), "form-finish-turn")
        heard += 1
        company.progress.step("reports heard", heard, len(company.units))


def _turn(page: Page) -> str:
    """Whose turn the desk's large button is about, or nothing when everybody has reported."""
    turns = [re.search(r"/desk/(\d\d)/", str(form.get("action"))) for form in page.forms()]
    return next((found[1] for found in turns if found), "")


def _ask_and_undertake(company: Company, clerk: Any, number: str) -> None:
    askers = {"chair": "主持人", "commentator": "点评领导"}
    for asked, asker, question, answer in company.script.questions:
        if asked == number:
            who = askers.get(asker, asker)
            clerk.submit(_dossier(company, number), "form-question", asker=who, text=question, answer=answer)
    promised = company.script.undertakings.get(number)
    if promised:
        clerk.submit(_dossier(company, number), "form-undertaking", text=promised)


def _confirm(company: Company, number: str) -> None:
    """The presiding officer's comment is put on record and confirmed by the clerk on their behalf, the others' too."""
    clerk = company.role("clerk")
    page = clerk.open(_dossier(company, number))
    for form_id in [form.get("id") for form in page.forms() if str(form.get("id")).startswith("form-say-comment-")]:
        page = clerk.submit(page, form_id)
    confirming = [form.get("id") for form in page.forms() if str(form.get("id")).startswith("form-confirm-comment-")]
    for form_id in confirming:
        page = clerk.submit(page, form_id)


def hold_speech(company: Company, now: datetime) -> None:
    """The closing speech is kept, its judgement, priorities and what it stresses are marked."""
    chair = company.role("chair")
    company.at(now)
    text, passages = company.script.speech
    chair.submit(company.page("meeting/speech/"), "form-speech", text=text)
    for passage in passages:
        addressees = [n for n in company.numbers if passage.addressees == "all" or n in passage.addressees]
        given: dict[str, Any] = {
            "kind": passage.kind,
            "text": passage.text,
            "theme": passage.theme or "",
            "due": company.day(passage.due) if passage.due else "",
            "addressees": addressees if passage.kind == "priority" else [],
        }
        if passage.kind != "priority" or addressees:
            chair.submit(company.page("meeting/speech/"), "form-passage", **given)


def close_meeting(company: Company, now: datetime) -> None:
    """Closed; the minutes, drafted from what happened, are locked."""
    company.at(now)
    clerk = company.role("clerk")
    clerk.submit(company.page("meeting/"), "form-close-meeting")
    page = clerk.open(company.page("meeting/minutes/"))
    for number in company.numbers:
        statement = company.script.comments[number].problems[0][0]
        if statement not in page.text:
            raise Unexpected(f"The minutes do not have what was said on {number}: {statement}")
    clerk.submit(page, "form-lock-minutes")
