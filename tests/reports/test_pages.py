"""The pages of the reports as each role sees them, and what the room hands on."""

import io
from datetime import timedelta

import docx
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shuping.core import todo
from shuping.cycles import queries as cycles
from shuping.documents import kinds
from shuping.documents.blocks import Contents, Heading, PageBreak, Paragraph, Table
from shuping.reports import actions, documents
from shuping.reports.models import Report
from tests.builders import NOW, client_for, make_cycle
from tests.reports import papers
from tests.reports.test_reports import carry

pytestmark = pytest.mark.django_db

OPEN_FORMS = ("form-submit-report", "form-answers", "form-return-report", "form-accept-report")


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_cycle("reporting")


def address(world, name, number="01", *more):
    return reverse(name, args=[world.cycle.pk, number, *more])


def page(person, url) -> str:
    answer = client_for(person).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(client, world, body, number="01"):
    url, file = address(world, "submit-report", number), SimpleUploadedFile("report.docx", body)
    return client.post(url, {"file": file})


def forms_on(text) -> set[str]:
    return {form for form in OPEN_FORMS if f'id="{form}"' in text}


def test_the_whole_way_through_the_pages(world):
    carry(world)
    lin, wei = client_for(world.lin), client_for(world.wei)

    assert upload(lin, world, papers.make_docx("a", leave_out=(3,))).status_code == 302
    text = page(world.wei, address(world, "report"))
    assert "The section “Causes” is missing." in text
    assert "2021-001 of last year is not answered: Two units never met" in text

    assert wei.post(address(world, "return-report"), {"reason": "No <b>causes</b>"}).status_code == 302
    assert "No &lt;b&gt;causes&lt;/b&gt;" in page(world.lin, address(world, "report"))

    assert upload(lin, world, papers.make_docx("a")).status_code == 302
    assert lin.post(address(world, "answer-carried"), {"answer-2021-001": "They meet"}).status_code == 302
    assert "They meet" in page(world.wei, address(world, "report"))

    assert wei.post(address(world, "accept-report")).status_code == 302
    assert Report.objects.get().state == "accepted"
    assert forms_on(page(world.lin, address(world, "report"))) == set()


@pytest.mark.parametrize("body", [b"", b"\xd0\xcf\x11\xe0" + bytes(99), papers.with_macros()])
def test_a_bad_file_gets_its_sentence(world, body):
    answer = upload(client_for(world.lin), world, body)

    assert answer.status_code == 409
    assert "report.docx " in answer.content.decode()
    assert not Report.objects.exists()


def test_a_form_with_a_gap_changes_nothing(world):
    carry(world)
    lin, wei = client_for(world.lin), client_for(world.wei)

    assert lin.post(address(world, "submit-report")).status_code == 302
    assert lin.post(address(world, "answer-carried"), {"answer-2021-001": "x" * 4001}).status_code == 302
    assert not Report.objects.exists()
    assert wei.post(address(world, "accept-report")).status_code == 404

    papers.hand_in(world.entries[0])
    assert wei.post(address(world, "return-report"), {"reason": " "}).status_code == 409
    assert Report.objects.get().state == "submitted"


def test_a_reporter_reads_the_own_report_only(world):
    for entry in world.entries:
        papers.hand_in(entry, "a")
        papers.hand_in(entry, "b")
    own, other = client_for(world.lin), "02"

    assert 'id="report-02"' not in page(world.lin, reverse("reports", args=[world.cycle.pk]))
    assert own.get(address(world, "report")).status_code == 200
    for name in ("report", "compare-revisions"):
        assert own.get(address(world, name, other)).status_code == 404
    assert own.get(address(world, "report-file", other, 1)).status_code == 404
    for name in ("submit-report", "answer-carried", "return-report", "accept-report"):
        assert own.post(address(world, name, other)).status_code == 404


@pytest.mark.parametrize("role", ["teller", "ada", "auditor", "scrutineer"])
def test_roles_of_the_ballot_read_no_reports(world, role):
    person = getattr(world, role)

    assert "no report for you to read" in page(person, reverse("reports", args=[world.cycle.pk]))
    assert client_for(person).get(address(world, "report")).status_code == 404


def test_somebody_from_elsewhere_finds_nothing(world):
    assert client_for(world.zhou).get(reverse("reports", args=[world.cycle.pk])).status_code == 404
    assert client_for(world.zhou).get(address(world, "report")).status_code == 404


def test_the_page_offers_what_the_reader_may_do(world):
    carry(world)
    url = address(world, "report")
    assert forms_on(page(world.lin, url)) == {"form-submit-report", "form-answers"}
    assert forms_on(page(world.wei, url)) == {"form-submit-report", "form-answers"}
    assert forms_on(page(world.committee, url)) == set()

    papers.hand_in(world.entries[0], first="2021-001：已完成。")

    assert forms_on(page(world.lin, url)) == {"form-submit-report", "form-answers"}
    assert forms_on(page(world.wei, url)) == set(OPEN_FORMS)
    assert forms_on(page(world.clerk, url)) == {"form-submit-report", "form-answers"}


def test_the_page_says_why_a_report_cannot_be_accepted(world):
    papers.hand_in(world.entries[0], leave_out=(3,))

    text = page(world.wei, address(world, "report"))
    assert forms_on(text) == {"form-submit-report", "form-return-report"}
    assert "has to be mended first" in text


def test_late_and_overdue_are_shown(world):
    due = cycles.deadline(world.cycle, "report")
    papers.hand_in(world.entries[0], now=due + timedelta(hours=1))
    url = reverse("reports", args=[world.cycle.pk])

    text = page(world.wei, url)
    assert ("late</span>" in text, "overdue</span>" in text) == (True, False)
    with time_machine.travel(due + timedelta(days=1), tick=False):
        assert "overdue</span>" in page(world.wei, url)
        assert "will be marked as late" in page(world.entries[1].holder, address(world, "report", "02"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_page_takes_as_many_queries_for_many_as_for_one(number, django_assert_num_queries):
    world = make_cycle("reporting", entries=number)
    for entry in world.entries:
        papers.hand_in(entry)
    client, url = client_for(world.wei), reverse("reports", args=[world.cycle.pk])

    with django_assert_num_queries(9):
        assert client.get(url).content.count(b'<tr id="report-') == number


def test_the_original_comes_back_byte_for_byte(world):
    papers.hand_in(world.entries[0], "a")
    papers.hand_in(world.entries[0], "b")
    client = client_for(world.lin)

    first, second = (client.get(address(world, "report-file", "01", number)) for number in (1, 2))
    assert docx.Document(io.BytesIO(first.content)).paragraphs[1].text == papers.texts("a")[0]
    assert docx.Document(io.BytesIO(second.content)).paragraphs[1].text == papers.texts("b")[0]
    assert first.headers["Content-Disposition"].startswith("attachment")
    assert client.get(address(world, "report-file", "01", 3)).status_code == 404


def test_the_last_two_versions_are_compared(world):
    papers.hand_in(world.entries[0], "a")
    url = address(world, "compare-revisions")
    assert client_for(world.lin).get(url).status_code == 404

    papers.hand_in(world.entries[0], "a", first="新的一句。")
    text = page(world.lin, url)
    before = papers.texts("a")
    assert f"<del>{before[0]}</del>" in text
    assert f"<ins>新的一句。{before[0]}</ins>" in text
    assert f"<p>{before[1]}</p>" in text


def _accepted(world, *places):
    for place in places:
        report = papers.hand_in(world.entries[place]).report
        actions.accept_report(report, by=world.wei, now=NOW)


def test_the_compilation_holds_every_accepted_report_on_its_own_page():
    world = make_cycle("reporting", entries=3)
    _accepted(world, 1, 0)
    papers.hand_in(world.entries[2])
    paper = documents.compilation(world.cycle, language="en")

    assert isinstance(paper.blocks[0], Contents)
    tops = [place for place, block in enumerate(paper.blocks) if isinstance(block, Heading) and block.level == 1]
    assert [paper.blocks[place].text for place in tops] == [f"{one.number} {one.unit_en}" for one in world.entries[:2]]
    assert all(isinstance(paper.blocks[place - 1], PageBreak) for place in tops)
    said = {block.text for block in paper.blocks if isinstance(block, Paragraph)}
    assert {text for number in ("01", "02") for text in papers.texts(number)} <= said
    assert not said & set(papers.texts("03"))


def test_the_compilation_stands_by_group_where_the_plan_names_groups():
    world = make_cycle("reporting", entries=4)
    _accepted(world, 0, 1, 2, 3)
    for number, group in (("01", "乙组"), ("02", "甲组"), ("04", "乙组")):
        world.cycle.entries.filter(number=number).update(group=group)

    paper = documents.compilation(world.cycle, language="en")

    tops = [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 1]
    assert [top.split()[0] for top in tops] == ["03", "乙组", "01", "04", "甲组", "02"]


def test_the_compilation_has_what_was_answered_beside_the_problems_of_last_year(world):
    carry(world)
    actions.answer_carried(world.entries[0], answers={"2021-001": "Three new posts"}, by=world.lin, now=NOW)
    _accepted(world, 0)

    (table,) = (block for block in documents.compilation(world.cycle, language="en").blocks if isinstance(block, Table))

    assert [(row[0], row[3]) for row in table.rows] == [("2021-001", "Three new posts")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("extension", ["docx", "pdf"])
def test_the_compilation_is_printed(world, language, extension):
    _accepted(world, 0)
    paper = kinds.render("compilation", world.cycle, language=language, format=extension)

    assert paper.body.startswith(b"PK" if extension == "docx" else b"%PDF")
    assert paper.name.startswith("述职报告汇编" if language == "zh" else "Compilation")


def test_an_empty_compilation_says_so(world):
    paper = documents.compilation(world.cycle, language="en")

    assert [block.text for block in paper.blocks] == ["No report is accepted yet."]


def test_who_may_have_the_compilation():
    assert set(kinds.kind("compilation").audience) == {
        "secretariat",
        "chair",
        "commentator",
        "committee",
        "clerk",
        "observer",
    }


def _titles(person) -> list[tuple[str, bool]]:
    return [(str(step.title), step.urgent) for step in todo.steps_for(person, NOW) if "report" in step.url]


def test_next_steps(world):
    carry(world)
    assert set(_titles(world.lin)) == {("Hand in the report", False), ("Answer last year's problems", False)}
    assert _titles(world.wei) == []

    report = papers.hand_in(world.entries[0], first="2021-001：已完成。").report
    papers.hand_in(world.entries[1])
    assert _titles(world.lin) == []
    assert _titles(world.wei) == [("2 reports wait to be read", False)]
    assert _titles(world.committee) == []

    actions.return_report(report, reason="Too general", by=world.wei, now=NOW)
    assert _titles(world.lin) == [("Mend the report and hand it in again", True)]
    assert _titles(world.wei) == [("1 report waits to be read", False)]

    papers.hand_in(world.entries[0], first="2021-001：已完成。")
    actions.accept_report(report, by=world.wei, now=NOW)
    assert _titles(world.lin) == []
