"""The scenes after the ballot: marks, scores, the committee's decision, letters, and one problem put right."""

import re
from datetime import date

from shuping.rehearsal import sheets
from shuping.rehearsal.browser import Participant, Unexpected
from shuping.rehearsal.company import Company, moment

REASON = "经委员会研究，该单位年内发生的情况尚未充分反映在得分中，按程序调整等次。"


def take_marks_in(company: Company) -> None:
    """Marks of the components that come from workbooks; one with a unit that does not exist is refused first."""
    company.at(moment(2022, 12, 30))
    if not company.script.workbooks:
        return
    nobody = next(number for number in ("77", "99", "98") if number not in company.numbers)
    faulty = sheets.workbook([("编号", "单位", "得分"), (nobody, "不存在的单位", 90)])
    page = company.secretary.submit(
        company.page("results/"),
        "form-import-marks",
        component=company.script.workbooks[0],
        files={"marks": ("平时考核.xlsx", faulty)},
        expect=409,
    )
    if nobody not in page.text:
        raise Unexpected("A workbook with an unknown unit is refused without naming the unit.")
    for component in company.script.workbooks:
        file = (f"{component}.xlsx", sheets.marks(company.units, component, company.seed))
        company.secretary.submit(
            company.page("results/"), "form-import-marks", component=component, files={"marks": file}
        )


def compute(company: Company) -> None:
    company.at(moment(2022, 12, 31))
    company.secretary.submit(company.page("results/"), "form-compute-scores")


def decide(company: Company) -> list[str]:
    """The committee decides every grade, two of them against the proposal with a reason. Returns their numbers."""
    company.at(moment(2023, 1, 2, 15))
    against = [company.numbers[0], company.numbers[-1]]
    member = company.role("committee")
    for number in against:
        page = member.open(company.page(f"results/{number}/"))
        form_id = f"form-decide-{number}"
        proposed = page.form(form_id).fields["grade"]
        best, second = company.script.scheme.grade_codes[:2]
        other = second if proposed == best else best
        member.submit(page, form_id, grade=other, reason="", expect=409)
        member.submit(company.page(f"results/{number}/"), form_id, grade=other, reason=REASON)
    page = member.submit(company.page("results/"), "form-decide-all")
    member.submit(page, "form-close-decision")
    return against


def issue_letters(company: Company) -> None:
    """Issued by the secretariat; every reporter finds the own letter and confirms to have it, and nobody else's."""
    company.at(moment(2023, 1, 5))
    company.secretary.submit(company.page("letters/"), "form-issue-letters")
    for unit in company.units:
        reporter = company.person(unit.username)
        reporter.submit(company.page(f"letters/{unit.number}/"), "form-mark-read")
    first, second = company.units[:2]
    company.person(first.username).open(company.page(f"letters/{second.number}/"), expect=404)


def put_one_right(company: Company) -> str:
    """One problem: planned by its owner, approved, worked on, shown, declared done, verified by somebody else, closed.

    Returns the address of its page.
    """
    unit = company.units[0]
    owner, secretary, checker = company.person(unit.username), company.secretary, company.role("commentator")
    company.at(moment(2023, 1, 16))
    ledger = owner.open(company.page("ledger/?state=issued"))
    address = next(link for link in ledger.links("/ledger/") if re.search(r"/ledger/\d+/$", link))
    _plan(owner, address, company.day(date(2023, 3, 31)))
    secretary.submit(address, "form-approve-plan")
    company.at(moment(2023, 2, 20))
    owner.submit(address, "form-start-work")
    if owner.open(address).has("form-declare-done"):
        raise Unexpected("A problem can be declared done before there is any evidence.")
    proof = ("核查记录.txt", "现场核查记录：已逐项核对。".encode())
    owner.submit(address, "form-evidence", text="已按措施完成，附现场核查记录。", files={"file": proof})
    owner.submit(address, "form-declare-done")
    if owner.open(address).has("form-verify"):
        raise Unexpected("The owner of a problem may verify it.")
    company.at(moment(2023, 3, 6))
    checker.submit(address, "form-verify", put_right="yes", opinion="实地核查，整改到位。")
    secretary.submit(address, "form-close-item")
    return address


def _plan(owner: Participant, address: str, due: str) -> None:
    owner.submit(
        address,
        "form-plan",
        cause="责任没有落实到岗位，督促不够经常。",
        measure="逐一建立清单，明确到人，每月调度一次。",
        target="第三方抽查合格率达到百分之九十五。",
        due=due,
    )
