"""Files of the results: what recomputes them, and the papers in both languages."""

import io
import json

import docx
import openpyxl
import pytest
from django.urls import reverse

from scoring.cli import main
from shuping.ballots.models import Ballot
from shuping.documents import kinds
from shuping.results import queries
from shuping.results.models import Grade, Letter
from tests.builders import client_for
from tests.results.worlds import DIRECTION, RECOGNISED, compute, count_ballot, decide, issue, make_counted, problem

pytestmark = pytest.mark.django_db
SCORE_WORDS = ("Score", "Grade", "grade", "得分", "等次", "票数", "Fairly good", "较好")


@pytest.fixture
def world():
    return make_counted(written=1)


def get(person, world, name, *arguments):
    answer = client_for(person).get(reverse(name, args=[world.cycle.pk, *arguments]))
    assert answer.status_code == 200
    return answer


def text_of(body: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs)


def test_results_json_has_the_fixed_format(world):
    decide(world)

    found = json.loads(get(world.wei, world, "results-json").content)

    assert list(found) == ["cycle", "scheme", "fingerprint", "ballot", "entries"]
    assert found["cycle"] == {
        "year": 2022,
        "topic": "grassroots",
        "title": {"zh": world.cycle.title_zh, "en": world.cycle.title_en},
    }
    assert (found["scheme"], found["fingerprint"]) == ("provincial", world.cycle.fingerprint)
    assert [list(entry) for entry in found["entries"]] == [
        ["id", "unit", "mode", "score", "proposed", "grade", "reason"]
    ] * 3
    assert [(entry["id"], entry["mode"]) for entry in found["entries"]] == [
        ("01", "oral"),
        ("02", "oral"),
        ("03", "written"),
    ]
    first = found["entries"][0]
    assert first["unit"] == {"zh": world.entries[0].unit_zh, "en": world.entries[0].unit_en}
    assert (first["grade"], first["reason"]) == (first["proposed"], None)


def test_the_rows_of_results_json_sum_to_the_ballots(world):
    decide(world)

    ballot = json.loads(get(world.wei, world, "results-json").content)["ballot"]

    assert list(ballot) == ["A", "B", "C"]
    for category in ballot.values():
        assert list(category) == ["issued", "cast", "paper", "counts"]
        for numbers in category["counts"].values():
            assert list(numbers) == ["good", "fairly_good", "average", "poor", "no_opinion", "invalid"]
            assert sum(numbers.values()) == category["cast"] + category["paper"]


def test_a_withheld_category_is_null(world):
    Ballot.objects.all().delete()
    count_ballot(world, withheld="C")
    compute(world)

    report = json.loads(get(world.wei, world, "results-json").content)["ballot"]
    counts = json.loads(get(world.wei, world, "counts-json").content)["categories"]

    assert report["C"]["counts"] is None
    assert counts["C"] is None
    assert counts["A"] is not None


def test_before_anything_is_counted_there_are_no_figures(world):
    Ballot.objects.all().delete()

    found = json.loads(get(world.wei, world, "results-json").content)

    assert found["ballot"] == {}
    assert {entry["score"] for entry in found["entries"]} == {None}


def test_anybody_recomputes_the_same_scores_from_counts_json(world, tmp_path, capsys):
    decide(world)
    scheme, counts = tmp_path / "scheme.toml", tmp_path / "counts.json"
    scheme.write_bytes(bytes(world.cycle.scheme_text))
    counts.write_bytes(get(world.wei, world, "counts-json").content)

    assert main([str(scheme), str(counts)]) == 0

    sheet = json.loads(capsys.readouterr().out)
    told = json.loads(get(world.wei, world, "results-json").content)
    figures = ("id", "score", "proposed")
    assert [[e[f] for f in figures] for e in sheet["entries"]] == [[e[f] for f in figures] for e in told["entries"]]
    assert sheet["fingerprint"] == told["fingerprint"]


def test_counts_json_has_the_fixed_format(world):
    compute(world)

    found = json.loads(get(world.wei, world, "counts-json").content)

    assert list(found) == ["entries", "categories", "components", "gates"]
    assert found["entries"] == ["01", "02", "03"]
    assert found["components"] == {code: dict.fromkeys(found["entries"], "90") for code in ("routine", "field")}


@pytest.mark.parametrize(
    ("language", "header", "titles"),
    [
        ("en", ["No.", "Unit", "Mode", "Score", "Proposed", "Decided", "Reason"], ["Results", "Category A"]),
        ("zh", ["序号", "单位", "形式", "得分", "建议等次", "确定等次", "理由"], ["结果", "票种 A"]),
    ],
)
def test_the_summary_has_scores_and_counts(world, language, header, titles):
    decide(world)
    Grade.objects.filter(entry=world.entries[0]).update(reason="=HYPERLINK(1)")

    paper = kinds.render("results_summary", world.cycle, language=language, format="xlsx")

    book = openpyxl.load_workbook(io.BytesIO(paper.body))
    assert len(book.sheetnames) == 4
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert header in rows
    first = next(row for row in rows if row[0] == "01")
    assert float(first[3]) == float(world.entries[0].score.value)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book.sheetnames[0] == titles[0]
    assert [cell.value for cell in book.worksheets[1][1]][:2] == header[:2] or titles[1] in book.sheetnames


def test_the_page_hands_out_the_summary(world):
    decide(world)

    answer = get(world.wei, world, "results-summary")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(answer.content))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_as_docx_has_the_words_verbatim(world, language):
    issue(world)

    text = text_of(get(world.lin, world, "letter-file", "01", language, "docx").content)

    for words in (RECOGNISED, DIRECTION, f"1. {problem('01', 1)}", f"2. {problem('01', 2)}"):
        assert words in text
    grade = {"zh": "好", "en": "Good"}[language]
    assert f"{grade}" in text
    assert "Never confirmed" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_as_pdf_is_a_pdf(world, language):
    issue(world)

    answer = get(world.lin, world, "letter-file", "01", language, "pdf")

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(("language", "file_format"), [("fr", "pdf"), ("zh", "xlsx"), ("zh", "exe")])
def test_a_letter_in_another_form_is_not_found(world, language, file_format):
    issue(world)

    address = reverse("letter-file", args=[world.cycle.pk, "01", language, file_format])
    assert client_for(world.lin).get(address).status_code == 404


def test_a_letter_of_an_entry_without_a_grade_has_no_such_part(world):
    issue(world)
    letter = Letter.objects.get(entry=world.entries[0])
    letter.content["grade"] = ""

    text = text_of(kinds.render("letter", letter, language="en", format="docx").body)

    assert "decided the grade" not in text
    assert RECOGNISED in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_news_release_tells_no_score_and_no_grade(world, language):
    issue(world)

    text = text_of(kinds.render("news_release", world.cycle, language=language, format="docx").body)

    assert not [words for words in SCORE_WORDS if words in text]
    assert not [entry for entry in world.entries if str(entry.score.value) in text]
    assert "压实责任，久久为功。" in text
    for entry in world.entries:
        assert getattr(entry, f"unit_{language}") in text
    for entry in world.entries:
        assert problem(entry.number, 1) not in text


@pytest.mark.parametrize("file_format", ["docx", "pdf"])
def test_the_page_hands_out_the_news_release(world, file_format):
    assert get(world.wei, world, "news-release", file_format).content[:4] in {b"PK\x03\x04", b"%PDF"}


def test_a_news_release_as_a_workbook_is_not_found(world):
    assert client_for(world.wei).get(reverse("news-release", args=[world.cycle.pk, "xlsx"])).status_code == 404


def test_a_grade_that_no_scheme_knows_goes_by_its_code(world):
    scheme = queries.cycles.scheme_of(world.cycle)

    assert queries.grade_name(scheme, "undetermined", "zh") == "undetermined"
