"""What is kept of one rehearsal in examples/2022 holds together, and is what this version would read."""

import json
import re
from pathlib import Path

import pytest
from docx import Document

import ballotbox

KEPT = Path(__file__).parents[2] / "examples" / "2022"
RESULTS = json.loads((KEPT / "results.json").read_text("utf-8"))


def _release():
    return "\n".join(paragraph.text for paragraph in Document(str(KEPT / "news_release-zh.docx")).paragraphs)


@pytest.mark.parametrize("category", ["A", "B", "C"])
def test_a_kept_record_is_sound_and_is_the_one_of_the_results(category):
    summary = ballotbox.verify_record(KEPT / RESULTS["records"][category]["file"])

    assert summary.head == RESULTS["records"][category]["head"]
    assert summary.accepted == RESULTS["ballot"][category]["cast"]


@pytest.mark.parametrize("category", ["A", "B"])
def test_where_nobody_voted_on_paper_the_record_has_the_counts_of_the_results(category):
    summary = ballotbox.verify_record(KEPT / RESULTS["records"][category]["file"])

    counts = RESULTS["ballot"][category]["counts"].values()
    told = [[n for code, n in row.items() if code != "invalid"] for row in counts]
    assert [list(row) for row in summary.counts] == told


def test_the_release_carries_every_fact_that_the_page_beside_it_lists():
    rows = [line.split("|") for line in (KEPT / "README.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    facts = [row[3].strip() for row in rows if re.search(r"[\u4e00-\u9fff]", row[3])]

    assert len(facts) == 11
    assert [fact for fact in facts if fact not in _release()] == []


def test_the_release_tells_no_score():
    scores = [entry["score"] for entry in RESULTS["entries"]]

    assert [score for score in scores if score in _release()] == []
