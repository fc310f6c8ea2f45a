"""The papers of a ballot: every unit on every sheet, nothing by which a sheet could be told from another."""

import io

import docx
import pytest

from shuping.ballots import documents, queries
from shuping.documents import kinds
from tests.ballots.conftest import PAPER
from tests.ballots.halls import prepare, scheme

pytestmark = pytest.mark.django_db

LANGUAGES = ("zh", "en")


def _unit(entry, language: str) -> str:
    return entry.unit_zh if language == "zh" else entry.unit_en


def _cells(rendered) -> list[str]:
    tables = docx.Document(io.BytesIO(rendered.body)).tables
    return [cell.text for table in tables for row in table.rows for cell in row.cells]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ballot_paper_has_every_unit_once_for_each_category(counted, language):
    cells = _cells(kinds.render("ballot_paper", counted.world.cycle, language=language, format="docx"))

    for entry in counted.world.entries:
        assert cells.count(_unit(entry, language)) == 2
    assert cells.count("□") == 2 * 2 * 5


def test_ballot_papers_of_a_category_are_all_the_same(counted):
    first, second = (documents.ballot_papers(counted.world.cycle, language="zh") for _ in range(2))

    assert first == second
    assert counted.ballot.identifier not in first.texts()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tally_sheet_has_every_unit_and_every_total(counted, language):
    cells = _cells(kinds.render("tally_sheet", counted.world.cycle, language=language, format="docx"))
    whole = queries.counts_for_scoring(counted.world.cycle)

    for entry in counted.world.entries:
        assert cells.count(_unit(entry, language)) == 2
        for code in ("A", "B"):
            row = [str(whole[code][entry.number].get(name, 0)) for name in PAPER["01"]]
            places = [place for place, cell in enumerate(cells) if cell == _unit(entry, language)]
            assert row in [cells[place + 1 : place + 7] for place in places]


@pytest.mark.parametrize("code", ["ballot_paper", "tally_sheet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_are_set_as_pdf(counted, code, language):
    assert kinds.render(code, counted.world.cycle, language=language, format="pdf").body.startswith(b"%PDF-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_and_their_fingerprint_stand_on_the_tally_sheet(counted, language):
    text = documents.tally_sheet(counted.world.cycle, language=language).texts()

    assert documents.figures_digest(counted.world.cycle) in text


def test_a_tally_sheet_before_the_count_says_so():
    text = documents.tally_sheet(prepare().world.cycle, language="en").texts()

    assert "The ballot is not counted yet." in text


@pytest.mark.parametrize(
    ("rows", "said"), [("lenient", "a row without one counts as “no opinion”"), ("strict", "is void")]
)
def test_a_ballot_paper_says_how_it_is_counted(rows, said):
    hall = prepare(text=scheme(rows=f'"{rows}"'))

    assert said in documents.ballot_papers(hall.world.cycle, language="en").texts()


@pytest.mark.parametrize(("entries", "layout"), [(2, "form"), (31, "landscape")])
def test_a_sheet_with_many_rows_lies_on_its_side(entries, layout):
    hall = prepare(entries=entries)

    assert documents.ballot_papers(hall.world.cycle, language="zh").layout == layout
