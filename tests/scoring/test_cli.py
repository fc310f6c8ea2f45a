"""`python -m scoring SCHEME COUNTS`: anybody can recompute a result (R83)."""

import json
import subprocess
import sys

import pytest

from scoring.cli import main
from tests.scoring.worlds import PROVINCIAL, row

ROWS = {"01": row(6, 3, 1), "02": row(1, 6, 3)}
TABLES = {
    "entries": ["01", "02"],
    "categories": {"A": ROWS, "B": ROWS, "C": None},
    "components": {"routine": {"01": "88.5", "02": "80"}, "field": {"01": "90", "02": "70"}},
    "gates": {"02": {"veto": ["report 7"]}},
}


@pytest.fixture
def files(tmp_path):
    scheme, counts = tmp_path / "scheme.toml", tmp_path / "counts.json"
    scheme.write_text(PROVINCIAL, "utf-8")
    counts.write_text(json.dumps(TABLES), "utf-8")
    return scheme, counts


def called(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_the_program_runs_on_its_own(files):
    answer = subprocess.run(
        [sys.executable, "-m", "scoring", *files, "--lang", "zh"],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"},
    )

    assert json.loads(answer.stdout)["scheme"] == "provincial"


def test_scores_and_proposals_are_printed(files, capsys):
    status, out, err = called(capsys, *files)

    sheet = json.loads(out)
    assert (status, err) == (0, "")
    assert [(entry["id"], entry["score"], entry["proposed"]) for entry in sheet["entries"]] == [
        ("01", "89.55", "good"),
        ("02", "76.00", "poor"),
    ]
    assert len(sheet["fingerprint"]) == 64
    assert sheet["conflicts"] == []


@pytest.mark.parametrize(("lang", "sentence"), [("en", "The exact score is 89.55;"), ("zh", "精确得分 89.55；")])
def test_the_working_is_printed_in_words(files, capsys, lang, sentence):
    _status, out, _err = called(capsys, *files, "--lang", lang)

    working = json.loads(out)["entries"][0]["working"]
    assert any(step["sentence"].startswith(sentence) for step in working)
    assert all(step["code"] and step["parameters"] is not None for step in working)


def test_counts_by_criteria_are_computed(files, capsys):
    criteria = "".join(f'[[criterion]]\ncode = "{code}"\nzh = "{code}"\nen = "{code}"\n' for code in ("a", "b"))
    files[0].write_text(PROVINCIAL.replace("[speech]\n", f"{criteria}[speech]\n"), "utf-8")
    by_criteria = {category: {"01.a": row(10), "01.b": row(0, 10)} for category in "ABC"}
    files[1].write_text(json.dumps({**TABLES, "entries": ["01"], "categories": by_criteria, "gates": {}}), "utf-8")

    status, out, _err = called(capsys, *files)

    (entry,) = json.loads(out)["entries"]
    assert (status, entry["score"]) == (0, "89.55")  # 90 × 50 %, 88.5 × 30 %, 90 × 20 %


def test_conflicts_are_printed_in_words(files, capsys):
    tied = {**TABLES, "categories": {"A": {"01": row(9, 1), "02": row(9, 1)}}, "gates": {}}
    tied["components"] = {code: {"01": "95", "02": "95"} for code in ("routine", "field")}
    files[1].write_text(json.dumps(tied), "utf-8")

    _status, out, _err = called(capsys, *files, "--lang", "zh")

    (conflict,) = json.loads(out)["conflicts"]
    assert conflict["sentence"].endswith("分界处得分相同，由会议研究决定：01、02。")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "category.weight: The weights sum to 101"), ("zh", "category.weight：各项权重之和为 101")],
)
def test_a_faulty_scheme_is_refused_with_a_sentence(files, capsys, lang, sentence):
    files[0].write_text(PROVINCIAL.replace("weight = 40", "weight = 41"), "utf-8")

    status, out, err = called(capsys, *files, "--lang", lang)

    assert (status, out) == (1, "")
    assert err.startswith(sentence)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_faulty_counts_are_refused_with_a_sentence_each(files, capsys, lang):
    files[1].write_text('{"entries": [1], "categories": {"A": {"01": {"good": -1}}}}', "utf-8")

    status, out, err = called(capsys, *files, "--lang", lang)

    assert (status, out, len(err.splitlines())) == (1, "", 2)
    assert "Traceback" not in err


def test_counts_that_the_scheme_does_not_know_are_refused(files, capsys):
    files[1].write_text('{"entries": ["01"], "categories": {"Z": {}}}', "utf-8")

    status, _out, err = called(capsys, *files)

    assert status == 1
    assert "no category “Z”" in err


@pytest.mark.parametrize(("lang", "sentence"), [("en", "cannot be read"), ("zh", "无法读取")])
def test_a_file_that_is_not_there_is_named(files, capsys, lang, sentence):
    missing = files[1].with_name("nowhere.json")

    status, _out, err = called(capsys, files[0], missing, "--lang", lang)

    assert status == 1
    assert sentence in err
    assert "nowhere.json" in err


def test_another_language_is_refused(files, capsys):
    with pytest.raises(SystemExit) as caught:
        called(capsys, *files, "--lang", "fr")

    assert caught.value.code == 2
