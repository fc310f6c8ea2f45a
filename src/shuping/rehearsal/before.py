"""The scenes before the meeting: the plan is approved, duties are set, reports come in."""

from typing import Any

from shuping.rehearsal.browser import Unexpected
from shuping.rehearsal.company import Company, moment
from shuping.rehearsal.example import writing
from shuping.rehearsal.example.cast import Unit

RETURNED = "缺少“问题产生的原因”部分，请补充后重新提交；存在问题部分请写清具体事例。"


def approve_plan(company: Company) -> None:
    """The secretariat approves the plan; from now on it is frozen."""
    company.at(moment(2022, 11, 7))
    page = company.secretary.submit(company.page("plan/"), "form-approve-plan")
    if page.has("form-approve-plan"):
        raise Unexpected("The plan is approved, and its page still offers to approve it.")


def assign_duties(company: Company) -> None:
    """What everybody and what some answer for this year."""
    company.at(moment(2022, 11, 8))
    for duty in company.script.duties:
        numbers = [n for n in company.numbers if duty.addressees == "all" or n in duty.addressees]
        if numbers:
            company.secretary.submit(
                company.page("duties/"),
                "form-assign-duty",
                theme=duty.theme,
                text=duty.text,
                target=duty.target,
                entries=numbers,
            )


def hand_in_reports(company: Company) -> None:
    """Every unit answers last year's problems and hands its report in; one leaves a section out."""
    for place, unit in enumerate(company.units):
        company.at(moment(2022, 12, 12 + place % 5, 10, place))
        sections = company.script.report(unit.number, company.seed)
        short = place == 1
        if unit.number in company.script.measures:
            _answer(company, unit)
        _hand_in(company, unit, _without_one(sections) if short else sections)
        _give_figures(company, unit)
        company.progress.step("reports", place + 1, len(company.units))


def _without_one(sections: writing.Sections) -> writing.Sections:
    """The report without its causes; in a scheme that does not ask for any, without its last section."""
    shortened = writing.shortened(sections)
    return shortened if len(shortened) < len(sections) else sections[:-1]


def _report(company: Company, unit: Unit) -> str:
    return company.page(f"reports/{unit.number}/")


def _hand_in(company: Company, unit: Unit, sections: list[tuple[str, list[str]]]) -> None:
    title = f"{unit.zh}{unit.post_zh}抓基层工作述职报告"
    file = (f"{unit.number}-{unit.zh}.docx", writing.docx(sections, title=title))
    company.person(unit.username).submit(_report(company, unit), "form-submit-report", files={"file": file})


def _give_figures(company: Company, unit: Unit) -> None:
    given = enumerate(company.script.figures.get(unit.number, []))
    typed: dict[str, Any] = {f"form-{place}-{name}": value for place, row in given for name, value in row.items()}
    if typed:
        company.person(unit.username).submit(_report(company, unit) + "figures/", "form-figures", **typed)


def _answer(company: Company, unit: Unit) -> None:
    reporter = company.person(unit.username)
    page = reporter.open(_report(company, unit))
    form = page.form("form-answers")
    names = [element.get("name") for element in form.xpath(".//textarea")]
    measures = company.script.measures[unit.number]
    if len(names) != len(measures):
        raise Unexpected(f"{unit.number}: {len(names)} problems of last year to answer, {len(measures)} were named.")
    answers = dict(zip(names, measures.values(), strict=True))
    reporter.submit(page, "form-answers", **answers)


def review_reports(company: Company) -> None:
    """The secretariat returns the incomplete report with reasons, has it mended, and accepts them all."""
    incomplete = company.units[1]
    company.at(moment(2022, 12, 17))
    page = company.secretary.submit(_report(company, incomplete), "form-return-report", reason=RETURNED)
    if page.has("form-accept-report"):
        raise Unexpected(f"{incomplete.number}: a returned report can be accepted.")
    company.at(moment(2022, 12, 19, 15))
    if RETURNED not in company.person(incomplete.username).open(_report(company, incomplete)).text:
        raise Unexpected(f"{incomplete.number}: the reporter does not see why the report came back.")
    _hand_in(company, incomplete, company.script.report(incomplete.number, company.seed))
    company.at(moment(2022, 12, 22))
    for unit in company.units:
        company.secretary.submit(_report(company, unit), "form-accept-report")
